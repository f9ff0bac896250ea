//! Whether a queue grows on the path: groups of packets, the trend of their delay, a detector with
//! an adaptive threshold (GCC sections 5.1 to 5.4).
//!
//! GCC leaves the arrival-time filter open ("any adaptive filter"). This one fits a line to the
//! smoothed delay, as libwebrtc does (goog_cc/trendline_estimator.cc), not its older Kalman filter.

use std::collections::VecDeque;

use super::{Acknowledged, Micros};

/// Packets sent within this belong together (GCC section 5.6: burst_time).
const BURST: Micros = 5_000;
/// A burst that arrives together is cut here (libwebrtc, inter_arrival_delta.cc).
const MAX_BURST: Micros = 100_000;
/// Groups in the fit, share of the old in the smoothing, and the gain that brings a slope to the
/// scale of the draft's threshold (libwebrtc, trendline_estimator.cc).
const WINDOW: usize = 20;
const SMOOTHING: f64 = 0.9;
const GAIN: f64 = 4.0;
/// A young estimate weighs less, up to this many groups (the same).
const MAX_DELTAS: u32 = 60;
/// Threshold in ms: first value, bounds, rates of adaptation, and how far an estimate beyond it
/// leaves it alone (GCC section 5.4: del_var_th(0), K_u, K_d).
const THRESHOLD: f64 = 12.5;
const THRESHOLD_MIN: f64 = 6.0;
const THRESHOLD_MAX: f64 = 600.0;
const K_UP: f64 = 0.01;
const K_DOWN: f64 = 0.000_18;
const OUTLIER: f64 = 15.0;
/// Over the threshold for so many ms (GCC section 5.6: overuse_time_th).
const OVERUSE_MS: f64 = 10.0;
/// Longest step of the threshold's adaptation, in ms (libwebrtc).
const MAX_STEP_MS: f64 = 100.0;
/// A gap this long says nothing about a queue: begin anew (libwebrtc: 3 s without arrivals).
const MAX_GAP: Micros = 3_000_000;

/// What the delay says about the link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Usage {
    #[default]
    Normal,
    /// The queue grows.
    Over,
    /// The queue empties.
    Under,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent: Micros,
    last_sent: Micros,
    first_arrival: Micros,
    last_arrival: Micros,
}

/// Groups, trend and detector of one path.
#[derive(Debug)]
pub struct DelayDetector {
    current: Option<Group>,
    before: Option<Group>,
    deltas: u32,
    accumulated: f64,
    smoothed: f64,
    /// (arrival, smoothed delay), both in ms.
    points: VecDeque<(f64, f64)>,
    trend: f64,
    threshold: f64,
    adapted: Option<Micros>,
    over_ms: Option<f64>,
    overs: u32,
    usage: Usage,
}

impl Default for DelayDetector {
    fn default() -> Self {
        Self {
            current: None,
            before: None,
            deltas: 0,
            accumulated: 0.0,
            smoothed: 0.0,
            points: VecDeque::with_capacity(WINDOW),
            trend: 0.0,
            threshold: THRESHOLD,
            adapted: None,
            over_ms: None,
            overs: 0,
            usage: Usage::Normal,
        }
    }
}

impl DelayDetector {
    /// The state after the packets seen so far.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Take an arrived packet, in order of sending.
    pub fn add(&mut self, packet: &Acknowledged) {
        let Some(group) = &mut self.current else {
            self.current = Some(Group::of(packet));
            return;
        };
        if packet.sent < group.first_sent {
            return;
        }
        if packet.arrival - group.last_arrival > MAX_GAP {
            let threshold = self.threshold;
            *self = Self {
                threshold,
                current: Some(Group::of(packet)),
                ..Self::default()
            };
            return;
        }
        if group.takes(packet) {
            group.last_sent = group.last_sent.max(packet.sent);
            group.last_arrival = group.last_arrival.max(packet.arrival);
            return;
        }
        let done = *group;
        self.current = Some(Group::of(packet));
        if let Some(before) = self.before {
            let sent = ms(done.last_sent - before.last_sent);
            let arrived = ms(done.last_arrival - before.last_arrival);
            // A group that overtook the one before is reordering, not a queue.
            if arrived >= 0.0 {
                self.advance(sent, arrived, done.last_arrival);
            }
        }
        self.before = Some(done);
    }

