//! What each layer of a stream costs: bits and frames a second by spatial and temporal layer.

use std::time::{Duration, Instant};

use crate::limits::{SPATIAL_LAYERS, TEMPORAL_LAYERS};

/// Two buckets of this length make the window.
const BUCKET: Duration = Duration::from_millis(500);
/// RTP header, extensions and authentication tag of a forwarded packet, about.
const HEADERS: u64 = 44;

/// A place in the grid of layers. Orders by spatial layer first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LayerPoint {
    /// 0 low, 1 medium, 2 high.
    pub spatial: u8,
    /// 0 the base frames only, 3 all of them.
    pub temporal: u8,
}

impl LayerPoint {
    /// Everything there is.
    pub const HIGHEST: Self = Self {
        spatial: SPATIAL_LAYERS as u8 - 1,
        temporal: TEMPORAL_LAYERS as u8 - 1,
    };
}

/// One number for each spatial layer and temporal layer.
pub type LayerGrid = [[u64; TEMPORAL_LAYERS]; SPATIAL_LAYERS];

#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    bits: LayerGrid,
    frames: LayerGrid,
}

/// Counts one stream over a window of about a second.
#[derive(Clone, Debug, Default)]
pub struct RateMeter {
    began: Option<Instant>,
    now: Bucket,
    before: Bucket,
    /// The bucket before this one is whole.
    whole: bool,
}

impl RateMeter {
    /// A packet with this much payload; `ends` if it is the last of its frame.
    pub fn count(&mut self, now: Instant, (spatial, temporal): (u8, u8), bytes: usize, ends: bool) {
        let began = *self.began.get_or_insert(now);
        let age = now.saturating_duration_since(began);
        if age >= BUCKET {
            let gap = age >= 2 * BUCKET;
            self.before = if gap { Bucket::default() } else { self.now };
            self.now = Bucket::default();
            self.whole = true;
            self.began = Some(if gap { now } else { began + BUCKET });
        }
        let spatial = usize::from(spatial).min(SPATIAL_LAYERS - 1);
        let temporal = usize::from(temporal).min(TEMPORAL_LAYERS - 1);
        self.now.bits[spatial][temporal] += (bytes as u64 + HEADERS) * 8;
        self.now.frames[spatial][temporal] += u64::from(ends);
    }

    /// Bits a second of each layer by itself.
    pub fn bits(&self, now: Instant) -> LayerGrid {
        self.per_second(now, |bucket| &bucket.bits)
    }

    /// Frames a second of each layer by itself.
    pub fn frames(&self, now: Instant) -> LayerGrid {
        self.per_second(now, |bucket| &bucket.frames)
    }

    fn per_second(&self, now: Instant, of: impl Fn(&Bucket) -> &LayerGrid) -> LayerGrid {
        let mut grid = LayerGrid::default();
        let Some(began) = self.began else { return grid };
        let age = now.saturating_duration_since(began);
        if age >= 3 * BUCKET {
            return grid;
        }
        let before = if self.whole { BUCKET } else { Duration::ZERO };
        // The very first packets say nothing yet about a second.
        let window = (age + before).max(BUCKET / 2).as_micros() as u64;
        let (newer, older) = (of(&self.now), of(&self.before));
        for (spatial, row) in grid.iter_mut().enumerate() {
            for (temporal, rate) in row.iter_mut().enumerate() {
                let sum = newer[spatial][temporal] + older[spatial][temporal];
                *rate = sum * 1_000_000 / window;
            }
        }
        grid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_is_measured_and_a_silent_one_costs_nothing() {
        let start = Instant::now();
        let mut meter = RateMeter::default();
        let mut now = start;
        for packet in 0..3_000u64 {
            now = start + Duration::from_millis(packet);
            meter.count(now, (1, (packet % 2) as u8), 1_000 - 44, packet % 10 == 9);
        }
        let bits = meter.bits(now);
        for temporal in 0..2 {
            let off = bits[1][temporal].abs_diff(4_000_000);
            assert!(off < 200_000, "{bits:?}");
        }
        assert_eq!(bits[0], [0; TEMPORAL_LAYERS]);
        assert!(meter.frames(now)[1][1].abs_diff(100) <= 3);
        assert_eq!(meter.bits(now + 4 * BUCKET), LayerGrid::default());
    }

    #[test]
    fn a_pause_does_not_thin_what_follows() {
        let start = Instant::now();
        let mut meter = RateMeter::default();
        for (from, to) in [(0, 1_000), (60_000, 62_000)] {
            for packet in from..to {
                let now = start + Duration::from_millis(packet);
                meter.count(now, (0, 0), 1_000 - 44, true);
            }
        }
        let bits = meter.bits(start + Duration::from_millis(62_000))[0][0];
        assert!(bits.abs_diff(8_000_000) < 300_000, "{bits}");
    }
}
