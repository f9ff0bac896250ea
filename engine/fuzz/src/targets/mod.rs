//! One function for each parser that sees the network. What must hold is asserted, so that a finding
//! is more than a crash.

mod data;
mod media;
mod payloads;
mod router;
mod sdp;
mod transport;

/// A target: takes any bytes and must return.
pub type Target = fn(&[u8]);

/// All targets; each has a folder of its name in `corpus`.
pub const TARGETS: [(&str, Target); 16] = [
    ("rtp", media::rtp),
    ("rtcp", media::rtcp),
    ("srtp", media::srtp),
    ("offer", sdp::offer),
    ("answer", sdp::answer),
    ("stun", transport::stun),
    ("sctp", transport::sctp),
    ("framing", transport::framing),
    ("data", data::packet),
    ("vp8", payloads::vp8),
    ("vp9", payloads::vp9),
    ("h264", payloads::h264),
    ("av1", payloads::av1),
    ("descriptor", payloads::descriptor),
    ("red", payloads::red),
    ("router", router::packets),
];
