//! One path's estimate: feedback in, bits a second out.

use std::time::{Duration, Instant};

use super::acknowledged::AcknowledgedRate;
use super::feedback::ReferenceClock;
use super::loss::{LossRate, Round};
use super::rate::DelayRate;
use super::standing::StandingQueue;
use super::{
    Acknowledged, DelayDetector, Feedback, Micros, Probe, ProbeResults, SendHistory, Usage,
};
use crate::limits;

/// Before anything is known. GCC starts at what an encoder is started with; a forwarder's layers are
/// there already, so a path is taken to be good until its first feedback says otherwise: one second
/// of a queue on a bad path against several seconds of a poor picture on all others (own choice).
const START: u64 = 4_000_000;
/// The queue that refutes it: more than a keyframe makes on a path that is good enough (own choice).
const REFUTED: Micros = 150_000;
/// A queue that even the quickest packet of a feedback waited for: less is a burst, not overuse
/// (own choice; GCC acts on the trend alone, which suits an encoder's even stream).
const STANDING: Micros = 15_000;
/// A probe at twice the capacity leaves a queue of as long as it lasted (own choice).
const SETTLE: Micros = 150_000;
/// Statuses of one feedback that are looked at: what cannot have been sent is not.
const STATUSES: u16 = limits::SENT_PACKETS as u16;

/// What a round of feedback changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The path is full: the estimate fell.
    pub fell: bool,
    /// A probe's measured rate; 0: it failed.
    pub probed: Option<u64>,
}

/// The sending side of one path.
#[derive(Debug)]
pub struct Estimator {
    epoch: Option<Instant>,
    history: SendHistory,
    clock: ReferenceClock,
    detector: DelayDetector,
    arriving: AcknowledgedRate,
    standing: StandingQueue,
    delay: DelayRate,
    loss: LossRate,
    remb: Option<u64>,
    probe: Option<Probe>,
    probes: u32,
    results: ProbeResults,
    /// The queue that a probe made is gone by then.
    settled_at: Option<Micros>,
    /// From sending to the feedback about it; the smoothed one, in microseconds.
    round_trip: Option<Micros>,
    heard: bool,
    /// Nothing has confirmed or refuted the start yet.
    guessed: bool,
    packets: Vec<Acknowledged>,
}

impl Default for Estimator {
    fn default() -> Self {
        Self {
            epoch: None,
            history: SendHistory::default(),
            clock: ReferenceClock::default(),
            detector: DelayDetector::default(),
            arriving: AcknowledgedRate::default(),
            standing: StandingQueue::default(),
            delay: DelayRate::new(START),
            loss: LossRate::default(),
            remb: None,
            probe: None,
            probes: 0,
            results: ProbeResults::default(),
            settled_at: None,
            round_trip: None,
            heard: false,
            guessed: true,
            packets: Vec::new(),
        }
    }
}

impl Estimator {
    fn micros(&mut self, now: Instant) -> Micros {
        let epoch = *self.epoch.get_or_insert(now);
        now.saturating_duration_since(epoch).as_micros() as Micros
    }

    /// A packet leaves under its (extended) transport-wide number.
    pub fn sent(&mut self, now: Instant, number: u64, bytes: usize) {
        let at = self.micros(now);
        let id = self.probe.as_mut().map_or(0, |probe| {
            probe.count(bytes);
            probe.id
        });
        self.history.sent(number, at, bytes, id);
    }

    /// Transport-wide feedback: what follows the SSRCs of the message.
    pub fn feedback(&mut self, now: Instant, content: &[u8]) -> Outcome {
        let at = self.micros(now);
        let Some(feedback) = Feedback::parse(content).filter(|one| one.count() <= STATUSES) else {
            return Outcome::default();
        };
        let reference = self.clock.extend(feedback.reference);
        let (mut lost, mut recovered) = (0, 0);
        let Self {
            history,
            packets,
            results,
            ..
        } = self;
        packets.clear();
        feedback.each(|number, arrival| match arrival {
            Some(arrival) => {
                if let Some((packet, was_lost)) = history.arrived(number, reference + arrival) {
                    recovered += u32::from(was_lost);
                    packets.push(packet);
                }
            }
            None => {
                if let Some(probe) = history.missing(number) {
                    lost += 1;
                    results.missing(probe);
                }
            }
        });
        if packets.is_empty() && lost == 0 {
            return Outcome::default();
        }
        self.heard = true;
        let over = self.take_packets(at);
        let arrived = self.packets.len() as u32;
        self.judge(at, over, (lost, arrived, recovered))
    }

