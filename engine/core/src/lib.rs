//! The media engine without I/O: time is an argument, packets are slices.
//!
//! `sdp` runs on the caller's thread, one session a transport; `router` runs on a shard and ties the
//! packet modules together. Nothing here opens a socket, reads a clock or starts a thread.

pub mod allocation;
pub mod codec;
pub mod congestion;
pub mod data;
pub mod egress;
pub mod error;
pub mod framing;
pub mod hash;
pub mod ingress;
pub mod levels;
pub mod limits;
pub mod random;
pub mod router;
pub mod rtcp;
pub mod rtp;
pub mod sctp;
pub mod sdp;
pub mod srtp;
pub mod stun;

#[cfg(test)]
mod test_hex;

pub use egress::SubscriptionSettings;
pub use error::Error;
pub use router::{
    DataKind, Egress, Handle, Role, Router, RouterConfig, RouterEvent, RouterStats, TransportReport,
};
