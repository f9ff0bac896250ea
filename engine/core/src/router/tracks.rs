//! Tracks and subscriptions: ended, muted, paused, capped.

use std::time::Instant;

use super::{Handle, Router, RouterEvent};
use crate::egress::SubscriptionSettings;
use crate::error::Error;
use crate::sdp::MediaKind;

impl Router {
    /// Stop or resume forwarding a track to everybody.
    pub fn set_track_muted(
        &mut self,
        track: Handle,
        muted: bool,
        now: Instant,
    ) -> Result<(), Error> {
        let index = self.track_of(track)?;
        let Some(publication) = self.tracks.get_mut(index) else {
            return Err(Error::unknown("track", track));
        };
        if publication.muted == muted {
            return Ok(());
        }
        publication.muted = muted;
        for &subscription in &publication.subscribers {
            if let Some(subscription) = self.subscriptions.get_mut(subscription) {
                subscription.pause();
            }
        }
        self.retarget_all(index, now);
        Ok(())
    }

    /// End a track and everybody's subscriptions to it.
    pub fn unpublish(&mut self, track: Handle) -> Result<(), Error> {
        let index = self.track_of(track)?;
        self.remove_publication(index);
        Ok(())
    }

    /// Pause or resume one subscription and cap its layer and frame rate.
    pub fn set_subscription(
        &mut self,
        transport: Handle,
        track: Handle,
        settings: SubscriptionSettings,
        now: Instant,
    ) -> Result<(), Error> {
        let transport = self.transport_of(transport)?;
        let subscriptions = self
            .transports
            .get(transport)
            .map(|one| one.subscriptions.as_slice());
        let index = subscriptions.unwrap_or(&[]).iter().copied().find(|index| {
            self.subscriptions
                .get(*index)
                .is_some_and(|one| one.negotiated.track == track)
        });
        let index = index.ok_or_else(|| Error::unknown("subscription to track", track))?;
        if let Some(subscription) = self.subscriptions.get_mut(index) {
            subscription.configure(settings);
        }
        self.retarget(index, now);
        Ok(())
    }

    /// Ask the publisher for a keyframe on every layer (throttled).
    pub fn request_keyframe(&mut self, track: Handle, now: Instant) -> Result<(), Error> {
        let index = self.track_of(track)?;
        if let Some(publication) = self.tracks.get_mut(index)
            && publication.kind == MediaKind::Video
        {
            publication
                .layers
                .iter_mut()
                .for_each(|layer| layer.keyframes.want());
        }
        self.send_keyframe_requests(index, now);
        Ok(())
    }

    /// Choose the layer of one subscription again, and ask for the keyframe it needs.
    pub(super) fn retarget(&mut self, subscription: usize, now: Instant) {
        let Some(subscribed) = self.subscriptions.get_mut(subscription) else {
            return;
        };
        let Some(index) = subscribed.publication else {
            return;
        };
        let Some(publication) = self.tracks.get_mut(index) else {
            return;
        };
        if let Some(layer) = subscribed.retarget(now, publication) {
            publication.layers[layer].keyframes.want();
            self.send_keyframe_requests(index, now);
        }
    }

    /// The same for all subscriptions of a track.
    pub(super) fn retarget_all(&mut self, publication: usize, now: Instant) {
        let Some(published) = self.tracks.get_mut(publication) else {
            return;
        };
        for at in 0..published.subscribers.len() {
            let subscription = self.subscriptions.get_mut(published.subscribers[at]);
            if let Some(layer) = subscription.and_then(|one| one.retarget(now, published)) {
                published.layers[layer].keyframes.want();
            }
        }
        self.send_keyframe_requests(publication, now);
    }

    /// Tell which layers are alive.
    pub(super) fn tell_layers(&mut self, publication: usize) {
        if let Some(publication) = self.tracks.get(publication) {
            let (track, alive) = (publication.track, publication.alive());
            self.events
                .push_back(RouterEvent::TrackLayers { track, alive });
        }
    }

    /// Take a track out of the router.
    pub(super) fn remove_publication(&mut self, index: usize) {
        let Some(removed) = self.tracks.remove(index) else {
            return;
        };
        self.track_index.remove(&removed.track);
        if let Some(transport) = self.transports.get_mut(removed.transport) {
            transport
                .inbound
                .publications
                .retain(|known| *known != index);
            transport.inbound.unbind(index, None);
        }
        for subscription in removed.subscribers {
            if let Some(subscription) = self.subscriptions.get_mut(subscription) {
                subscription.publication = None;
                subscription.forget_layers();
            }
        }
    }

    /// Take a subscription out of the router.
    pub(super) fn remove_subscription(&mut self, index: usize) {
        let Some(removed) = self.subscriptions.remove(index) else {
            return;
        };
        self.dirty.retain(|dirty| *dirty != index);
        if let Some(transport) = self.transports.get_mut(removed.transport) {
            transport.subscriptions.retain(|known| *known != index);
            transport.by_ssrc.retain(|_, known| *known != index);
            transport.outlet.pacer.forget(index);
        }
        let publication = removed
            .publication
            .and_then(|publication| self.tracks.get_mut(publication));
        if let Some(publication) = publication {
            publication.subscribers.retain(|known| *known != index);
        }
    }
}
