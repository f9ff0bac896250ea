//! RTCP from clients: reports of publishers, requests of subscribers.

use std::time::{Duration, Instant};

use super::Router;
use crate::ingress::Clock;
use crate::rtcp::{self, Rtcp, write_fir, write_pli};

/// A layer silent for longer is not asked for keyframes.
const ACTIVE: Duration = Duration::from_secs(2);

impl Router {
    /// A plain compound packet.
    pub(super) fn receive_rtcp(&mut self, now: Instant, transport: usize, packet: &[u8]) {
        let mut parts = std::mem::take(&mut self.parts);
        parts.clear();
        if !rtcp::read(packet, |part| parts.push(part)) {
            self.stats.packets_dropped += 1;
        }
        for part in &parts {
            match *part {
                Rtcp::SenderReport {
                    ssrc,
                    ntp,
                    timestamp,
                } => {
                    self.note_clock(
                        transport,
                        ssrc,
                        Clock {
                            ntp,
                            timestamp,
                            arrival: now,
                        },
                    );
                }
                Rtcp::Nack {
                    ssrc,
                    first,
                    following,
                } => {
                    for sequence in Rtcp::nacked(first, following) {
                        self.answer_nack(now, transport, ssrc, sequence);
                    }
                }
                Rtcp::Pli { ssrc } | Rtcp::Fir { ssrc } => self.relay_pli(now, transport, ssrc),
                Rtcp::TransportFeedback { at, len } => {
                    let content = packet.get(at..at + len).unwrap_or(&[]);
                    self.take_feedback(now, transport, content);
                }
                Rtcp::Remb { bits } => self.take_remb(now, transport, bits),
                Rtcp::Report(report) => self.take_report(now, transport, &report),
                Rtcp::Bye { .. } => {}
            }
        }
        self.parts = parts;
    }

    fn note_clock(&mut self, transport: usize, ssrc: u32, clock: Clock) {
        let bound = self
            .transports
            .get(transport)
            .and_then(|one| one.inbound.get(ssrc));
        let Some(bound) = bound.filter(|bound| !bound.rtx) else {
            return;
        };
        if let Some(publication) = self.tracks.get_mut(bound.publication) {
            publication.layers[bound.layer].clock = Some(clock);
        }
    }

    fn answer_nack(&mut self, now: Instant, transport: usize, ssrc: u32, sequence: u16) {
        self.stats.nacks_in += 1;
        let Some(sender) = self.transports.get_mut(transport) else {
            return;
        };
        let Some(index) = sender.by_ssrc.get(&ssrc).copied() else {
            return;
        };
        let Some(subscription) = self.subscriptions.get_mut(index) else {
            return;
        };
        let publication = subscription
            .publication
            .and_then(|index| self.tracks.get(index));
        let Some(publication) = publication.filter(|_| subscription.negotiated.ssrc == ssrc) else {
            return;
        };
        if sender.outlet.is_given_up(ssrc, sequence) {
            return;
        }
        // Repairs leave by themselves, before media.
        let media = subscription.run.take();
        let sent = subscription.resend(
            now,
            publication,
            sequence,
            &mut sender.sender,
            &mut self.pool,
        );
        self.stats.retransmitted += u64::from(sent.is_some());
        let repair = std::mem::replace(&mut subscription.run, media);
        if let Some(mut repair) = repair {
            sender.outlet.repair(now, &mut repair, index);
            self.pool.push(repair);
            self.drain_later(transport);
            self.pace_again(transport, now);
        }
    }

    fn relay_pli(&mut self, now: Instant, transport: usize, ssrc: u32) {
        self.stats.plis_in += 1;
        let sender = self.transports.get(transport);
        let index = sender.and_then(|sender| sender.by_ssrc.get(&ssrc));
        let Some(subscription) = index.and_then(|index| self.subscriptions.get(*index)) else {
            return;
        };
        let Some(index) = subscription.publication else {
            return;
        };
        let layers = [subscription.current, subscription.target];
        if let Some(publication) = self.tracks.get_mut(index).filter(|one| !one.muted) {
            for layer in layers.into_iter().flatten() {
                if let Some(layer) = publication.layers.get_mut(layer) {
                    layer.keyframes.want();
                }
            }
        }
        self.send_keyframe_requests(index, now);
    }

    /// Write the keyframe requests of a track that are due.
    pub(super) fn send_keyframe_requests(&mut self, publication: usize, now: Instant) {
        let Some(publication) = self.tracks.get_mut(publication) else {
            return;
        };
        let fir = publication
            .codecs
            .iter()
            .all(|codec| !codec.pli && codec.fir);
        let Some(transport) = self.transports.get_mut(publication.transport) else {
            return;
        };
        let mut asked = 0;
        for layer in &mut publication.layers {
            let Some(ssrc) = layer.ssrc.filter(|_| layer.is_recent(now, ACTIVE)) else {
                continue;
            };
            if !layer.keyframes.take_due(now) {
                continue;
            }
            asked += 1;
            if fir {
                layer.fir_number = layer.fir_number.wrapping_add(1);
                let number = layer.fir_number;
                transport.write_rtcp(|out, sender| write_fir(out, sender, ssrc, number));
            } else {
                transport.write_rtcp(|out, sender| write_pli(out, sender, ssrc));
            }
        }
        if asked > 0 {
            let index = publication.transport;
            self.stats.plis_out += asked;
            self.flush_reports(index);
        }
    }

    /// Seal what a transport wrote and have it drained.
    pub(super) fn flush_reports(&mut self, index: usize) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        transport.flush_rtcp();
        if !transport.reports.is_empty() && !self.reporting.contains(&index) {
            self.reporting.push(index);
        }
    }
}
