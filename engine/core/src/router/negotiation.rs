//! The outcome of a negotiation, applied as the difference from the last one.

use std::collections::HashSet;
use std::time::Instant;

use super::{Handle, Router};
use crate::egress::Subscription;
use crate::error::Error;
use crate::ingress::{Bound, Publication};
use crate::sdp::{ExtensionIds, Negotiated, ReceiveSection, SendNegotiated};

impl Router {
    /// After a negotiation: what this transport publishes and sends, whole, diffed against the last.
    /// Errors leave everything as it was.
    pub fn apply(
        &mut self,
        transport: Handle,
        negotiated: &Negotiated,
        now: Instant,
    ) -> Result<(), Error> {
        let index = self.transport_of(transport)?;
        self.check(index, negotiated)?;
        self.apply_receive(index, &negotiated.receive, now);
        self.apply_send(index, &negotiated.send, now);
        Ok(())
    }

    fn check(&self, transport: usize, negotiated: &Negotiated) -> Result<(), Error> {
        let mut tracks = HashSet::new();
        for section in &negotiated.receive {
            let known = self.track_index.get(&section.track);
            let publication = known.and_then(|index| self.tracks.get(*index));
            let elsewhere = publication.is_some_and(|one| one.transport != transport);
            let other_kind = publication.is_some_and(|one| one.kind != section.kind);
            if elsewhere || other_kind || !tracks.insert(section.track) {
                let track = section.track;
                return Err(Error::Invalid(format!(
                    "track {track} is published elsewhere"
                )));
            }
        }
        let mut ssrcs = HashSet::new();
        for section in &negotiated.send {
            let known = self
                .transports
                .get(transport)
                .and_then(|one| one.by_ssrc.get(&section.ssrc));
            let other_track = known.is_some_and(|index| {
                self.subscriptions
                    .get(*index)
                    .is_some_and(|one| one.negotiated.track != section.track)
            });
            if other_track || !ssrcs.insert(section.ssrc) {
                let ssrc = section.ssrc;
                return Err(Error::Invalid(format!(
                    "SSRC {ssrc} belongs to another subscription"
                )));
            }
        }
        Ok(())
    }

    fn apply_receive(&mut self, transport: usize, sections: &[ReceiveSection], now: Instant) {
        let Some(receiver) = self.transports.get_mut(transport) else {
            return;
        };
        let participant = receiver.participant;
        receiver.inbound.extensions = sections
            .iter()
            .fold(ExtensionIds::default(), |ids, section| {
                ids.union(&section.extensions)
            });
        let ended: Vec<usize> = receiver
            .inbound
            .publications
            .clone()
            .into_iter()
            .filter(|index| {
                let published = self.tracks.get(*index).map(|one| one.track);
                !sections
                    .iter()
                    .any(|section| Some(section.track) == published)
            })
            .collect();
        for index in ended {
            self.remove_publication(index);
        }
        for section in sections {
            match self.track_index.get(&section.track).copied() {
                Some(index) => self.renegotiate_publication(index, section),
                None => {
                    let index =
                        self.tracks
                            .insert(Publication::new(participant, transport, section));
                    self.track_index.insert(section.track, index);
                    if let Some(receiver) = self.transports.get_mut(transport) {
                        receiver.inbound.publications.push(index);
                    }
                    self.bind_announced(index);
                    self.attach_waiting(index, now);
                }
            }
        }
    }

    fn renegotiate_publication(&mut self, index: usize, section: &ReceiveSection) {
        let Some(publication) = self.tracks.get_mut(index) else {
            return;
        };
        let subscribers = publication.subscribers.clone();
        if !publication.renegotiate(section) {
            return;
        }
        if let Some(transport) = self.transports.get_mut(publication.transport) {
            transport.inbound.unbind(index, None);
        }
        for subscription in subscribers {
            if let Some(subscription) = self.subscriptions.get_mut(subscription) {
                subscription.forget_layers();
            }
        }
        self.bind_announced(index);
    }

    /// Know the SSRCs that the description named.
    fn bind_announced(&mut self, index: usize) {
        let Some(publication) = self.tracks.get(index) else {
            return;
        };
        let Some(transport) = self.transports.get_mut(publication.transport) else {
            return;
        };
        for (layer, announced) in publication.layers.iter().enumerate() {
            for (ssrc, rtx) in [(announced.ssrc, false), (announced.rtx_ssrc, true)] {
                if let Some(ssrc) = ssrc {
                    transport.inbound.bind(
                        ssrc,
                        Bound {
                            publication: index,
                            layer,
                            rtx,
                        },
                    );
                }
            }
        }
    }

    /// Connect the subscriptions that were negotiated before the track was there.
    fn attach_waiting(&mut self, index: usize, now: Instant) {
        let Some(publication) = self.tracks.get_mut(index) else {
            return;
        };
        for (at, subscription) in self.subscriptions.iter_mut() {
            let waits = subscription.publication.is_none();
            if waits && subscription.negotiated.track == publication.track {
                subscription.publication = Some(index);
                publication.subscribers.push(at);
            }
        }
        self.retarget_all(index, now);
    }

    fn apply_send(&mut self, transport: usize, sections: &[SendNegotiated], now: Instant) {
        let Some(sender) = self.transports.get(transport) else {
            return;
        };
        let ended: Vec<usize> = sender
            .subscriptions
            .iter()
            .copied()
            .filter(|index| {
                let ssrc = self
                    .subscriptions
                    .get(*index)
                    .map(|one| one.negotiated.ssrc);
                !sections.iter().any(|section| Some(section.ssrc) == ssrc)
            })
            .collect();
        for index in ended {
            self.remove_subscription(index);
        }
        let participant = self.transports.get(transport).map(|one| one.participant);
        let playout = participant.and_then(|one| self.playout_of(one));
        for section in sections {
            let index = self.subscribe(transport, section);
            if let Some(index) = index {
                if let Some(subscription) = self.subscriptions.get_mut(index) {
                    subscription.playout = playout;
                }
                self.retarget(index, now);
            }
        }
    }

    /// The subscription of a section: the one it has, with what is new, or a new one.
    fn subscribe(&mut self, transport: usize, section: &SendNegotiated) -> Option<usize> {
        let sender = self.transports.get_mut(transport)?;
        let known = sender.by_ssrc.get(&section.ssrc).copied();
        let index = known.unwrap_or_else(|| {
            let keyed = sender.sender.srtp.is_some();
            let mut added = Subscription::new(transport, section.clone(), keyed, &mut self.random);
            added.publication = self.track_index.get(&section.track).copied();
            let publication = added.publication.and_then(|one| self.tracks.get_mut(one));
            let index = self.subscriptions.insert(added);
            sender.subscriptions.push(index);
            if let Some(publication) = publication {
                publication.subscribers.push(index);
            }
            index
        });
        for ssrc in [Some(section.ssrc), section.rtx_ssrc].into_iter().flatten() {
            sender.by_ssrc.insert(ssrc, index);
        }
        if known.is_some() {
            self.subscriptions
                .get_mut(index)?
                .renegotiate(section.clone());
        }
        Some(index)
    }
}
