//! What a transport's path carries, and how it is shared among the videos sent on it.

use std::time::{Duration, Instant};

use super::{Handle, Router, RouterEvent, TransportReport};
use crate::allocation::{Demand, Step, steps};
use crate::error::Error;
use crate::ingress::LayerPoint;
use crate::rtcp::Report;
use crate::sdp::MediaKind;

/// How often shares are looked at while video is sent.
const TICK: Duration = Duration::from_millis(100);
/// Video was sent this recently, else nobody looks.
const ACTIVE: Duration = Duration::from_secs(3);
/// A round trip beyond this is no measurement.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(10);

/// The videos of a transport that have something to share.
#[derive(Debug, Default)]
struct Shares {
    subscriptions: Vec<usize>,
    demands: Vec<Demand>,
    current: Vec<Option<usize>>,
    /// Bits a second of everything that is not shared.
    other: u64,
}

impl Router {
    /// Transport-wide feedback of a client.
    pub(super) fn take_feedback(&mut self, now: Instant, index: usize, content: &[u8]) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        let outcome = transport.outlet.estimator.feedback(now, content);
        self.take_outcome(now, index, outcome.fell, outcome.probed);
    }

    /// A receiver's own estimate.
    pub(super) fn take_remb(&mut self, now: Instant, index: usize, bits: u64) {
        if let Some(transport) = self.transports.get_mut(index) {
            let fell = transport.outlet.estimator.remb(bits);
            self.take_outcome(now, index, fell, None);
        }
    }

    fn take_outcome(&mut self, now: Instant, index: usize, fell: bool, probed: Option<u64>) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        let outlet = &mut transport.outlet;
        if let Some(bits) = outlet.bound() {
            outlet.pacer.set_estimate(bits);
        }
        if fell {
            outlet.sharing.fell(now);
        }
        if let Some(bits) = probed {
            outlet.sharing.probed(now, bits);
        }
        if fell || probed.is_some() {
            self.balance(index, now);
        }
    }

    /// A receiver report about one of our streams: round trip (RFC 3550 section 6.4.1) and loss.
    pub(super) fn take_report(&mut self, now: Instant, index: usize, report: &Report) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        let subscription = transport.by_ssrc.get(&report.ssrc);
        let Some(subscription) = subscription.and_then(|one| self.subscriptions.get(*one)) else {
            return;
        };
        let outlet = &mut transport.outlet;
        let lost = f64::from(report.fraction_lost) / 256.0;
        outlet.reported_loss += 0.3 * (lost - outlet.reported_loss);
        let publication = subscription
            .publication
            .and_then(|one| self.tracks.get(one));
        let info = publication.and_then(|one| subscription.sender_info(now, one));
        let Some(info) = info.filter(|_| report.last_sender_report != 0) else {
            return;
        };
        let middle = (info.ntp >> 16) as u32;
        let units = middle
            .wrapping_sub(report.last_sender_report)
            .wrapping_sub(report.delay);
        let sample = Duration::from_secs_f64(f64::from(units) / 65_536.0);
        if sample < ROUND_TRIP_MAX {
            let smoothed = outlet.round_trip.unwrap_or(sample);
            outlet.round_trip = Some((smoothed * 3 + sample) / 4);
        }
    }

    /// Video left on a transport: look at its shares at the usual pace.
    pub(super) fn keep_balancing(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        if transport.due.balance.is_none() {
            let at = now + TICK;
            transport.due.balance = Some(at);
            self.arm(index, at);
        }
    }

    /// The usual pace: shares, and a probe if more is wanted.
    pub(super) fn balance_due(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        transport.due.balance = None;
        if let Some(bits) = transport.outlet.estimator.poll_probe(now) {
            transport.outlet.sharing.probed(now, bits);
        }
        let limited = self.balance(index, now);
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        let sent = transport.outlet.last_media;
        let active = sent.is_some_and(|at| now.saturating_duration_since(at) < ACTIVE);
        if active || limited {
            self.keep_balancing(index, now);
        }
    }

    /// Give every video of a transport its share. `true` if any has less than it could.
    pub(super) fn balance(&mut self, index: usize, now: Instant) -> bool {
        let shares = self.shares(index, now);
        let Some(transport) = self.transports.get_mut(index) else {
            return false;
        };
        let Some(estimate) = transport.outlet.bound() else {
            return false;
        };
        let outlet = &mut transport.outlet;
        let budget = estimate.saturating_sub(shares.other);
        let Shares {
            demands, current, ..
        } = &shares;
        let decided = outlet.sharing.decide(now, budget, demands, current);
        let short = demands
            .iter()
            .zip(&decided)
            .any(|(demand, step)| step.is_none_or(|step| step + 1 < demand.steps.len()));
        let free = short && outlet.limit.is_none() && outlet.estimator.can_probe();
        let known = (estimate, shares.other);
        let probe = if free {
            outlet.sharing.probe(now, known, demands, &decided)
        } else {
            None
        };
        self.apply_shares(index, now, &shares, &decided);
        if let Some(bits) = probe {
            self.begin_probe(index, now, bits);
        }
        short
    }

    fn shares(&self, index: usize, now: Instant) -> Shares {
        let mut shares = Shares::default();
        let subscriptions = self.transports.get(index).map(|one| &one.subscriptions);
        for &at in subscriptions.into_iter().flatten() {
            let Some(subscription) = self.subscriptions.get(at) else {
                continue;
            };
            let publication = subscription
                .publication
                .and_then(|one| self.tracks.get(one));
            let Some(publication) = publication.filter(|one| !one.muted) else {
                continue;
            };
            if !subscription.settings.enabled {
                continue;
            }
            let rates = publication.layer_rates(now);
            if publication.kind != MediaKind::Video {
                let bits = rates.iter().flatten().copied().max();
                shares.other += bits.unwrap_or(0);
                continue;
            }
            let steps = steps(&rates, subscription.ceiling);
            // A silent video costs nothing, and nothing is known of what it would.
            if steps.is_empty() {
                continue;
            }
            shares.current.push(step_of(&steps, subscription.allowed));
            let speaks = self.speaks(publication.participant);
            shares.demands.push(Demand {
                importance: 2 * u32::from(subscription.settings.priority) + u32::from(speaks),
                steps,
            });
            shares.subscriptions.push(at);
        }
        shares
    }

    fn apply_shares(
        &mut self,
        index: usize,
        now: Instant,
        shares: &Shares,
        decided: &[Option<usize>],
    ) {
        let mut states = Vec::new();
        for (place, &at) in shares.subscriptions.iter().enumerate() {
            let Some(subscription) = self.subscriptions.get_mut(at) else {
                continue;
            };
            let steps = &shares.demands[place].steps;
            let top = decided[place] == Some(steps.len() - 1);
            let point = decided[place].and_then(|step| steps.get(step));
            let allowed = point.map(|step| LayerPoint {
                // Everything: a layer that comes alive meanwhile is looked at before it is sent.
                temporal: if top {
                    LayerPoint::HIGHEST.temporal
                } else {
                    step.point.temporal
                },
                ..step.point
            });
            if allowed == subscription.allowed {
                continue;
            }
            if allowed.is_some() != subscription.allowed.is_some() {
                states.push((subscription.negotiated.track, allowed.is_none()));
            }
            subscription.allow(allowed);
            self.retarget(at, now);
        }
        if let Some(transport) = self.transports.get(index).filter(|_| !states.is_empty()) {
            let transport = transport.handle;
            self.events
                .push_back(RouterEvent::StreamStates { transport, states });
        }
    }

    /// Whether a participant was last told to speak.
    fn speaks(&self, participant: Handle) -> bool {
        let room = self.participants.get(&participant).map(|one| one.room);
        let room = room.and_then(|room| self.rooms.get(&room));
        room.is_some_and(|room| room.speakers.iter().any(|(who, _)| *who == participant))
    }

    fn begin_probe(&mut self, index: usize, now: Instant, bits: u64) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        transport.outlet.estimator.begin_probe(now, bits);
        transport.due.pace = Some(now);
        self.arm(index, now);
    }

    /// Pad up to the rate of the probe under way.
    pub(super) fn pad(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        let Some(due) = transport.outlet.estimator.padding_due(now) else {
            return;
        };
        let mut left = due;
        for &at in &transport.subscriptions {
            let Some(subscription) = self.subscriptions.get_mut(at) else {
                continue;
            };
            if subscription.negotiated.kind != MediaKind::Video {
                continue;
            }
            let media = subscription.run.take();
            while left > 0 {
                let Some(bytes) = subscription.pad(now, &mut transport.sender, &mut self.pool)
                else {
                    break;
                };
                left = left.saturating_sub(bytes);
            }
            let mut padding = std::mem::replace(&mut subscription.run, media);
            if let Some(padding) = &mut padding {
                let released = &mut transport.outlet.released;
                padding.drain(|run| {
                    for (packet, number) in run.packets() {
                        released.push(packet, number);
                    }
                });
            }
            self.pool.extend(padding);
            if left == 0 {
                break;
            }
        }
        self.drain_later(index);
    }

    /// Hold the estimate of a transport at or below this many bits a second; `None` lets it go.
    /// Errors: unknown transport.
    pub fn limit_bandwidth(
        &mut self,
        transport: Handle,
        bits: Option<u64>,
        now: Instant,
    ) -> Result<(), Error> {
        let index = self.transport_of(transport)?;
        if let Some(transport) = self.transports.get_mut(index) {
            transport.outlet.limit = bits;
        }
        self.take_outcome(now, index, false, None);
        self.balance(index, now);
        Ok(())
    }

    /// How a transport does. Errors: unknown transport.
    pub fn transport_report(
        &self,
        transport: Handle,
        now: Instant,
    ) -> Result<TransportReport, Error> {
        let index = self.transport_of(transport)?;
        let Some(transport) = self.transports.get(index) else {
            return Err(Error::unknown("transport", transport));
        };
        let outlet = &transport.outlet;
        let paused = transport.subscriptions.iter().filter(|at| {
            let subscription = self.subscriptions.get(**at);
            subscription.is_some_and(|one| one.allowed.is_none())
        });
        let round_trip = outlet.round_trip.or(outlet.estimator.round_trip());
        Ok(TransportReport {
            rtt_ms: round_trip.map(|time| time.as_secs_f64() * 1_000.0),
            loss_out: outlet.reported_loss.max(outlet.estimator.loss()),
            loss_in: outlet.loss_in,
            jitter_in_ms: self.jitter_in(&transport.inbound.publications),
            sent_bps: outlet.sent.bits(now),
            received_bps: outlet.received.bits(now),
            estimate_bps: outlet.estimate(),
            paused: paused.count() as u32,
        })
    }

    fn jitter_in(&self, publications: &[usize]) -> f64 {
        let tracks = publications.iter().filter_map(|at| self.tracks.get(*at));
        let each = tracks.flat_map(|track| {
            let rate = f64::from(track.clock_rate());
            let alive = track.layers.iter().filter(|layer| layer.alive);
            alive.map(move |layer| layer.reception.jitter() * 1_000.0 / rate)
        });
        each.fold(0.0, f64::max)
    }
}

/// The highest step within what is allowed.
fn step_of(steps: &[Step], allowed: Option<LayerPoint>) -> Option<usize> {
    let allowed = allowed?;
    let within = steps.iter().rposition(|step| {
        step.point.spatial <= allowed.spatial && step.point.temporal <= allowed.temporal
    });
    Some(within.unwrap_or(0))
}
