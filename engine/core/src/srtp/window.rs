//! Which packet indices of one SSRC were used: the replay window (RFC 3711 section 3.3.2).

/// Indices remembered below the highest.
const SIZE: u64 = 1_024;

/// A sliding window of used indices.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    highest: Option<u64>,
    used: [u64; (SIZE / 64) as usize],
}

impl Window {
    /// The highest index used.
    pub fn highest(&self) -> Option<u64> {
        self.highest
    }

    /// Whether the index is certainly unused: what is too old to tell is not.
    pub fn is_unused(&self, index: u64) -> bool {
        match self.highest {
            None => true,
            Some(highest) if index > highest => true,
            Some(highest) => highest - index < SIZE && !self.bit(index),
        }
    }

    /// Note an unused index as used.
    pub fn mark(&mut self, index: u64) {
        let next = self.highest.map_or(index, |highest| highest + 1);
        if index >= next + SIZE {
            self.used = [0; (SIZE / 64) as usize];
        } else {
            for skipped in next..index {
                self.used[word(skipped)] &= !mask(skipped);
            }
        }
        self.used[word(index)] |= mask(index);
        self.highest = Some(self.highest.map_or(index, |highest| highest.max(index)));
    }

    fn bit(&self, index: u64) -> bool {
        self.used[word(index)] & mask(index) != 0
    }
}

fn word(index: u64) -> usize {
    ((index % SIZE) / 64) as usize
}

fn mask(index: u64) -> u64 {
    1 << (index % 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use std::collections::HashSet;

    #[test]
    fn agrees_with_a_set_of_everything_seen() {
        let mut random = Random::new([7; 32]);
        let mut window = Window::default();
        let mut seen = HashSet::new();
        let mut top = 100_000u64;
        let mut highest = 0;
        for _ in 0..50_000 {
            top += random.next_u64() % 7 / 5;
            if random.next_u64().is_multiple_of(2_000) {
                top += random.next_u64() % 3_000;
            }
            let index = top - random.next_u64() % 1_500;
            let old = highest >= index + SIZE;
            assert_eq!(
                window.is_unused(index),
                !old && !seen.contains(&index),
                "{index}"
            );
            if window.is_unused(index) {
                window.mark(index);
                seen.insert(index);
                highest = highest.max(index);
            }
        }
        assert!(seen.len() > 5_000);
    }
}
