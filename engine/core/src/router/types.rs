//! The values at the router's door.

use std::sync::Arc;
use std::time::Duration;

/// Rooms, participants, transports and tracks: allocated by the caller, never used twice.
pub type Handle = u64;

/// Which of a participant's peer connections a transport is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Publishes and subscribes; the client always offers.
    Single,
    /// The client offers and publishes.
    Publisher,
    /// The server offers and sends.
    Subscriber,
}

/// The two user data channels of LiveKit, named after their delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataKind {
    Reliable,
    Lossy,
}

/// What the router's owner may set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouterConfig {
    /// How often speakers are told.
    pub speaker_interval: Duration,
}

impl Default for RouterConfig {
    fn default() -> Self {
        Self {
            speaker_interval: Duration::from_millis(400),
        }
    }
}

/// A run of datagrams for one transport, ready for UDP segmentation offload.
#[derive(Clone, Copy, Debug)]
pub struct Egress<'a> {
    pub transport: Handle,
    /// Whole SRTP or SRTCP packets, one after the other.
    pub datagrams: &'a [u8],
    /// Bytes of each packet; the last may be smaller.
    pub segment: usize,
}

/// What the router has to tell.
#[derive(Clone, Debug, PartialEq)]
pub enum RouterEvent {
    /// The first packet of a track arrived; `codec` is its MIME type, lower case.
    TrackStarted { track: Handle, codec: &'static str },
    /// The simulcast layers that are alive (0 low to 2 high), lowest first.
    TrackLayers { track: Handle, alive: Vec<u8> },
    /// Who is audible, loudest first, (participant, level 0 to 1); only on change.
    Speakers {
        room: Handle,
        levels: Vec<(Handle, f32)>,
    },
    /// A stamped `livekit.DataPacket` from a participant to an identity the server answers to.
    ServerData {
        room: Handle,
        participant: Handle,
        packet: Arc<[u8]>,
    },
    /// Subscriptions that the bandwidth paused or resumed: (track, paused).
    StreamStates {
        transport: Handle,
        states: Vec<(Handle, bool)>,
    },
}

/// How a transport does. Shares are 0 to 1, over the last few seconds; rates in bits a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TransportReport {
    /// Milliseconds to the client and back; `None` before the first answer.
    pub rtt_ms: Option<f64>,
    /// Lost of what we sent, as the client tells.
    pub loss_out: f64,
    /// Lost of what the client sent, before repair.
    pub loss_in: f64,
    /// Of the stream that varies most, in milliseconds.
    pub jitter_in_ms: f64,
    pub sent_bps: u64,
    pub received_bps: u64,
    /// What the path to the client is believed to carry; `None` before the first feedback.
    pub estimate_bps: Option<u64>,
    /// Subscriptions that the bandwidth has paused.
    pub paused: u32,
}

/// Counters since the start, and what is held now. Bytes are UDP payload bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouterStats {
    pub rooms: u64,
    pub participants: u64,
    pub transports: u64,
    pub tracks: u64,
    pub subscriptions: u64,
    pub packets_in: u64,
    pub packets_out: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
    /// Malformed, unauthenticated, replayed or for nobody.
    pub packets_dropped: u64,
    /// Never arrived from publishers, after repair.
    pub packets_lost_in: u64,
    /// Lost from publishers and taken from redundant audio.
    pub packets_recovered: u64,
    /// Sent again to subscribers on their NACK.
    pub retransmitted: u64,
    pub nacks_in: u64,
    pub nacks_out: u64,
    pub plis_in: u64,
    pub plis_out: u64,
}
