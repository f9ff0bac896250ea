//! When the shares of a path change: down at once, up only on what was measured, and less eagerly
//! the more often that failed.
//!
//! GCC says what a path carries and leaves its use to the application: all constants here are our
//! own, chosen on the simulated links of tests/scenarios/bandwidth.rs.

use std::time::{Duration, Instant};

use super::{Demand, share};

/// A raise must fit with this much to spare: rates of layers vary, and audio and repairs come on top.
const SPARE: f64 = 1.08;
/// The shares may be more than the budget by so much before they are cut: measured rates vary.
const TOLERANCE: f64 = 1.05;
/// Rest between raises, after a fall, and at most; a raise that is followed by a fall within `REGRET`
/// doubles the rest, one that is not ends the doubling.
const REST: Duration = Duration::from_secs(1);
const REST_MAX: Duration = Duration::from_secs(30);
const REGRET: Duration = Duration::from_secs(8);
/// The lowest layer is too much for so long before anything is paused for it.
const PATIENCE: Duration = Duration::from_secs(2);
/// Rest between probes while more is wanted than is known to fit; it grows with every failure.
const PROBE_REST: Duration = Duration::from_secs(2);
const PROBE_REST_MAX: Duration = Duration::from_secs(5);
/// After a probe that came through, the next comes this soon.
const PROBE_NEXT: Duration = Duration::from_millis(250);
/// A probe came through when it measured this share of its rate.
const PROBE_PASSED: f64 = 0.85;
/// Of what the next raise needs, a probe tries so much; and at most this multiple of the estimate.
const PROBE_ABOVE: f64 = 1.15;
const PROBE_STEP: f64 = 2.0;

/// The state of one path's sharing.
#[derive(Debug)]
pub struct Sharing {
    raise_at: Option<Instant>,
    raised: Option<Instant>,
    rest: Duration,
    short_since: Option<Instant>,
    probe_at: Option<Instant>,
    probe_rest: Duration,
    probe_bits: u64,
}

impl Default for Sharing {
    fn default() -> Self {
        Self {
            raise_at: None,
            raised: None,
            rest: REST,
            short_since: None,
            probe_at: None,
            probe_rest: PROBE_REST,
            probe_bits: 0,
        }
    }
}

impl Sharing {
    /// The estimate fell.
    pub fn fell(&mut self, now: Instant) {
        let regretted = self
            .raised
            .take()
            .is_some_and(|raised| now.saturating_duration_since(raised) < REGRET);
        if regretted {
            self.rest = (self.rest * 2).min(REST_MAX);
        }
        self.raise_at = self.raise_at.max(Some(now + self.rest));
        self.probe_at = self
            .probe_at
            .max(Some(now + self.probe_rest.min(self.rest)));
    }

    /// A probe measured so much; 0: nothing.
    pub fn probed(&mut self, now: Instant, bits: u64) {
        let passed = bits as f64 >= PROBE_PASSED * self.probe_bits as f64;
        if passed {
            self.probe_rest = PROBE_REST;
            self.probe_at = Some(now + PROBE_NEXT);
        } else {
            self.probe_rest = (self.probe_rest * 3 / 2).min(PROBE_REST_MAX);
            self.probe_at = Some(now + self.probe_rest);
        }
    }

    /// The step of each demand from now on. `current` are the steps they have; `budget` in bits a
    /// second.
    pub fn decide(
        &mut self,
        now: Instant,
        budget: u64,
        demands: &[Demand],
        current: &[Option<usize>],
    ) -> Vec<Option<usize>> {
        if cost(demands, current) as f64 > budget as f64 * TOLERANCE {
            return self.cut(now, budget, demands, current);
        }
        self.short_since = None;
        let wanted = share((budget as f64 / SPARE) as u64, demands);
        let more = wanted.iter().zip(current).any(|(one, had)| one > had);
        if !more || self.raise_at.is_some_and(|at| now < at) {
            return current.to_vec();
        }
        let lasting = self
            .raised
            .is_some_and(|raised| now.saturating_duration_since(raised) >= REGRET);
        if lasting {
            self.rest = REST;
        }
        self.raised = Some(now);
        self.raise_at = Some(now + REST);
        wanted
    }

