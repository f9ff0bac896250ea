//! Counters since the engine started, and what it holds now.

use std::time::Duration;

use engine_core::RouterStats;

use crate::io::Sent;

/// A snapshot of everything counted. Bytes are UDP payload bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineStats {
    pub rooms: u64,
    pub participants: u64,
    pub transports: u64,
    pub tracks: u64,
    pub subscriptions: u64,
    /// Datagrams of every sort, STUN and DTLS among them.
    pub packets_in: u64,
    pub packets_out: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
    /// Malformed, unauthenticated, replayed, for nobody, or refused by a full queue.
    pub packets_dropped: u64,
    /// Beyond what one client may send; unread.
    pub packets_limited: u64,
    /// TCP connections turned away or cut off.
    pub connections_refused: u64,
    pub packets_lost_in: u64,
    /// Lost from publishers and taken from their redundant audio.
    pub packets_recovered: u64,
    pub retransmitted: u64,
    pub nacks_in: u64,
    pub nacks_out: u64,
    pub plis_in: u64,
    pub plis_out: u64,
    /// CPU time of the engine's threads.
    pub engine_cpu: Duration,
}

/// What the socket's side counts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) packets_in: u64,
    pub(crate) bytes_in: u64,
    pub(crate) packets_out: u64,
    pub(crate) bytes_out: u64,
    pub(crate) dropped: u64,
    pub(crate) limited: u64,
    pub(crate) connections_refused: u64,
}

impl Counters {
    pub(crate) fn count_sent(&mut self, sent: Sent) {
        self.packets_out += sent.packets;
        self.bytes_out += sent.bytes;
        self.dropped += sent.refused;
    }

    pub(crate) fn snapshot(&self, router: &RouterStats, engine_cpu: Duration) -> EngineStats {
        EngineStats {
            rooms: router.rooms,
            participants: router.participants,
            transports: router.transports,
            tracks: router.tracks,
            subscriptions: router.subscriptions,
            packets_in: self.packets_in,
            packets_out: self.packets_out,
            bytes_in: self.bytes_in,
            bytes_out: self.bytes_out,
            packets_dropped: self.dropped + router.packets_dropped,
            packets_limited: self.limited,
            connections_refused: self.connections_refused,
            packets_lost_in: router.packets_lost_in,
            packets_recovered: router.packets_recovered,
            retransmitted: router.retransmitted,
            nacks_in: router.nacks_in,
            nacks_out: router.nacks_out,
            plis_in: router.plis_in,
            plis_out: router.plis_out,
            engine_cpu,
        }
    }
}
