//! The loss-based bound As_hat (GCC section 6): it falls when much is lost whatever the delay says.
//!
//! GCC counts from one report to the next. A few packets say little about a share, so here a cut
//! needs more loss than chance gives at the threshold, and there is no bound before the first cut:
//! a radio link that always loses 5 % is used in full.

use super::Micros;
use crate::limits;

/// Above this share it falls, below the other it rises (GCC section 6).
const HIGH: f64 = 0.10;
const LOW: f64 = 0.02;
/// A cut is by this share of the loss (GCC section 6).
const CUT: f64 = 0.5;
/// Rise a second. GCC's 5 % for every report would be threefold within a second at the usual 20
/// reports; libwebrtc's 8 % a second is taken (send_side_bandwidth_estimation.cc).
const RISE: f64 = 1.08;
/// Between LOW and HIGH, where GCC holds: slowly up, so that one bad second on a link that always
/// loses some is not for ever (own choice).
const DRIFT: f64 = 1.03;
/// A verdict is over as many packets or as much time, whichever comes first, and never fewer than
/// the last (own choice; libwebrtc judges 20 packets).
const PACKETS: u32 = 100;
const INTERVAL: Micros = 1_000_000;
const LEAST: u32 = 20;
/// Standard deviations that a share must be above HIGH to count (own choice).
const SIGMA: f64 = 1.64;
/// Between two cuts, beside the round trip: what was cut shows only then (libwebrtc:
/// kBweDecreaseInterval).
const AGAIN: Micros = 300_000;
/// With such a queue on the path the loss is our own, and what arrives is what the path carries:
/// the cut is then the one of the delay-based half (own choice; GCC section 5.6: beta).
const STANDING: Micros = 80_000;
const BETA: f64 = 0.85;
/// A bound so far above the rest says nothing any more.
const FORGET: f64 = 4.0;

/// What is known when a round of feedback comes. Rates in bits a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    pub now: Micros,
    pub round_trip: Micros,
    /// The queue that stands on the path.
    pub queued: Micros,
    /// What may be sent, and what arrives of it.
    pub target: u64,
    pub arriving: Option<u64>,
}

/// Losses since the last verdict, and the bound.
#[derive(Debug, Default)]
pub(super) struct LossRate {
    lost: u32,
    arrived: u32,
    began: Option<Micros>,
    cut: Option<Micros>,
    bits: Option<f64>,
    /// Share lost over the last seconds.
    share: f64,
}

impl LossRate {
    /// The bound in bits a second; `None`: none.
    pub fn bits(&self) -> Option<u64> {
        self.bits.map(|bits| bits as u64)
    }

    pub fn share(&self) -> f64 {
        self.share
    }

    /// A probe came through with more than the bound.
    pub fn raise(&mut self, bits: u64) {
        self.bits = self.bits.map(|bound| bound.max(bits as f64));
    }

    /// Count one round of feedback. Packets told lost before that have arrived after all are
    /// `recovered`. `true` on a cut.
    pub fn update(&mut self, round: Round, (lost, arrived, recovered): (u32, u32, u32)) -> bool {
        let Round {
            now,
            round_trip,
            queued,
            target,
            arriving,
        } = round;
        let began = *self.began.get_or_insert(now);
        self.lost = (self.lost + lost).saturating_sub(recovered);
        self.arrived += arrived;
        let packets = self.lost + self.arrived;
        let age = now - began;
        if packets < LEAST || (packets < PACKETS && age < INTERVAL) {
            return false;
        }
        let (lost, count) = (f64::from(self.lost), f64::from(packets));
        let share = lost / count;
        (self.lost, self.arrived, self.began) = (0, 0, Some(now));
        let weight = (age as f64 / 3e6).clamp(0.1, 0.6);
        self.share += weight * (share - self.share);
        let certain = HIGH * count + SIGMA * (count * HIGH * (1.0 - HIGH)).sqrt();
        let seconds = (age as f64 / 1e6).min(1.0);
        if lost > certain {
            if self.cut.is_some_and(|cut| now - cut < AGAIN + round_trip) {
                return false;
            }
            self.cut = Some(now);
            let sent = arriving.map_or(f64::MAX, |bits| bits as f64 / (1.0 - share).max(0.01));
            let mut cut = sent.min(target as f64) * (1.0 - CUT * share);
            if let Some(bits) = arriving.filter(|_| queued > STANDING) {
                cut = cut.min(BETA * bits as f64);
            }
            let floor = limits::ESTIMATE_MIN as f64;
            self.bits = Some(self.bits.map_or(cut, |bits| bits.min(cut)).max(floor));
            return true;
        }
        if let Some(bits) = &mut self.bits {
            let rise = if share < LOW {
                RISE
            } else if share < HIGH {
                DRIFT
            } else {
                1.0
            };
            *bits *= rise.powf(seconds);
            if *bits > FORGET * target as f64 || *bits >= limits::ESTIMATE_MAX as f64 {
                self.bits = None;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Rounds of 10 packets every 100 ms, each lost with this probability; cuts.
    fn run(loss: &mut LossRate, seconds: i64, percent: u64) -> usize {
        let mut random = Random::new([11; 32]);
        let mut cuts = 0;
        for round in 0..seconds * 10 {
            let lost = (0..10)
                .filter(|_| random.next_u64() % 100 < percent)
                .count() as u32;
            let counts = (lost, 10 - lost, 0);
            let arriving = Some(2_000_000 * (100 - percent) / 100);
            let round = Round {
                now: round * 100_000,
                round_trip: 0,
                queued: 0,
                target: 2_000_000,
                arriving,
            };
            let cut = loss.update(round, counts);
            cuts += usize::from(cut);
        }
        cuts
    }

    #[test]
    fn five_percent_at_random_are_borne_and_twenty_five_are_not() {
        let mut loss = LossRate::default();
        assert_eq!(run(&mut loss, 120, 5), 0);
        assert_eq!(loss.bits(), None);
        assert!((loss.share() - 0.05).abs() < 0.03, "{}", loss.share());
        assert!(run(&mut loss, 5, 25) > 2);
        assert!(loss.bits().is_some_and(|bits| bits < 1_900_000));
    }
}