    /// Less for some, more for none.
    fn cut(
        &mut self,
        now: Instant,
        budget: u64,
        demands: &[Demand],
        current: &[Option<usize>],
    ) -> Vec<Option<usize>> {
        let wanted = share(budget, demands);
        let pauses = wanted
            .iter()
            .zip(current)
            .any(|(one, had)| one < had && one.is_none());
        if !pauses {
            self.short_since = None;
        }
        let since = *self.short_since.get_or_insert(now);
        let may_pause = pauses && now.saturating_duration_since(since) >= PATIENCE;
        if !pauses {
            self.short_since = None;
        }
        let lower = wanted.into_iter().zip(current).map(|(one, had)| {
            let kept = if may_pause { one } else { one.or(Some(0)) };
            kept.min(*had)
        });
        lower.collect()
    }

    /// The rate to probe at now, if more is wanted than is known to fit.
    pub fn probe(
        &mut self,
        now: Instant,
        (estimate, other): (u64, u64),
        demands: &[Demand],
        current: &[Option<usize>],
    ) -> Option<u64> {
        if self.probe_at.is_some_and(|at| now < at) {
            return None;
        }
        let next = demands.iter().zip(current).filter_map(|(demand, had)| {
            let step = had.map_or(0, |step| step + 1);
            let before = had.map_or(0, |step| demand.steps[step].bits);
            Some(demand.steps.get(step)?.bits - before)
        });
        let all: u64 = demands
            .iter()
            .filter_map(|demand| demand.steps.last())
            .map(|step| step.bits)
            .sum();
        let scaled = |bits: u64| (bits as f64 * SPARE * PROBE_ABOVE) as u64;
        let least = scaled(cost(demands, current) + other + next.min()?);
        let enough = scaled(all + other).max(least);
        if estimate >= enough {
            return None;
        }
        let step = (estimate as f64 * PROBE_STEP) as u64;
        self.probe_bits = enough.min(step.max(least.min(2 * step)));
        self.probe_at = Some(now + self.probe_rest);
        Some(self.probe_bits)
    }
}

/// Bits a second of these steps.
fn cost(demands: &[Demand], steps: &[Option<usize>]) -> u64 {
    let each = demands.iter().zip(steps);
    each.filter_map(|(demand, step)| Some(demand.steps.get((*step)?)?.bits))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::steps;
    use crate::ingress::LayerPoint;

    fn demand() -> Demand {
        let grid = [[150_000; 4], [500_000; 4], [1_700_000; 4]];
        Demand {
            importance: 0,
            steps: steps(&grid, LayerPoint::HIGHEST),
        }
    }

    #[test]
    fn a_raise_that_fails_makes_the_next_one_wait_longer() {
        let mut sharing = Sharing::default();
        let demands = [demand()];
        let mut now = Instant::now();
        let mut current = vec![Some(0)];
        let mut raises = 0;
        for _ in 0..1_200 {
            now += Duration::from_millis(100);
            let before = current.clone();
            // The estimate is wrong each time: the raise is followed by a fall after a second.
            current = sharing.decide(now, 700_000, &demands, &current);
            if current > before {
                raises += 1;
                now += Duration::from_secs(1);
                sharing.fell(now);
                current = sharing.decide(now, 400_000, &demands, &current);
                assert_eq!(current, [Some(0)]);
            }
        }
        // Two minutes: rests of 2, 4, 8, 16 and then 30 s.
        assert!((4..=9).contains(&raises), "{raises}");
    }

    #[test]
    fn nothing_is_paused_for_a_moment() {
        let mut sharing = Sharing::default();
        let demands = [demand(), demand()];
        let now = Instant::now();
        let current = [Some(2), Some(0)];
        let cut = sharing.decide(now, 160_000, &demands, &current);
        assert_eq!(cut, [Some(0), Some(0)]);
        let later = now + PATIENCE;
        assert_eq!(
            sharing.decide(later, 160_000, &demands, &cut),
            [Some(0), None]
        );
    }

    #[test]
    fn probes_climb_towards_what_is_wanted_and_stop_there() {
        let mut sharing = Sharing::default();
        let demands = [demand()];
        let mut now = Instant::now();
        let first = sharing.probe(now, (200_000, 40_000), &demands, &[Some(0)]);
        assert!(
            first.is_some_and(|bits| (400_000..=800_000).contains(&bits)),
            "{first:?}"
        );
        assert_eq!(
            sharing.probe(now, (200_000, 40_000), &demands, &[Some(0)]),
            None
        );
        now += PROBE_REST;
        let next = sharing.probe(now, (2_200_000, 40_000), &demands, &[Some(0)]);
        assert_eq!(next, None, "the estimate is enough for all");
    }
}
