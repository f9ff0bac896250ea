//! What each layer of a stream costs: bits and frames a second by spatial and temporal layer.

use std::time::{Duration, Instant};

use crate::codec::{Frame, LayerPoint, Targets};
use crate::limits::{SPATIAL_LAYERS, TEMPORAL_LAYERS};

/// Two buckets of this length make the window.
const BUCKET: Duration = Duration::from_millis(500);
/// RTP header, extensions and authentication tag of a forwarded packet, about.
const HEADERS: u64 = 44;

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
    /// A packet with this much payload, counted for every target that contains its frame.
    pub fn count(&mut self, now: Instant, frame: &Frame, targets: &Targets, bytes: usize) {
        let began = *self.began.get_or_insert(now);
        let age = now.saturating_duration_since(began);
        if age >= BUCKET {
            let gap = age >= 2 * BUCKET;
            self.before = if gap { Bucket::default() } else { self.now };
            self.now = Bucket::default();
            self.whole = true;
            self.began = Some(if gap { now } else { began + BUCKET });
        }
        let bits = (bytes as u64 + HEADERS) * 8;
        for target in 0..targets.len() as u8 {
            if frame.present >> target & 1 == 0 {
                continue;
            }
            let LayerPoint { spatial, temporal } = targets.point(target);
            let row = usize::from(spatial).min(SPATIAL_LAYERS - 1);
            let column = usize::from(temporal).min(TEMPORAL_LAYERS - 1);
            self.now.bits[row][column] += bits;
            let whole = frame.ends && frame.spatial == spatial;
            self.now.frames[row][column] += u64::from(whole);
        }
    }

    /// Bits a second up to each layer; a column of a temporal layer that is not there repeats the one
    /// below it.
    pub fn bits(&self, now: Instant) -> LayerGrid {
        self.per_second(now, |bucket| &bucket.bits)
    }

    /// Frames a second up to each layer, likewise.
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
            for temporal in 1..TEMPORAL_LAYERS {
                row[temporal] = row[temporal].max(row[temporal - 1]);
            }
        }
        grid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(target: u32, ends: bool) -> Frame {
        Frame {
            present: 1 << target,
            ends,
            spatial: (target / 4) as u8,
            ..Frame::default()
        }
    }

    #[test]
    fn a_steady_stream_is_measured_and_a_silent_one_costs_nothing() {
        let start = Instant::now();
        let mut meter = RateMeter::default();
        let mut now = start;
        for packet in 0..3_000u64 {
            now = start + Duration::from_millis(packet);
            let frame = frame(4 + (packet % 2) as u32, packet % 10 == 9);
            meter.count(now, &frame, &Targets::grid(), 1_000 - 44);
        }
        let bits = meter.bits(now);
        for rate in bits[1] {
            assert!(rate.abs_diff(4_000_000) < 200_000, "{bits:?}");
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
                meter.count(now, &frame(0, true), &Targets::grid(), 1_000 - 44);
            }
        }
        let bits = meter.bits(start + Duration::from_millis(62_000))[0][0];
        assert!(bits.abs_diff(8_000_000) < 300_000, "{bits}");
    }
}
