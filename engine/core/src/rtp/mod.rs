//! RTP packets (RFC 3550) and header extensions (RFC 8285) on the wire.

mod extension;
mod packet;

pub use extension::{Elements, ExtensionWriter};
pub use packet::{Head, RtpPacket, is_rtcp, write_head};
