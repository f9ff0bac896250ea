//! A shard: one thread, one UDP socket and its TCP connections, the rooms on it.
//!
//! A turn of the loop does commands, datagrams, handshakes, timers, in that order and each within a
//! bound, then sends what came of them and sleeps until something is due. A panic ends the transport
//! that was being served, not the shard.

mod allowance;
mod command;
mod commands;
mod handshakes;
mod ingress;
mod outputs;
mod peers;
mod sockets;
mod tcp;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use engine_core::{Handle, Router, RouterConfig};

use crate::event::{EngineEvent, EventQueue, Failure};
use crate::io::{Batch, wait_readable};
use crate::peer::{Identity, Output};
use crate::stats::Counters;
use crate::streams::Streams;

pub(crate) use allowance::BYTES as BYTES_PER_SECOND;
pub(crate) use command::{Command, Inbox};
use handshakes::Handshakes;
use peers::Peers;
pub(crate) use sockets::Sockets;

/// Batches of datagrams taken before timers and commands have their turn again.
const BATCHES: usize = 4;
/// Commands done before datagrams have their turn again.
const COMMANDS: usize = 32;
/// Longest sleep; everything that is due earlier ends it.
const IDLE: Duration = Duration::from_secs(10);
/// Panics that no transport can be blamed for, before all of the shard's state is thrown away.
const BLAMELESS_PANICS: u32 = 3;

/// The codec that each track really sends, told by the first packet.
pub(crate) type Codecs = Arc<Mutex<HashMap<Handle, &'static str>>>;

/// What a shard is made of and shares with its callers.
pub(crate) struct ShardParts {
    pub(crate) sockets: Sockets,
    pub(crate) identity: Arc<Identity>,
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) events: Arc<EventQueue>,
    pub(crate) codecs: Codecs,
    pub(crate) transport_timeout: Duration,
    /// Of media and reports from one transport.
    pub(crate) bytes_per_second: u64,
    pub(crate) speaker_interval: Duration,
    pub(crate) seed: [u8; 32],
}

pub(crate) struct Shard {
    parts: ShardParts,
    router: Router,
    peers: Peers,
    handshakes: Handshakes,
    counters: Counters,
    /// For reading from TCP; reused.
    stream_buffer: Vec<u8>,
    /// Reused between calls; empty outside of `serve`.
    outputs: Vec<Output>,
    /// The transport being served, to know whom a panic hit.
    current: Option<Handle>,
    blameless_panics: u32,
}

impl Shard {
    pub(crate) fn new(parts: ShardParts) -> Self {
        let config = RouterConfig {
            speaker_interval: parts.speaker_interval,
        };
        Self {
            router: Router::new(config, parts.seed),
            peers: Peers::new(parts.transport_timeout, parts.bytes_per_second),
            handshakes: Handshakes::default(),
            counters: Counters::default(),
            stream_buffer: Vec::new(),
            outputs: Vec::new(),
            current: None,
            blameless_panics: 0,
            parts,
        }
    }

    /// The thread's work: until the inbox is closed.
    pub(crate) fn run(mut self) {
        let mut batch = Batch::new();
        loop {
            // What a panic leaves half done belongs to the one transport that is then removed.
            match catch_unwind(AssertUnwindSafe(|| self.turn(&mut batch))) {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => self.after_panic(),
            }
        }
    }

    /// One round of work and sleep. False when the shard is to stop.
    fn turn(&mut self, batch: &mut Batch) -> bool {
        if !self.run_commands() {
            return false;
        }
        for _ in 0..BATCHES {
            self.receive(batch);
            self.flush(Instant::now());
            if !batch.was_full() {
                break;
            }
        }
        self.receive_streams(Instant::now());
        self.flush(Instant::now());
        self.run_handshakes();
        self.run_timers(Instant::now());
        self.flush(Instant::now());
        if !batch.was_full() {
            self.sleep();
        }
        true
    }

    fn sleep(&self) {
        if !self.handshakes.is_empty() {
            return;
        }
        let sweep = self.parts.sockets.tcp.as_ref().and_then(Streams::next_due);
        let due = [self.peers.next_due(), self.router.next_timeout(), sweep];
        let now = Instant::now();
        let rest = due
            .into_iter()
            .flatten()
            .map(|at| at.saturating_duration_since(now))
            .min()
            .unwrap_or(IDLE);
        let sockets = &self.parts.sockets;
        let descriptors = [
            sockets.udp.raw(),
            self.parts.inbox.raw_fd(),
            sockets.tcp_fd(),
        ];
        wait_readable(descriptors, rest.min(IDLE));
    }

    fn run_timers(&mut self, now: Instant) {
        while let Some(handle) = self.peers.pop_due(now) {
            if self.peers.is_expired(handle, now) {
                self.fail(handle, Failure::Timeout);
                continue;
            }
            self.serve(handle, now, |transport, outputs| {
                if transport.next_timeout() <= now {
                    transport.handle_timeout(now, outputs);
                }
            });
            self.peers.arm(handle);
        }
        self.sweep_streams(now);
        if self.router.next_timeout().is_some_and(|at| at <= now) {
            self.router.handle_timeout(now);
        }
    }

    /// Take a transport out of everything and tell once.
    fn fail(&mut self, handle: Handle, reason: Failure) {
        if self.drop_peer(handle) {
            // Unknown is what it shall be.
            let _ = self.router.remove_transport(handle);
            let event = EngineEvent::TransportFailed {
                transport: handle,
                reason,
            };
            self.parts.events.push(event);
        }
    }

    /// Forget a transport and close its connections. False when it was gone already.
    fn drop_peer(&mut self, handle: Handle) -> bool {
        if let Some(tcp) = &mut self.parts.sockets.tcp {
            tcp.close_all_of(handle);
        }
        self.peers.remove(handle)
    }

    fn after_panic(&mut self) {
        self.outputs.clear();
        let blamed = self.current.take();
        let removal = catch_unwind(AssertUnwindSafe(|| {
            if let Some(handle) = blamed {
                self.fail(handle, Failure::Internal);
            }
        }));
        if blamed.is_some() && removal.is_ok() {
            return;
        }
        self.blameless_panics += 1;
        if self.blameless_panics >= BLAMELESS_PANICS {
            self.start_over();
        }
    }

    /// The router's state cannot be trusted: every transport fails, and clients come back.
    fn start_over(&mut self) {
        self.blameless_panics = 0;
        let config = RouterConfig {
            speaker_interval: self.parts.speaker_interval,
        };
        // Only first sequence numbers and SSRCs come from the seed, and every key is new.
        self.router = Router::new(config, self.parts.seed);
        for handle in self.peers.handles() {
            self.fail(handle, Failure::Internal);
        }
    }
}
