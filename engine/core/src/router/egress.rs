//! Datagrams out: at once while the path keeps up, else as its pacer lets them.

use std::time::Instant;

use super::outlet::Outlet;
use super::{Egress, Handle, Router, RouterStats};
use crate::egress::{PACE_INTERVAL, Run};
use crate::limits;
use crate::sdp::MediaKind;

impl Router {
    /// Hand out the datagrams of the last batch. Each run goes out whole or is lost.
    pub fn drain_egress(&mut self, sink: &mut dyn FnMut(Egress<'_>)) {
        let Some(now) = self.now else { return };
        let mut dirty = std::mem::take(&mut self.dirty);
        for index in dirty.drain(..) {
            self.drain_subscription(index, now, sink);
        }
        self.dirty = dirty;
        let mut pacing = std::mem::take(&mut self.pacing);
        for index in pacing.drain(..) {
            let Some(transport) = self.transports.get_mut(index) else {
                continue;
            };
            let mut released = std::mem::take(&mut transport.outlet.released);
            released.drain(|run| {
                let outlet = Some(&mut transport.outlet);
                give(transport.handle, &run, now, outlet, &mut self.stats, sink);
            });
            transport.outlet.released = released;
        }
        self.pacing = pacing;
        for index in self.reporting.drain(..) {
            if let Some(transport) = self.transports.get_mut(index) {
                let handle = transport.handle;
                let stats = &mut self.stats;
                transport
                    .reports
                    .drain(|run| give(handle, &run, now, None, stats, sink));
            }
        }
    }

    fn drain_subscription(&mut self, index: usize, now: Instant, sink: &mut dyn FnMut(Egress<'_>)) {
        let Some(subscription) = self.subscriptions.get_mut(index) else {
            return;
        };
        let Some(mut run) = subscription.run.take() else {
            return;
        };
        let at = subscription.transport;
        let video = subscription.negotiated.kind == MediaKind::Video;
        if let Some(transport) = self.transports.get_mut(at) {
            let (handle, outlet) = (transport.handle, &mut transport.outlet);
            let mut held = false;
            run.drain(|run| {
                if video && !outlet.pacer.admits(now) {
                    outlet.pacer.hold(&run, index, false);
                    held = true;
                    return;
                }
                outlet.pacer.spend(run.datagrams.len());
                give(handle, &run, now, Some(outlet), &mut self.stats, sink);
            });
            if video {
                outlet.last_media = Some(now);
                self.keep_balancing(at, now);
            }
            if held {
                self.held(at, now);
            }
        }
        if self.pool.len() < limits::IDLE_RUNS {
            self.pool.push(run);
        }
    }

    /// Something waits: look again soon, and never let too much wait.
    fn held(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        if transport.outlet.pacer.is_overfull() {
            for owner in transport.outlet.give_up() {
                if let Some(subscription) = self.subscriptions.get_mut(owner) {
                    subscription.pause();
                }
                self.retarget(owner, now);
            }
        }
        self.pace_again(index, now);
    }

    /// Set the pacer's timer if it holds something.
    pub(super) fn pace_again(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        if transport.outlet.pacer.is_holding() && transport.due.pace.is_none() {
            let at = now + PACE_INTERVAL;
            transport.due.pace = Some(at);
            self.arm(index, at);
        }
    }

    /// The pacer's timer: let out what may leave, and go on with a probe.
    pub(super) fn pace(&mut self, index: usize, now: Instant) {
        self.pad(index, now);
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        transport.due.pace = transport
            .outlet
            .estimator
            .padding_due(now)
            .map(|_| now + PACE_INTERVAL);
        let outlet = &mut transport.outlet;
        outlet.pacer.release(now, &mut outlet.released);
        if !outlet.released.is_empty() {
            self.drain_later(index);
        }
        self.pace_again(index, now);
    }

    /// Have the released packets of a transport drained.
    pub(super) fn drain_later(&mut self, index: usize) {
        if !self.pacing.contains(&index) {
            self.pacing.push(index);
        }
    }
}

/// Hand a run to the socket, and note it where an outlet counts it.
fn give(
    transport: Handle,
    run: &Run<'_>,
    now: Instant,
    outlet: Option<&mut Outlet>,
    stats: &mut RouterStats,
    sink: &mut dyn FnMut(Egress<'_>),
) {
    if let Some(outlet) = outlet {
        outlet.count(now, run);
    }
    stats.packets_out += run.numbers.len() as u64;
    stats.bytes_out += run.datagrams.len() as u64;
    sink(Egress {
        transport,
        datagrams: run.datagrams,
        segment: run.segment,
    });
}
