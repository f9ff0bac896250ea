//! The way out of one transport: estimate, pacer, and the share of each video.

use std::time::{Duration, Instant};

use crate::allocation::Sharing;
use crate::congestion::Estimator;
use crate::egress::{GivenUp, Pacer, Run, RunBuffer};

/// Streams whose packets were given up are remembered so far that their NACKs are known.
const GIVEN_UP: usize = 64;
/// One window of a meter, and when its last one says nothing any more.
const WINDOW: Duration = Duration::from_secs(1);

/// What leaves a transport, and how it may.
#[derive(Debug, Default)]
pub(super) struct Outlet {
    pub estimator: Estimator,
    pub pacer: Pacer,
    /// Released by the pacer, or repairs, since the last drain.
    pub released: RunBuffer,
    pub sharing: Sharing,
    /// The estimate is held at or below this, for tests of a client's behaviour.
    pub limit: Option<u64>,
    pub last_media: Option<Instant>,
    pub sent: Meter,
    pub received: Meter,
    /// By sender and receiver reports.
    pub round_trip: Option<Duration>,
    /// Share lost by receiver reports, and of what we receive.
    pub reported_loss: f64,
    pub loss_in: f64,
    given_up: Vec<GivenUp>,
}

impl Outlet {
    /// What the path carries in bits a second; `None` before any feedback.
    pub fn estimate(&self) -> Option<u64> {
        let known = self.estimator.is_known().then(|| self.estimator.bits());
        match (known, self.limit) {
            (Some(bits), Some(limit)) => Some(bits.min(limit)),
            (known, limit) => known.or(limit),
        }
    }

    /// What may be sent at most; `None` as long as the path has shown no limit.
    pub fn bound(&self) -> Option<u64> {
        if self.estimator.is_guess() {
            return self.limit;
        }
        self.estimate()
    }

    /// A run leaves.
    pub fn count(&mut self, now: Instant, run: &Run<'_>) {
        for (packet, number) in run.packets() {
            if let Some(number) = number {
                self.estimator.sent(now, number, packet.len());
            }
        }
        self.sent.add(now, run.datagrams.len());
    }

    /// Repairs of a subscription: now, or as soon as they may.
    pub fn repair(&mut self, now: Instant, repairs: &mut RunBuffer, owner: usize) {
        let Self {
            pacer, released, ..
        } = self;
        repairs.drain(|run| {
            if !pacer.admits_repair(now) {
                pacer.hold(&run, owner, true);
                return;
            }
            pacer.spend(run.datagrams.len());
            for (packet, number) in run.packets() {
                released.push(packet, number);
            }
        });
    }

    /// Give up what waits; returns the subscriptions whose video has a hole now.
    pub fn give_up(&mut self) -> Vec<usize> {
        let given_up = self.pacer.give_up();
        let owners = given_up.iter().map(|one| one.owner).collect();
        for one in given_up {
            self.given_up.retain(|known| known.ssrc != one.ssrc);
            if self.given_up.len() == GIVEN_UP {
                self.given_up.remove(0);
            }
            self.given_up.push(one);
        }
        owners
    }

    /// Whether a packet was given up: asking for it again is in vain.
    pub fn is_given_up(&self, ssrc: u32, sequence: u16) -> bool {
        let known = self.given_up.iter().find(|one| one.ssrc == ssrc);
        known.is_some_and(|one| one.sequence.wrapping_sub(sequence) < 0x4000)
    }
}

/// Bytes by the second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meter {
    began: Option<Instant>,
    bytes: usize,
    bits: u64,
}

impl Meter {
    pub fn add(&mut self, now: Instant, bytes: usize) {
        let began = *self.began.get_or_insert(now);
        let age = now.saturating_duration_since(began);
        if age >= WINDOW {
            self.bits = (self.bytes as f64 * 8.0 / age.as_secs_f64()) as u64;
            (self.began, self.bytes) = (Some(now), 0);
        }
        self.bytes += bytes;
    }

    /// Bits a second of the last window.
    pub fn bits(&self, now: Instant) -> u64 {
        let age = self.began.map(|at| now.saturating_duration_since(at));
        age.filter(|age| *age < 3 * WINDOW).map_or(0, |_| self.bits)
    }
}
