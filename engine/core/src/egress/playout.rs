//! The playout delay extension: when receivers show a picture
//! (<http://www.webrtc.org/experiments/rtp-hdrext/playout-delay>).

/// Twelve bits each, in steps of ten milliseconds.
const STEP_MS: u32 = 10;
const MOST: u32 = 0xfff;

/// The least and the most, as the extension's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayoutDelay([u8; 3]);

impl PlayoutDelay {
    /// From milliseconds; `None` if both are zero, which says nothing. A most below the least is
    /// raised to it.
    pub fn new(min_ms: u32, max_ms: u32) -> Option<Self> {
        if (min_ms, max_ms) == (0, 0) {
            return None;
        }
        let min = (min_ms / STEP_MS).min(MOST);
        let max = (max_ms / STEP_MS).min(MOST).max(min);
        let [_, high, middle, low] = (min << 12 | max).to_be_bytes();
        Some(Self([high, middle, low]))
    }

    /// The element's value.
    pub fn value(&self) -> &[u8; 3] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::PlayoutDelay;

    #[test]
    fn two_times_share_three_bytes() {
        assert_eq!(PlayoutDelay::new(0, 0), None);
        let value = |min, max| *PlayoutDelay::new(min, max).unwrap().value();
        assert_eq!(value(100, 2_000), [0x00, 0xa0, 0xc8]);
        assert_eq!(value(90_000, 0), [0xff; 3]);
    }
}
