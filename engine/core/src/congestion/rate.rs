//! The delay-based estimate A_hat: up while the path is free, down to what arrives when its queue
//! grows (GCC section 5.5).

use super::{Micros, Usage};
use crate::limits;

/// GCC section 5.6: beta.
const BETA: f64 = 0.85;
/// Multiplicative increase a second (GCC section 5.5: eta).
const ETA: f64 = 1.08;
/// The estimate stays below this multiple of what arrives (GCC section 5.5).
const ABOVE_ARRIVING: f64 = 1.5;
/// Added to the round trip: the detector's reaction (GCC section 5.5).
const REACTION: Micros = 100_000;
/// Smoothing of the rates at which the path was full (GCC section 5.5: 0.95).
const SMOOTHING: f64 = 0.95;
/// Bounds of that average's variance over its mean, in kbit/s (libwebrtc,
/// link_capacity_estimator.cc).
const DEVIATION_MIN: f64 = 0.4;
const DEVIATION_MAX: f64 = 2.5;
/// Between two decreases: one round trip, within these (libwebrtc, aimd_rate_control.cc).
const AGAIN_MIN: Micros = 10_000;
const AGAIN_MAX: Micros = 200_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Hold,
    Increase,
}

/// The rates at which the path was full, in kbit/s.
#[derive(Clone, Copy, Debug)]
struct Full {
    mean: f64,
    deviation: f64,
}

/// The estimate in bits a second.
#[derive(Debug)]
pub(super) struct DelayRate {
    state: State,
    bits: f64,
    full: Option<Full>,
    updated: Option<Micros>,
    decreased: Option<Micros>,
}

impl DelayRate {
    pub fn new(bits: u64) -> Self {
        Self {
            state: State::Increase,
            bits: bits as f64,
            full: None,
            updated: None,
            decreased: None,
        }
    }

    pub fn bits(&self) -> u64 {
        self.bits as u64
    }

    /// A probe measured more.
    pub fn raise(&mut self, bits: u64) {
        self.bits = self.bits.max(bits as f64).min(limits::ESTIMATE_MAX as f64);
    }

    /// One round of feedback. `true` if the estimate was cut.
    pub fn update(
        &mut self,
        now: Micros,
        usage: Usage,
        arriving: Option<u64>,
        round_trip: Micros,
    ) -> bool {
        let since = now - self.updated.replace(now).unwrap_or(now);
        match usage {
            Usage::Over => return self.decrease(now, arriving, round_trip),
            Usage::Under => self.state = State::Hold,
            Usage::Normal if self.state == State::Hold => self.state = State::Increase,
            Usage::Normal => self.increase(since, arriving, round_trip),
        }
        false
    }

    fn increase(&mut self, since: Micros, arriving: Option<u64>, round_trip: Micros) {
        let Some(arriving) = arriving.map(|bits| bits as f64) else {
            return;
        };
        let kbits = arriving / 1_000.0;
        let near = self.full.is_some_and(|full| {
            let three = 3.0 * (full.deviation * full.mean).sqrt();
            kbits >= full.mean - three && kbits <= full.mean + three
        });
        if self
            .full
            .is_some_and(|full| kbits > full.mean + 3.0 * (full.deviation * full.mean).sqrt())
        {
            self.full = None;
        }
        let seconds = (since as f64 / 1e6).min(1.0);
        let raised = if near {
            let frame = self.bits / 30.0;
            let packet = frame / (frame / (1_200.0 * 8.0)).ceil().max(1.0);
            let response = (REACTION + round_trip) as f64 / 1e6;
            self.bits + (seconds / response).min(1.0) * (0.5 * packet).max(1_000.0)
        } else {
            self.bits * ETA.powf(seconds)
        };
        // The bound stops an increase; it is no reason to go below what is known.
        let ceiling = (ABOVE_ARRIVING * arriving).max(self.bits);
        self.bits = raised.min(ceiling).min(limits::ESTIMATE_MAX as f64);
    }

    fn decrease(&mut self, now: Micros, arriving: Option<u64>, round_trip: Micros) -> bool {
        let arriving = arriving.map_or(self.bits, |bits| bits as f64);
        let again = round_trip.clamp(AGAIN_MIN, AGAIN_MAX);
        let due = self.decreased.is_none_or(|before| now - before >= again);
        if !due && arriving >= 0.5 * self.bits {
            return false;
        }
        self.decreased = Some(now);
        self.state = State::Hold;
        let cut = BETA * arriving;
        if cut >= self.bits {
            return false;
        }
        self.bits = cut.max(limits::ESTIMATE_MIN as f64);
        self.learn(arriving / 1_000.0);
        true
    }

    /// The path was full at this rate.
    fn learn(&mut self, kbits: f64) {
        let Some(full) = &mut self.full else {
            self.full = Some(Full {
                mean: kbits,
                deviation: DEVIATION_MIN,
            });
            return;
        };
        if kbits < full.mean - 3.0 * (full.deviation * full.mean).sqrt() {
            // Another link than before, so far as we can tell.
            *full = Full {
                mean: kbits,
                deviation: DEVIATION_MIN,
            };
            return;
        }
        full.mean = SMOOTHING * full.mean + (1.0 - SMOOTHING) * kbits;
        let error = full.mean - kbits;
        let deviation = error * error / full.mean.max(1.0);
        full.deviation = (SMOOTHING * full.deviation + (1.0 - SMOOTHING) * deviation)
            .clamp(DEVIATION_MIN, DEVIATION_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND_TRIP: Micros = 50_000;

    #[test]
    fn it_falls_to_what_arrives_and_climbs_back_slowly() {
        let mut rate = DelayRate::new(4_000_000);
        assert!(rate.update(0, Usage::Over, Some(500_000), ROUND_TRIP));
        assert_eq!(rate.bits(), 425_000);
        let mut now = 0;
        for _ in 0..100 {
            now += 100_000;
            assert!(!rate.update(now, Usage::Normal, Some(400_000), ROUND_TRIP));
        }
        // 8 % a second for 10 s would be 920,000: the bound is 1.5 times what arrives.
        assert_eq!(rate.bits(), 600_000);
    }

    #[test]
    fn without_enough_to_send_it_is_neither_raised_nor_forgotten() {
        let mut rate = DelayRate::new(2_000_000);
        for now in 1..50 {
            rate.update(now * 100_000, Usage::Normal, Some(100_000), ROUND_TRIP);
        }
        assert_eq!(rate.bits(), 2_000_000);
    }
}