    fn advance(&mut self, sent: f64, arrived: f64, at: Micros) {
        self.deltas = (self.deltas + 1).min(1_000);
        self.accumulated += arrived - sent;
        self.smoothed = SMOOTHING * self.smoothed + (1.0 - SMOOTHING) * self.accumulated;
        if self.points.len() == WINDOW {
            self.points.pop_front();
        }
        self.points.push_back((ms(at), self.smoothed));
        let trend = if self.points.len() == WINDOW {
            slope(&self.points).unwrap_or(self.trend)
        } else {
            self.trend
        };
        self.detect(trend, sent, at);
    }

    fn detect(&mut self, trend: f64, sent: f64, at: Micros) {
        let scaled = |trend: f64| f64::from(self.deltas.min(MAX_DELTAS)) * trend * GAIN;
        let offset = scaled(trend);
        if self.deltas < 2 {
            self.usage = Usage::Normal;
        } else if offset > self.threshold {
            // At first, half of the interval is taken to have been over.
            let over = self.over_ms.map_or(sent / 2.0, |over| over + sent);
            self.over_ms = Some(over);
            self.overs += 1;
            if over > OVERUSE_MS && self.overs > 1 && trend >= self.trend {
                self.over_ms = Some(0.0);
                self.overs = 0;
                self.usage = Usage::Over;
            }
        } else {
            self.over_ms = None;
            self.overs = 0;
            self.usage = if offset < -self.threshold {
                Usage::Under
            } else {
                Usage::Normal
            };
        }
        self.trend = trend;
        self.adapt(offset.abs(), at);
    }

    fn adapt(&mut self, offset: f64, at: Micros) {
        let step = ms(at - self.adapted.unwrap_or(at)).clamp(0.0, MAX_STEP_MS);
        self.adapted = Some(at);
        if offset - self.threshold > OUTLIER {
            return;
        }
        let rate = if offset < self.threshold {
            K_DOWN
        } else {
            K_UP
        };
        self.threshold += rate * (offset - self.threshold) * step;
        self.threshold = self.threshold.clamp(THRESHOLD_MIN, THRESHOLD_MAX);
    }
}

impl Group {
    fn of(packet: &Acknowledged) -> Self {
        Self {
            first_sent: packet.sent,
            last_sent: packet.sent,
            first_arrival: packet.arrival,
            last_arrival: packet.arrival,
        }
    }

    /// Sent together, or held up somewhere and let go together (GCC section 5.2).
    fn takes(&self, packet: &Acknowledged) -> bool {
        if packet.sent - self.first_sent <= BURST {
            return true;
        }
        let arrived = packet.arrival - self.last_arrival;
        let variation = arrived - (packet.sent - self.last_sent);
        variation < 0 && arrived <= BURST && packet.arrival - self.first_arrival < MAX_BURST
    }
}

fn ms(time: Micros) -> f64 {
    time as f64 / 1_000.0
}

/// Least squares; `None` if all points have one time.
fn slope(points: &VecDeque<(f64, f64)>) -> Option<f64> {
    let count = points.len() as f64;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
    let (x, y) = (x / count, y / count);
    let (mut above, mut below) = (0.0, 0.0);
    for point in points {
        above += (point.0 - x) * (point.1 - y);
        below += (point.0 - x) * (point.0 - x);
    }
    (below > 0.0).then(|| above / below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Packets every 10 ms for `seconds`, each `growth` us later than the one before.
    fn feed(
        detector: &mut DelayDetector,
        from: Micros,
        seconds: i64,
        growth: Micros,
    ) -> Vec<Usage> {
        let mut random = Random::new([3; 32]);
        let mut seen = Vec::new();
        for at in 0..seconds * 100 {
            let sent = from + at * 10_000;
            let noise = (random.next_u64() % 4_000) as Micros;
            detector.add(&Acknowledged {
                sent,
                arrival: 20_000 + sent + at * growth + noise,
                bytes: 1_000,
                probe: 0,
            });
            seen.push(detector.usage());
        }
        seen
    }

    #[test]
    fn a_growing_queue_is_overuse_and_jitter_is_not() {
        let mut detector = DelayDetector::default();
        let steady = feed(&mut detector, 0, 20, 0);
        assert!(!steady.contains(&Usage::Over));
        let growing = feed(&mut detector, 20_000_000, 3, 2_000);
        let first = growing.iter().position(|usage| *usage == Usage::Over);
        assert!(first.is_some_and(|first| first < 60), "{first:?}");
    }

    #[test]
    fn an_emptying_queue_is_underuse() {
        let mut detector = DelayDetector::default();
        feed(&mut detector, 0, 2, 3_000);
        let emptying = feed(&mut detector, 2_000_000, 1, -3_000);
        assert!(emptying.contains(&Usage::Under));
    }
}
