//! The rate that arrives: R_hat of GCC section 5.5.

use std::collections::VecDeque;

use super::{Acknowledged, Micros};

/// T of GCC section 5.6 (0.5 to 1 s).
const WINDOW: Micros = 500_000;
/// Of the first window so much must have passed (own choice).
const FIRST: Micros = 100_000;
/// Arrivals kept; at 1,200 B each this is 78 Mbit/s.
const PACKETS: usize = 4_096;

/// Arrivals of the last half second.
#[derive(Debug, Default)]
pub(super) struct AcknowledgedRate {
    arrivals: VecDeque<(Micros, u32)>,
    bytes: u64,
    newest: Micros,
    began: Option<Micros>,
}

impl AcknowledgedRate {
    pub fn add(&mut self, packet: &Acknowledged) {
        if packet.arrival - self.newest > 4 * WINDOW {
            self.began = None;
        }
        self.began.get_or_insert(packet.arrival);
        self.newest = self.newest.max(packet.arrival);
        self.arrivals.push_back((packet.arrival, packet.bytes));
        self.bytes += u64::from(packet.bytes);
        while let Some((arrival, bytes)) = self.arrivals.front().copied() {
            if arrival > self.newest - WINDOW && self.arrivals.len() <= PACKETS {
                break;
            }
            self.arrivals.pop_front();
            self.bytes -= u64::from(bytes);
        }
    }

    /// Bits a second; `None` before there is enough of a window.
    pub fn bits(&self) -> Option<u64> {
        let window = (self.newest - self.began?).min(WINDOW);
        (window >= FIRST).then(|| self.bytes * 8 * 1_000_000 / window as u64)
    }
}
