//! Session descriptions (RFC 8866, RFC 8829): reads what clients send, writes what they accept.
//!
//! Pure text in and out. Which track goes to which section is the caller's decision; payload types,
//! header extensions, SSRCs and the order of sections over renegotiations are kept here.

mod codecs;
mod extensions;
mod offer;
mod parse;
mod section;
mod session;
mod transport;
mod types;
mod write;

pub use codecs::match_codec;
pub use session::{SdpSession, read_offer};
pub use types::{
    Codec, ExtensionIds, LocalTransport, MediaKind, Negotiated, OfferedSection, PayloadCodec,
    PublishSection, ReceiveSection, RemoteTransport, SdpError, SendNegotiated, SendSection,
    SignalledSsrc,
};
