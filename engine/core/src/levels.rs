//! Who is speaking, from the audio-level header extension (RFC 6464). Nothing is decoded.

use std::time::Duration;

/// Quieter than this (in -dBov) is not speech.
const ACTIVE: u8 = 35;
/// Speech has to fill this part of an interval.
const SHARE: f64 = 0.4;
/// Weight of the newest interval.
const SMOOTHING: f64 = 2.0 / 3.0;
/// Levels are told in eighths, so that small changes are not told.
const STEPS: f64 = 8.0;

/// How loud one audio track is.
#[derive(Clone, Debug, Default)]
pub struct Loudness {
    active: Duration,
    loudest: Option<u8>,
    smoothed: f64,
    last: Option<u32>,
}

impl Loudness {
    /// A packet's level in -dBov (0 loudest, 127 silence), with its 48 kHz timestamp.
    pub fn observe(&mut self, level: u8, timestamp: u32) {
        let ticks = self.last.map_or(960, |last| timestamp.wrapping_sub(last));
        self.last = Some(timestamp);
        if level > ACTIVE {
            return;
        }
        // After a pause (DTX) a packet counts as one of the usual 20 ms.
        let ticks = if ticks <= 5_760 { ticks } else { 960 };
        self.active += Duration::from_micros(u64::from(ticks) * 125 / 6);
        self.loudest = Some(self.loudest.map_or(level, |loudest| loudest.min(level)));
    }

    /// End an interval; the smoothed level if it is speech, linear from 0 to 1.
    pub fn close(&mut self, interval: Duration) -> Option<f64> {
        let share = (self.active.as_secs_f64() / interval.as_secs_f64()).min(1.0);
        let level = match self.loudest {
            Some(loudest) if share >= SHARE => {
                10f64.powf(-(f64::from(loudest) - 20.0 * share.log10()) / 20.0)
            }
            _ => 0.0,
        };
        self.smoothed += (level.min(1.0) - self.smoothed) * SMOOTHING;
        (self.active, self.loudest) = (Duration::ZERO, None);
        let threshold = 10f64.powf(-f64::from(ACTIVE) / 20.0);
        (self.smoothed >= threshold).then_some(self.smoothed)
    }

    /// Whether later intervals can differ from silence without a further packet.
    pub fn is_fading(&self) -> bool {
        self.active > Duration::ZERO || self.smoothed > 0.001
    }
}

/// The level as it is told.
pub fn told(level: f64) -> f32 {
    ((level * STEPS).ceil() / STEPS) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_millis(400);

    fn interval(loudness: &mut Loudness, start: u32, levels: impl Iterator<Item = u8>) {
        for (packet, level) in levels.enumerate() {
            loudness.observe(level, start + 960 * packet as u32);
        }
    }

    #[test]
    fn speech_is_told_and_fades_when_it_ends() {
        let mut loudness = Loudness::default();
        interval(&mut loudness, 0, std::iter::repeat_n(20, 20));
        let level = loudness.close(INTERVAL).unwrap();
        assert!((0.05..0.1).contains(&level), "{level}");
        let mut closed = 0;
        while loudness.close(INTERVAL).is_some() {
            closed += 1;
            assert!(closed < 10);
        }
    }

    #[test]
    fn a_short_click_and_steady_noise_below_the_threshold_are_not_speech() {
        let mut loudness = Loudness::default();
        interval(
            &mut loudness,
            0,
            (0..20).map(|packet| if packet < 5 { 10 } else { 127 }),
        );
        assert_eq!(loudness.close(INTERVAL), None);
        interval(&mut loudness, 20 * 960, std::iter::repeat_n(36, 20));
        assert_eq!(loudness.close(INTERVAL), None);
    }
}
