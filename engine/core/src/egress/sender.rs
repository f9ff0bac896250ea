//! What all subscriptions of a transport share: the keys and the transport-wide counter.

use std::time::Instant;

use crate::srtp::SrtpTx;

/// The sending half of a transport.
#[derive(Debug, Default)]
pub struct Sender {
    pub srtp: Option<SrtpTx>,
    /// The next transport-wide sequence number.
    transport_cc: u64,
    /// Send times count from the first.
    epoch: Option<Instant>,
}

impl Sender {
    /// The next transport-wide sequence number, extended; its low 16 bits go on the wire.
    pub(super) fn next_transport_cc(&mut self) -> u64 {
        let number = self.transport_cc;
        self.transport_cc += 1;
        number
    }

    /// Abs-send-time: 24 bits of seconds, 6.18 fixed point.
    pub(super) fn abs_send_time(&mut self, now: Instant) -> [u8; 3] {
        let micros = now
            .saturating_duration_since(*self.epoch.get_or_insert(now))
            .as_micros() as u64;
        let fixed = (micros << 18) / 1_000_000;
        [(fixed >> 16) as u8, (fixed >> 8) as u8, fixed as u8]
    }
}
