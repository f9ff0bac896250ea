//! Ties the packet modules together: one router a shard.
//!
//! Handles come from the caller. Packets and messages go in, datagrams and messages are drained out
//! after each batch; everything that depends on time takes it as an argument.

mod bandwidth;
mod egress;
mod forward;
mod messages;
mod negotiation;
mod outlet;
mod receive;
mod reports;
mod slab;
mod speakers;
mod timers;
mod topology;
mod tracks;
mod transport;
mod types;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Instant;

use crate::egress::{RunBuffer, Subscription};
use crate::error::Error;
use crate::hash::IntMap;
use crate::ingress::Publication;
use crate::random::Random;
use crate::rtcp::Rtcp;

use messages::Message;
use slab::Slab;
use timers::Timer;
use topology::{Participant, Room};
use transport::Transport;
pub use types::{
    DataKind, Egress, Handle, Role, RouterConfig, RouterEvent, RouterStats, TransportReport,
};

/// All rooms, transports and tracks of a shard.
#[derive(Debug)]
pub struct Router {
    config: RouterConfig,
    random: Random,
    rooms: IntMap<Handle, Room>,
    participants: IntMap<Handle, Participant>,
    transports: Slab<Transport>,
    transport_index: IntMap<Handle, usize>,
    tracks: Slab<Publication>,
    track_index: IntMap<Handle, usize>,
    subscriptions: Slab<Subscription>,
    timers: BinaryHeap<Reverse<(Instant, Timer)>>,
    events: VecDeque<RouterEvent>,
    messages: Vec<Message>,
    /// Subscriptions with packets to drain, and buffers for the next ones.
    dirty: Vec<usize>,
    pool: Vec<RunBuffer>,
    /// Transports with released packets to drain.
    pacing: Vec<usize>,
    /// Transports with reports to drain.
    reporting: Vec<usize>,
    /// Parts of the RTCP packet at hand; kept for its allocation.
    parts: Vec<Rtcp>,
    /// The time of the last call that had one: what is drained leaves then.
    now: Option<Instant>,
    stats: RouterStats,
}

impl Router {
    /// An empty router; `rng_seed` feeds sequence numbers and SSRCs only.
    pub fn new(config: RouterConfig, rng_seed: [u8; 32]) -> Self {
        Self {
            config,
            random: Random::new(rng_seed),
            rooms: IntMap::default(),
            participants: IntMap::default(),
            transports: Slab::default(),
            transport_index: IntMap::default(),
            tracks: Slab::default(),
            track_index: IntMap::default(),
            subscriptions: Slab::default(),
            timers: BinaryHeap::new(),
            events: VecDeque::new(),
            messages: Vec::new(),
            dirty: Vec::new(),
            pool: Vec::new(),
            pacing: Vec::new(),
            reporting: Vec::new(),
            now: None,
            parts: Vec::new(),
            stats: RouterStats::default(),
        }
    }

    /// The next event, oldest first.
    pub fn poll_event(&mut self) -> Option<RouterEvent> {
        self.events.pop_front()
    }

    /// Counters and what is held now.
    pub fn stats(&self) -> RouterStats {
        RouterStats {
            rooms: self.rooms.len() as u64,
            participants: self.participants.len() as u64,
            transports: self.transports.len() as u64,
            tracks: self.tracks.len() as u64,
            subscriptions: self.subscriptions.len() as u64,
            ..self.stats
        }
    }

    fn transport_of(&self, handle: Handle) -> Result<usize, Error> {
        let index = self.transport_index.get(&handle).copied();
        index.ok_or_else(|| Error::unknown("transport", handle))
    }

    fn track_of(&self, handle: Handle) -> Result<usize, Error> {
        let index = self.track_index.get(&handle).copied();
        index.ok_or_else(|| Error::unknown("track", handle))
    }
}
