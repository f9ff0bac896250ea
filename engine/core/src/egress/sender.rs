//! What all subscriptions of a transport share: the keys and the transport-wide counter.

use std::time::Instant;

use crate::srtp::SrtpTx;

/// The sending half of a transport.
#[derive(Debug)]
pub struct Sender {
    pub srtp: Option<SrtpTx>,
    /// Next transport-wide sequence number.
    transport_cc: u16,
    epoch: Instant,
}

impl Sender {
    /// A sender without keys yet; send times count from `epoch`.
    pub fn new(epoch: Instant) -> Self {
        Self {
            srtp: None,
            transport_cc: 1,
            epoch,
        }
    }

    /// The next transport-wide sequence number.
    pub(super) fn next_transport_cc(&mut self) -> u16 {
        let number = self.transport_cc;
        self.transport_cc = number.wrapping_add(1);
        number
    }

    /// Abs-send-time: 24 bits of seconds, 6.18 fixed point.
    pub(super) fn abs_send_time(&self, now: Instant) -> [u8; 3] {
        let micros = now.saturating_duration_since(self.epoch).as_micros() as u64;
        let fixed = (micros << 18) / 1_000_000;
        [(fixed >> 16) as u8, (fixed >> 8) as u8, fixed as u8]
    }
}
