//! The queue that stands on the path: how much later packets arrive than the quickest of late.
//!
//! A full queue grows no more, so that the trend of the delay is silent about it. This tells loss
//! by congestion from loss by chance; by itself it never lowers an estimate, as the queue may be
//! somebody else's (GCC section 5.4 on starvation).

use super::{Acknowledged, Micros};

/// The quickest is remembered for one to two of these: routes change and clocks drift.
const BUCKET: Micros = 15_000_000;

/// Least delays on a clock of unknown offset.
#[derive(Debug, Default)]
pub(super) struct StandingQueue {
    began: Micros,
    least: Option<Micros>,
    before: Option<Micros>,
    queue: Micros,
}

impl StandingQueue {
    /// One round of feedback.
    pub fn update(&mut self, now: Micros, packets: &[Acknowledged]) {
        let delays = packets.iter().map(|packet| packet.arrival - packet.sent);
        let Some(delay) = delays.min() else { return };
        if now - self.began >= BUCKET {
            (self.before, self.least, self.began) = (self.least, None, now);
        }
        let least = self.least.map_or(delay, |least| least.min(delay));
        self.least = Some(least);
        self.queue = delay - self.before.map_or(least, |before| before.min(least));
    }

    /// Its length in time.
    pub fn delay(&self) -> Micros {
        self.queue
    }
}
