//! A kept packet to everybody who gets its layer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Router;
use crate::egress::Source;
use crate::ingress::Packet;

/// After a stream begins or changes its source, its clock is told this soon.
const FIRST_REPORT: Duration = Duration::from_millis(100);

impl Router {
    /// Write a packet into the runs of the subscribers of its layer.
    pub(super) fn forward(
        &mut self,
        now: Instant,
        publication: usize,
        layer: usize,
        packet: &Arc<Packet>,
    ) {
        let Some(published) = self.tracks.get(publication) else {
            return;
        };
        let mut began = false;
        for &index in &published.subscribers {
            let Some(subscription) = self.subscriptions.get_mut(index) else {
                continue;
            };
            let Some(transport) = self.transports.get_mut(subscription.transport) else {
                continue;
            };
            let fresh = subscription.run.is_none();
            let source = Source {
                publication: published,
                layer,
                packet,
            };
            let sender = &mut transport.sender;
            let sent = subscription.forward(now, source, sender, &mut self.pool);
            if let Some((_, true)) = sent {
                began = true;
                // A keyframe's start that came late: what followed it waits in the ring.
                let from = &published.layers[layer];
                let newest = from.reception.highest().unwrap_or(0);
                for sequence in packet.sequence + 1..=newest {
                    let Some(next) = from.ring.get(sequence) else {
                        continue;
                    };
                    let source = Source {
                        publication: published,
                        layer,
                        packet: next,
                    };
                    subscription.forward(now, source, sender, &mut self.pool);
                }
            }
            if fresh && subscription.run.is_some() {
                self.dirty.push(index);
            }
        }
        if began {
            self.report_soon(publication, now + FIRST_REPORT);
        }
    }

    /// Have the subscribers' transports send their sender reports by then.
    fn report_soon(&mut self, publication: usize, at: Instant) {
        let Some(published) = self.tracks.get(publication) else {
            return;
        };
        let transports: Vec<usize> = published
            .subscribers
            .iter()
            .filter_map(|index| self.subscriptions.get(*index).map(|one| one.transport))
            .collect();
        for index in transports {
            let Some(transport) = self.transports.get_mut(index) else {
                continue;
            };
            if transport.due.sender_report.is_none_or(|due| at < due) {
                transport.due.sender_report = Some(at);
                self.arm(index, at);
            }
        }
    }
}
