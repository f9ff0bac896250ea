//! What one client may make the shard do in a second, so that a flood costs its sender and no other.

use std::time::{Duration, Instant};

/// Bytes a second of media and reports from one transport (100 Mbit/s) unless set otherwise; a
/// packet counts for at least `LEAST`, so that small ones are bounded too (25,000 a second).
pub(crate) const BYTES: u64 = 12_500_000;
const LEAST: u64 = 500;
/// Connectivity checks a second: a browser with many addresses sends some dozens at its start.
const CHECKS: u64 = 200;
/// DTLS records a second; one carries up to 1,200 bytes of data messages.
const RECORDS: u64 = 5_000;

/// A bucket that refills evenly and holds one second's worth.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    rate: u64,
    left: u64,
    filled: Instant,
}

impl Bucket {
    fn new(rate: u64, now: Instant) -> Self {
        Self {
            rate,
            left: rate,
            filled: now,
        }
    }

    fn refill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.filled);
        let elapsed = elapsed.min(Duration::from_secs(1)).as_micros();
        let more = u64::try_from(elapsed).unwrap_or(0) * self.rate / 1_000_000;
        // Parts of a unit are kept for the next time.
        if more > 0 {
            self.left = (self.left + more).min(self.rate);
            self.filled = now;
        }
    }

    fn is_empty(&mut self, now: Instant) -> bool {
        if self.left == 0 {
            self.refill(now);
        }
        self.left == 0
    }

    fn take(&mut self, amount: u64, now: Instant) {
        self.refill(now);
        self.left = self.left.saturating_sub(amount);
    }

    /// Take one. False when nothing is left.
    fn try_one(&mut self, now: Instant) -> bool {
        let some = !self.is_empty(now);
        if some {
            self.take(1, now);
        }
        some
    }
}

/// The allowances of one transport.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    bytes: Bucket,
    checks: Bucket,
    records: Bucket,
}

impl Allowance {
    pub(super) fn new(bytes: u64, now: Instant) -> Self {
        Self {
            bytes: Bucket::new(bytes, now),
            checks: Bucket::new(CHECKS, now),
            records: Bucket::new(RECORDS, now),
        }
    }

    /// Whether a packet may be opened. Only `used` takes from the allowance, so that forged packets
    /// cannot use up what belongs to the client.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        !self.bytes.is_empty(now)
    }

    /// An authentic packet of so many bytes came.
    pub(super) fn used(&mut self, bytes: usize, now: Instant) {
        self.bytes.take((bytes as u64).max(LEAST), now);
    }

    pub(super) fn check(&mut self, now: Instant) -> bool {
        self.checks.try_one(now)
    }

    pub(super) fn record(&mut self, now: Instant) -> bool {
        self.records.try_one(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_comes_back_evenly_and_never_more_than_a_second_of_it() {
        let start = Instant::now();
        let mut allowance = Allowance::new(10_000, start);
        for _ in 0..20 {
            assert!(allowance.admits(start));
            allowance.used(10, start);
        }
        assert!(!allowance.admits(start));
        let soon = start + Duration::from_millis(100);
        assert!(allowance.admits(soon));
        allowance.used(1_000, soon);
        assert!(!allowance.admits(soon));
        let late = start + Duration::from_secs(60);
        let admitted = (0..100)
            .take_while(|_| {
                let admits = allowance.admits(late);
                allowance.used(500, late);
                admits
            })
            .count();
        assert_eq!(admitted, 20);
    }

    #[test]
    fn checks_and_records_have_bounds_of_their_own() {
        let now = Instant::now();
        let mut allowance = Allowance::new(1, now);
        assert_eq!((0..1_000).filter(|_| allowance.check(now)).count(), 200);
        assert_eq!((0..9_000).filter(|_| allowance.record(now)).count(), 5_000);
    }
}
