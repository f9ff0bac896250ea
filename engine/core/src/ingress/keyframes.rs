//! Keyframe requests of all subscribers of a layer, merged and throttled.

use std::time::{Duration, Instant};

/// One layer's requests.
#[derive(Clone, Debug)]
pub struct KeyframeRequests {
    interval: Duration,
    wanted: bool,
    last: Option<Instant>,
}

impl KeyframeRequests {
    /// At most one request an interval.
    pub fn new(interval: Duration) -> Self {
        Self {
            interval,
            wanted: false,
            last: None,
        }
    }

    /// Somebody needs a keyframe.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    /// A keyframe began.
    pub fn arrived(&mut self) {
        self.wanted = false;
    }

    /// Whether a request has to go out now; it then counts as sent. Repeated every interval until
    /// the keyframe comes.
    pub fn take_due(&mut self, now: Instant) -> bool {
        let free = self.last.is_none_or(|last| now >= last + self.interval);
        let due = self.wanted && free;
        if due {
            self.last = Some(now);
        }
        due
    }
}
