//! What was sent, once more: answers to NACKs, and the clock of what was sent.

use std::time::Instant;

use super::{Source, Subscription};
use crate::egress::selector::{ends_picture, is_in};
use crate::egress::{Epoch, RunBuffer, Sender};
use crate::ingress::Publication;
use crate::limits;
use crate::rtcp::SenderInfo;
use crate::rtp::Head;
use crate::sdp::MediaKind;

/// Retransmissions remembered so that a repeated NACK does not multiply them.
const RESENDS: usize = 64;

impl Subscription {
    /// Answer a NACK for one of our sequence numbers. Returns the sealed size of the repeated
    /// packet.
    pub fn resend(
        &mut self,
        now: Instant,
        publication: &Publication,
        sequence: u16,
        sender: &mut Sender,
        pool: &mut Vec<RunBuffer>,
    ) -> Option<usize> {
        let (original, mapped) = self.rewriter.find(sequence)?;
        let layer = mapped.epoch.layer;
        let from = publication.layers.get(layer)?;
        if from.generation != mapped.epoch.generation || self.resent_lately(now, sequence) {
            return None;
        }
        let packet = from.ring.get(original)?;
        let source = Source {
            publication,
            layer,
            packet,
        };
        let payload = self.payload_for(source)?;
        let (slot, rtx_slot) = self.slots(sender)?;
        let frame = packet.facts.frame.unwrap_or_default();
        let filler = publication.kind == MediaKind::Video && !is_in(&frame, mapped.target);
        let mut head = Head {
            marker: !filler && ends_picture(source.targets(), mapped.target, packet),
            payload_type: payload.payload_type,
            sequence,
            timestamp: packet.timestamp.wrapping_add(mapped.epoch.timestamp),
            ssrc: self.negotiated.ssrc,
        };
        let repair = payload.rtx.zip(self.negotiated.rtx_ssrc).zip(rtx_slot);
        let (seal, original) = match repair {
            Some(((payload_type, ssrc), slot)) => {
                let index = self.rtx_index;
                self.rtx_index += 1;
                head = Head {
                    payload_type,
                    ssrc,
                    sequence: index as u16,
                    ..head
                };
                ((slot, index), Some(sequence))
            }
            None => ((slot, mapped.index), None),
        };
        let len = self.send(
            now, source, &mapped, head, original, payload, seal, filler, sender, pool,
        )?;
        if self.resends.len() == RESENDS {
            self.resends.remove(0);
        }
        self.resends.push((sequence, now));
        Some(len)
    }

    fn resent_lately(&self, now: Instant, sequence: u16) -> bool {
        self.resends.iter().any(|(known, at)| {
            *known == sequence && now.saturating_duration_since(*at) < limits::RESEND_INTERVAL
        })
    }

    /// What a sender report says now; `None` before the first packet or the publisher's report.
    pub fn sender_info(&self, now: Instant, publication: &Publication) -> Option<SenderInfo> {
        let Epoch {
            layer,
            generation,
            timestamp,
            ..
        } = *self.rewriter.current()?;
        let layer = publication
            .layers
            .get(layer)
            .filter(|layer| layer.generation == generation)?;
        let clock = layer.clock?;
        let ntp = clock.ntp_now(now);
        Some(SenderInfo {
            ssrc: self.negotiated.ssrc,
            ntp,
            timestamp: clock
                .timestamp_at(ntp, publication.clock_rate())
                .wrapping_add(timestamp),
            packets: self.packets,
            bytes: self.bytes,
        })
    }
}
