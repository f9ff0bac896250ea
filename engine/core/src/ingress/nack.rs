//! Which packets to ask a publisher for again (RFC 4585 section 6.2.1).

use std::time::Instant;

use crate::limits;

#[derive(Clone, Copy, Debug)]
struct Missing {
    sequence: u64,
    next: Instant,
    tries: u8,
}

/// Watches one stream's sequence numbers.
#[derive(Clone, Debug, Default)]
pub struct NackGenerator {
    highest: Option<u64>,
    missing: Vec<Missing>,
    lost: u64,
}

impl NackGenerator {
    /// A packet came, by itself or repaired. `true` if it left a gap too large to be repaired: the
    /// gap counts as lost and a keyframe is needed.
    pub fn received(&mut self, now: Instant, sequence: u64) -> bool {
        let Some(highest) = self.highest else {
            self.highest = Some(sequence);
            return false;
        };
        if sequence <= highest {
            self.missing.retain(|missing| missing.sequence != sequence);
            return false;
        }
        self.highest = Some(sequence);
        let gap = sequence - highest - 1;
        if gap as usize + self.missing.len() > limits::MISSING_PACKETS {
            self.lost += gap + self.missing.len() as u64;
            self.missing.clear();
            return true;
        }
        let next = now + limits::NACK_DELAY;
        let skipped = highest + 1..sequence;
        self.missing.extend(skipped.map(|sequence| Missing {
            sequence,
            next,
            tries: 0,
        }));
        false
    }

    /// Whether a packet is still asked for.
    pub fn is_missing(&self, sequence: u64) -> bool {
        self.missing
            .iter()
            .any(|missing| missing.sequence == sequence)
    }

    /// Append the sequence numbers to ask for now, ascending; gives up on what was asked for often.
    pub fn due(&mut self, now: Instant, out: &mut Vec<u16>) {
        let lost = &mut self.lost;
        self.missing.retain_mut(|missing| {
            if missing.next > now {
                return true;
            }
            if missing.tries == limits::NACK_TRIES {
                *lost += 1;
                return false;
            }
            missing.tries += 1;
            missing.next = now + limits::NACK_INTERVAL;
            out.push(missing.sequence as u16);
            true
        });
    }

    /// When the next one is due.
    pub fn next(&self) -> Option<Instant> {
        self.missing.iter().map(|missing| missing.next).min()
    }

    /// Packets given up since the last call.
    pub fn take_lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn asks_a_bounded_number_of_times_and_stops_when_the_packet_comes() {
        let start = Instant::now();
        let mut nacks = NackGenerator::default();
        nacks.received(start, 10);
        nacks.received(start, 13);
        let mut out = Vec::new();
        nacks.due(start, &mut out);
        assert!(out.is_empty(), "merely reordered packets are waited for");
        nacks.due(start + limits::NACK_DELAY, &mut out);
        assert_eq!(out, [11, 12]);
        nacks.received(start, 12);
        let mut asked = 0;
        for tick in 1..100 {
            out.clear();
            nacks.due(start + Duration::from_millis(100 * tick), &mut out);
            asked += out.len();
            assert!(out.iter().all(|sequence| *sequence == 11));
        }
        assert_eq!(asked, usize::from(limits::NACK_TRIES) - 1);
        assert_eq!((nacks.take_lost(), nacks.next()), (1, None));
    }

    #[test]
    fn a_large_gap_is_not_asked_for() {
        let start = Instant::now();
        let mut nacks = NackGenerator::default();
        assert!(!nacks.received(start, 1));
        assert!(nacks.received(start, 2_000));
        assert_eq!(nacks.next(), None);
        assert_eq!(nacks.take_lost(), 1_998);
    }
}
