//! When a participant last showed life, written by the shard for each packet and read by anybody.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long ago each sort of sign came, over all transports of a participant; `None`: never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// An authentic RTP packet.
    pub media: Option<Duration>,
    /// A message on a data channel.
    pub data: Option<Duration>,
    /// An authentic connectivity check or RTCP packet, or the end of the DTLS handshake.
    pub connectivity: Option<Duration>,
}

/// The moment of the last sign of one sort: milliseconds since the epoch plus one, 0 for never.
#[derive(Debug, Default)]
struct Last(AtomicU64);

/// A participant's signs. Marks are plain stores, so that a packet costs next to nothing.
#[derive(Debug)]
pub(crate) struct Signs {
    epoch: Instant,
    media: Last,
    data: Last,
    connectivity: Last,
}

impl Signs {
    pub(crate) fn new(epoch: Instant) -> Self {
        Self {
            epoch,
            media: Last::default(),
            data: Last::default(),
            connectivity: Last::default(),
        }
    }

    pub(crate) fn media(&self, now: Instant) {
        self.media.mark(self.since_epoch(now));
    }

    pub(crate) fn data(&self, now: Instant) {
        self.data.mark(self.since_epoch(now));
    }

    pub(crate) fn connectivity(&self, now: Instant) {
        self.connectivity.mark(self.since_epoch(now));
    }

    pub(crate) fn read(&self, now: Instant) -> Activity {
        let now = self.since_epoch(now);
        Activity {
            media: self.media.ago(now),
            data: self.data.ago(now),
            connectivity: self.connectivity.ago(now),
        }
    }

    fn since_epoch(&self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.epoch);
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX - 1)
    }
}

impl Last {
    // Relaxed: each value stands alone, and a reader may be a packet late.
    fn mark(&self, at: u64) {
        self.0.store(at + 1, Ordering::Relaxed);
    }

    fn ago(&self, now: u64) -> Option<Duration> {
        let at = self.0.load(Ordering::Relaxed).checked_sub(1)?;
        Some(Duration::from_millis(now.saturating_sub(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sort_of_sign_has_its_own_age_and_never_is_none() {
        let epoch = Instant::now();
        let after = |ms| epoch + Duration::from_millis(ms);
        let signs = Signs::new(epoch);
        assert_eq!(signs.read(after(5)), Activity::default());
        signs.media(epoch);
        signs.data(after(30));
        signs.data(after(40));
        let expected = Activity {
            media: Some(Duration::from_millis(100)),
            data: Some(Duration::from_millis(60)),
            connectivity: None,
        };
        assert_eq!(signs.read(after(100)), expected);
    }
}
