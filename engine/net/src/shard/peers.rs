//! The transports of a shard, and finding them by user fragment, address and time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine_core::Handle;

use super::allowance::Allowance;
use crate::activity::Signs;
use crate::peer::{Source, Transport, TransportPlan};

/// One transport, from its first negotiation on.
pub(super) struct Peer {
    pub(super) plan: TransportPlan,
    /// Made at the first authentic-looking check: a client that never comes costs next to nothing.
    pub(super) transport: Option<Transport>,
    pub(super) last_valid: Instant,
    /// Of the participant, over all its transports.
    pub(super) signs: Arc<Signs>,
    pub(super) allowance: Allowance,
    armed: Option<Instant>,
}

/// Peers and their indexes, kept in step.
pub(super) struct Peers {
    peers: HashMap<Handle, Peer>,
    by_ufrag: HashMap<String, Handle>,
    by_source: HashMap<Source, Handle>,
    timers: BinaryHeap<Reverse<(Instant, Handle)>>,
    timeout: Duration,
    bytes_per_second: u64,
    handshaking: usize,
}

impl Peers {
    pub(super) fn new(timeout: Duration, bytes_per_second: u64) -> Self {
        Self {
            peers: HashMap::new(),
            by_ufrag: HashMap::new(),
            by_source: HashMap::new(),
            timers: BinaryHeap::new(),
            timeout,
            bytes_per_second,
            handshaking: 0,
        }
    }

    pub(super) fn get(&self, handle: Handle) -> Option<&Peer> {
        self.peers.get(&handle)
    }

    pub(super) fn get_mut(&mut self, handle: Handle) -> Option<&mut Peer> {
        self.peers.get_mut(&handle)
    }

    pub(super) fn transport(&mut self, handle: Handle) -> Option<&mut Transport> {
        self.peers.get_mut(&handle)?.transport.as_mut()
    }

    pub(super) fn by_ufrag(&self, ufrag: &str) -> Option<Handle> {
        self.by_ufrag.get(ufrag).copied()
    }

    pub(super) fn by_source(&self, source: Source) -> Option<Handle> {
        self.by_source.get(&source).copied()
    }

    pub(super) fn handles(&self) -> Vec<Handle> {
        self.peers.keys().copied().collect()
    }

    /// Transports that exist and have no keys yet.
    pub(super) fn handshaking(&self) -> usize {
        self.handshaking
    }

    /// The first negotiation of a transport: its clock starts.
    pub(super) fn insert(
        &mut self,
        handle: Handle,
        plan: TransportPlan,
        signs: Arc<Signs>,
        now: Instant,
    ) {
        self.by_ufrag.insert(plan.local.ufrag.clone(), handle);
        let peer = Peer {
            plan,
            transport: None,
            last_valid: now,
            signs,
            allowance: Allowance::new(self.bytes_per_second, now),
            armed: None,
        };
        self.peers.insert(handle, peer);
        self.arm(handle);
    }

    /// A later negotiation; a changed user fragment takes the place of the old one.
    pub(super) fn replan(&mut self, handle: Handle, plan: TransportPlan) {
        let Some(peer) = self.peers.get_mut(&handle) else {
            return;
        };
        if peer.plan.local.ufrag != plan.local.ufrag {
            self.by_ufrag.remove(&peer.plan.local.ufrag);
            self.by_ufrag.insert(plan.local.ufrag.clone(), handle);
        }
        peer.plan = plan;
    }

    pub(super) fn started(&mut self, handle: Handle, transport: Transport) {
        if let Some(peer) = self.peers.get_mut(&handle) {
            peer.transport = Some(transport);
            self.handshaking += 1;
        }
    }

    pub(super) fn connected(&mut self) {
        self.handshaking = self.handshaking.saturating_sub(1);
    }

    /// The client proved to be at this address; the newest owner of an address wins.
    pub(super) fn claim(&mut self, source: Source, handle: Handle) {
        self.by_source.insert(source, handle);
    }

    /// Nothing comes from there any more (a closed connection).
    pub(super) fn release(&mut self, source: Source) {
        self.by_source.remove(&source);
    }

    pub(super) fn remove(&mut self, handle: Handle) -> bool {
        let Some(peer) = self.peers.remove(&handle) else {
            return false;
        };
        self.by_ufrag.remove(&peer.plan.local.ufrag);
        if let Some(transport) = peer.transport {
            for source in transport.sources() {
                if self.by_source.get(source) == Some(&handle) {
                    self.by_source.remove(source);
                }
            }
            if !transport.is_connected() {
                self.connected();
            }
        }
        true
    }

    /// Put the peer's next moment into the heap, unless an earlier one is there already.
    pub(super) fn arm(&mut self, handle: Handle) {
        let Some(peer) = self.peers.get_mut(&handle) else {
            return;
        };
        let expiry = peer.last_valid + self.timeout;
        let next = match &peer.transport {
            Some(transport) => transport.next_timeout().min(expiry),
            None => expiry,
        };
        if peer.armed.is_none_or(|armed| next < armed) {
            peer.armed = Some(next);
            self.timers.push(Reverse((next, handle)));
        }
    }

    /// The next peer whose moment has come; entries that a later `arm` replaced are skipped.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<Handle> {
        while let Some(Reverse((at, handle))) = self.timers.peek().copied() {
            if at > now {
                return None;
            }
            self.timers.pop();
            if let Some(peer) = self.peers.get_mut(&handle)
                && peer.armed == Some(at)
            {
                peer.armed = None;
                return Some(handle);
            }
        }
        None
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.timers.peek().map(|Reverse((at, _))| *at)
    }

    pub(super) fn is_expired(&self, handle: Handle, now: Instant) -> bool {
        self.get(handle)
            .is_some_and(|peer| now >= peer.last_valid + self.timeout)
    }
}