    /// Feed the arrived packets on; whether the queue grew at any time among them.
    fn take_packets(&mut self, now: Micros) -> bool {
        // Repairs and audio overtake what waits in the pacer: numbers are not the order of sending.
        self.packets.sort_unstable_by_key(|packet| packet.sent);
        let mut over = false;
        self.standing.update(now, &self.packets);
        for packet in &self.packets {
            self.detector.add(packet);
            over |= self.detector.usage() == Usage::Over;
            self.arriving.add(packet);
            self.results.add(packet);
        }
        if let Some(newest) = self.packets.last() {
            let sample = now - newest.sent;
            let smoothed = self.round_trip.get_or_insert(sample);
            *smoothed += (sample - *smoothed) / 8;
        }
        over
    }

    fn judge(&mut self, now: Micros, over: bool, counts: (u32, u32, u32)) -> Outcome {
        let usage = if over {
            Usage::Over
        } else {
            self.detector.usage()
        };
        let arriving = self.arriving.bits();
        let round_trip = self.round_trip.unwrap_or(0);
        // A probe fills the path on purpose: its result speaks, not the queue it made.
        let settling = self.settled_at.is_some_and(|at| now < at);
        let probing = settling || self.probe.is_some() || self.results.is_waiting();
        let usage = match usage {
            Usage::Over if probing => Usage::Under,
            // A keyframe makes a queue that is gone before the next feedback.
            Usage::Over if self.standing.delay() < STANDING => Usage::Normal,
            other => other,
        };
        // The start was a guess: a long queue refutes it before a trend can.
        let refuted = self.guessed && self.standing.delay() > REFUTED;
        let usage = if refuted { Usage::Over } else { usage };
        let mut fell = self.delay.update(now, usage, arriving, round_trip);
        let queued = self.standing.delay();
        let round = Round {
            now,
            round_trip,
            queued,
            target: self.bits(),
            arriving,
        };
        fell |= self.loss.update(round, counts);
        let probed = self.conclude(now);
        self.guessed &= !fell && probed.is_none();
        Outcome { fell, probed }
    }

    fn conclude(&mut self, now: Micros) -> Option<u64> {
        let measured = self.results.take(now)?;
        self.settled_at = Some(now + SETTLE + self.round_trip.unwrap_or(0));
        self.delay.raise(measured);
        self.loss.raise(measured);
        Some(measured)
    }

    /// The receiver's own estimate (draft-alvestrand-rmcat-remb-03). Only from clients that give no
    /// transport-wide feedback; from others it is left aside.
    pub fn remb(&mut self, bits: u64) -> bool {
        if self.heard {
            return false;
        }
        let bits = bits.clamp(limits::ESTIMATE_MIN, limits::ESTIMATE_MAX);
        let before = self.remb.replace(bits);
        before.is_none_or(|before| bits < before)
    }

    /// What the path carries, in bits a second.
    pub fn bits(&self) -> u64 {
        if let Some(remb) = self.remb.filter(|_| !self.heard) {
            return remb;
        }
        let delay = self.delay.bits();
        let bits = self.loss.bits().map_or(delay, |loss| loss.min(delay));
        bits.clamp(limits::ESTIMATE_MIN, limits::ESTIMATE_MAX)
    }

    /// Whether the path has shown no limit yet: the start is neither confirmed nor refuted.
    pub fn is_guess(&self) -> bool {
        self.guessed && self.remb.is_none()
    }

    /// Whether any feedback stands behind the estimate.
    pub fn is_known(&self) -> bool {
        self.heard || self.remb.is_some()
    }

    /// Whether probes can be measured.
    pub fn can_probe(&self) -> bool {
        self.heard && self.probe.is_none() && !self.results.is_waiting()
    }

    /// Send at this rate for a moment.
    pub fn begin_probe(&mut self, now: Instant, bits: u64) {
        let at = self.micros(now);
        self.probes = self.probes.wrapping_add(1).max(1);
        let probe = Probe::new(self.probes, bits.min(limits::ESTIMATE_MAX), at);
        self.probe = Some(probe);
        self.results.begin(probe);
    }

    /// Bytes of padding due for the probe under way; `None` when there is none (any more).
    pub fn padding_due(&mut self, now: Instant) -> Option<usize> {
        let at = self.micros(now);
        let probe = self.probe?;
        if probe.is_over(at) {
            self.results.end(probe, at);
            self.probe = None;
            return None;
        }
        Some(probe.due(at))
    }

    /// The result of a probe whose feedback never came.
    pub fn poll_probe(&mut self, now: Instant) -> Option<u64> {
        let at = self.micros(now);
        self.conclude(at)
    }

    /// From sending to the feedback about it.
    pub fn round_trip(&self) -> Option<Duration> {
        let micros = self.round_trip?;
        Some(Duration::from_micros(micros.max(0) as u64))
    }

    /// Share lost over the last seconds.
    pub fn loss(&self) -> f64 {
        self.loss.share()
    }
}

#[cfg(test)]
#[path = "estimator_tests.rs"]
mod tests;
