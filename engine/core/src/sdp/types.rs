//! The values that negotiation takes and gives.

use std::fmt;

/// What an `m=` section carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    Audio,
    Video,
    Data,
}

impl MediaKind {
    /// The media field of the `m=` line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Data => "application",
        }
    }
}

/// The codecs that are forwarded; RTX is a property of a payload type, not a codec here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    Opus,
    /// Redundant audio (RFC 2198) around Opus.
    Red,
    Vp8,
    Vp9,
    H264,
    Av1,
}

impl Codec {
    /// The MIME type, lower case.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Opus => "audio/opus",
            Self::Red => "audio/red",
            Self::Vp8 => "video/vp8",
            Self::Vp9 => "video/vp9",
            Self::H264 => "video/h264",
            Self::Av1 => "video/av1",
        }
    }

    /// The codec of a MIME type in any case.
    pub fn from_mime(mime: &str) -> Option<Self> {
        [
            Self::Opus,
            Self::Red,
            Self::Vp8,
            Self::Vp9,
            Self::H264,
            Self::Av1,
        ]
        .into_iter()
        .find(|codec| codec.mime().eq_ignore_ascii_case(mime))
    }

    /// The kind of section it may appear in.
    pub fn kind(self) -> MediaKind {
        match self {
            Self::Opus | Self::Red => MediaKind::Audio,
            _ => MediaKind::Video,
        }
    }

    /// RTP clock rate in Hz.
    pub fn clock_rate(self) -> u32 {
        match self {
            Self::Opus | Self::Red => 48_000,
            _ => 90_000,
        }
    }
}

/// One section of a client's offer, as far as the caller needs it to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedSection {
    pub mid: String,
    pub kind: MediaKind,
    /// sendonly or sendrecv.
    pub client_sends: bool,
    /// recvonly or sendrecv.
    pub client_receives: bool,
    pub msid_stream: Option<String>,
    pub msid_track: Option<String>,
    /// Simulcast layers the client sends, in its order.
    pub rids: Vec<String>,
    /// MIME types, lower case, in the client's order.
    pub codecs: Vec<String>,
}

/// Take what the client sends on `mid` as `track`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishSection {
    pub mid: String,
    pub track: u64,
    /// MIME type put first in the answer.
    pub prefer_codec: Option<String>,
    pub dtx: bool,
    pub stereo: bool,
    pub red: bool,
}

/// Send `track` to the client on `mid` under the msid `stream_id track_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendSection {
    pub mid: String,
    pub track: u64,
    pub kind: MediaKind,
    /// MIME type that the track has now, put first.
    pub codec: Option<String>,
    pub stream_id: String,
    pub track_id: String,
}

/// Our side of the transport, the same in every description of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTransport {
    pub ufrag: String,
    pub pwd: String,
    /// "sha-256 AA:BB:..".
    pub fingerprint: String,
    /// Values of `a=candidate`, with or without the word "candidate:" before them.
    pub candidates: Vec<String>,
    pub ice_lite: bool,
}

/// The client's side of the transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteTransport {
    pub ufrag: String,
    pub pwd: String,
    /// "sha-256 AA:BB:..".
    pub fingerprint: String,
    /// The client is the active side of DTLS (its client); if not, we have to be.
    pub dtls_setup_active: bool,
    /// Values of `a=candidate` beginning with "candidate:"; names (mDNS) are left out.
    pub candidates: Vec<String>,
    pub ice_lite: bool,
}

/// A payload type of one direction of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadCodec {
    pub payload_type: u8,
    pub codec: Codec,
    pub clock_rate: u32,
    /// The payload type of its retransmissions (RFC 4588).
    pub rtx: Option<u8>,
    /// Format parameters as the client wrote them, "" if none.
    pub fmtp: String,
    pub nack: bool,
    pub pli: bool,
    pub fir: bool,
    pub transport_cc: bool,
}

/// Ids of the header extensions (RFC 8285) that both sides know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtensionIds {
    pub mid: Option<u8>,
    pub rid: Option<u8>,
    pub repaired_rid: Option<u8>,
    pub audio_level: Option<u8>,
    pub transport_cc: Option<u8>,
    pub abs_send_time: Option<u8>,
    pub abs_capture_time: Option<u8>,
    pub dependency_descriptor: Option<u8>,
    pub playout_delay: Option<u8>,
    /// Two-byte headers may be used (`a=extmap-allow-mixed`).
    pub allow_mixed: bool,
}

impl ExtensionIds {
    /// The ids of both: in a bundle an id means the same in all sections (RFC 8843 section 9).
    pub fn union(&self, other: &Self) -> Self {
        Self {
            mid: self.mid.or(other.mid),
            rid: self.rid.or(other.rid),
            repaired_rid: self.repaired_rid.or(other.repaired_rid),
            audio_level: self.audio_level.or(other.audio_level),
            transport_cc: self.transport_cc.or(other.transport_cc),
            abs_send_time: self.abs_send_time.or(other.abs_send_time),
            abs_capture_time: self.abs_capture_time.or(other.abs_capture_time),
            dependency_descriptor: self.dependency_descriptor.or(other.dependency_descriptor),
            playout_delay: self.playout_delay.or(other.playout_delay),
            allow_mixed: self.allow_mixed || other.allow_mixed,
        }
    }
}

/// An SSRC pair announced by `a=ssrc` and `a=ssrc-group:FID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalledSsrc {
    pub ssrc: u32,
    pub rtx: Option<u32>,
}

/// What a client publishes on a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiveSection {
    pub mid: String,
    pub track: u64,
    pub kind: MediaKind,
    pub codecs: Vec<PayloadCodec>,
    pub extensions: ExtensionIds,
    /// Simulcast layers by rid, in the client's order; empty without rids.
    pub rids: Vec<String>,
    /// Layers by announced SSRC (order of `a=ssrc-group:SIM`: low to high); empty if not announced.
    pub ssrcs: Vec<SignalledSsrc>,
    /// Opus may be sent to others with redundancy that the client did not put on itself.
    pub redundancy: bool,
}

/// What we send on a section. The SSRCs are ours, and no subscription of the transport had them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendNegotiated {
    pub mid: String,
    pub track: u64,
    pub kind: MediaKind,
    pub ssrc: u32,
    pub rtx_ssrc: Option<u32>,
    pub cname: String,
    pub codecs: Vec<PayloadCodec>,
    pub extensions: ExtensionIds,
}

/// The whole outcome of a negotiation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiated {
    pub remote: RemoteTransport,
    pub has_data: bool,
    pub receive: Vec<ReceiveSection>,
    pub send: Vec<SendNegotiated>,
}

/// Why a description was refused; the text names the line or section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdpError(pub String);

impl SdpError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for SdpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SDP: {}", self.0)
    }
}

impl std::error::Error for SdpError {}
