//! One simulcast layer (or the only stream) of a track.

use std::time::{Duration, Instant};

use super::{KeyframeRequests, Layering, NackGenerator, RateMeter, Reception, Ring};
use crate::limits;
use crate::rtcp::ReportBlock;
use crate::sdp::MediaKind;

/// A publisher's sender report: which NTP time a timestamp stands for.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// NTP time, 32.32 fixed point seconds.
    pub ntp: u64,
    pub timestamp: u32,
    pub arrival: Instant,
}

impl Clock {
    /// The NTP time of a timestamp near the report.
    pub fn ntp_of(&self, timestamp: u32, clock_rate: u32) -> u64 {
        let ticks = i64::from(timestamp.wrapping_sub(self.timestamp) as i32);
        let fraction = (i128::from(ticks) << 32) / i128::from(clock_rate);
        self.ntp.wrapping_add_signed(fraction as i64)
    }

    /// The timestamp at an NTP time near the report.
    pub fn timestamp_at(&self, ntp: u64, clock_rate: u32) -> u32 {
        let seconds = i128::from(ntp.wrapping_sub(self.ntp) as i64);
        let ticks = (seconds * i128::from(clock_rate) + (1 << 31)) >> 32;
        self.timestamp.wrapping_add(ticks as u32)
    }

    /// The NTP time now, by the arrival of the report.
    pub fn ntp_now(&self, now: Instant) -> u64 {
        let nanos = now.saturating_duration_since(self.arrival).as_nanos();
        self.ntp
            .wrapping_add(((nanos << 32) / 1_000_000_000) as u64)
    }
}

/// A layer's stream and the packets of it that are kept.
#[derive(Debug)]
pub struct Layer {
    /// 0 low, 1 medium, 2 high.
    pub quality: u8,
    pub rid: Option<String>,
    pub ssrc: Option<u32>,
    pub rtx_ssrc: Option<u32>,
    /// Rises when the stream begins anew: sequence numbers before and after do not compare.
    pub generation: u32,
    pub reception: Reception,
    pub nacks: NackGenerator,
    pub keyframes: KeyframeRequests,
    pub ring: Ring,
    pub rates: RateMeter,
    pub layering: Layering,
    pub clock: Option<Clock>,
    pub last_packet: Option<Instant>,
    pub alive: bool,
    pub fir_number: u8,
}

impl Layer {
    /// A layer before its first packet.
    pub fn new(kind: MediaKind, quality: u8, rid: Option<String>) -> Self {
        let (capacity, interval) = match (kind, quality) {
            (MediaKind::Video, 0) => (limits::VIDEO_RING, limits::KEYFRAME_INTERVAL_LOW),
            (MediaKind::Video, _) => (limits::VIDEO_RING, limits::KEYFRAME_INTERVAL),
            _ => (limits::AUDIO_RING, limits::KEYFRAME_INTERVAL),
        };
        Self {
            quality,
            rid,
            ssrc: None,
            rtx_ssrc: None,
            generation: 0,
            reception: Reception::default(),
            nacks: NackGenerator::default(),
            keyframes: KeyframeRequests::new(interval),
            ring: Ring::new(capacity),
            rates: RateMeter::default(),
            layering: Layering::default(),
            clock: None,
            last_packet: None,
            alive: false,
            fir_number: 0,
        }
    }

    /// The stream begins anew: another SSRC, or numbers far from the ones before.
    pub fn restart(&mut self) {
        self.generation += 1;
        self.reception = Reception::default();
        self.nacks = NackGenerator::default();
        self.ring.clear();
        self.rates = RateMeter::default();
        self.layering = Layering::default();
        self.clock = None;
    }

    /// Whether a packet came within `age`.
    pub fn is_recent(&self, now: Instant, age: Duration) -> bool {
        self.last_packet
            .is_some_and(|last| now.saturating_duration_since(last) <= age)
    }

    /// The report block since the last one.
    pub fn report(&mut self, now: Instant) -> Option<ReportBlock> {
        let mut block = self.reception.report(self.ssrc?)?;
        if let Some(clock) = self.clock {
            let age = now.saturating_duration_since(clock.arrival);
            block.last_sender_report = (clock.ntp >> 16) as u32;
            block.delay = ((age.as_micros() << 16) / 1_000_000) as u32;
        }
        Some(block)
    }

    /// The extended form of an original sequence number (of a retransmission), near the highest.
    pub fn extend(&self, sequence: u16) -> Option<u64> {
        let highest = self.reception.highest()?;
        let distance = i64::from(sequence.wrapping_sub(highest as u16) as i16);
        highest.checked_add_signed(distance)
    }
}
