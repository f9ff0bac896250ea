//! What a subscriber is to get: its client's wish within what its bandwidth allows.

use std::time::Instant;

use super::Subscription;
use crate::ingress::{Layer, LayerPoint, Publication};
use crate::sdp::MediaKind;

/// What a subscriber's client wishes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionSettings {
    pub enabled: bool,
    /// 0 low, 1 medium, 2 high.
    pub max_quality: u8,
    /// Frames a second; 0: no limit. Kept by leaving out temporal layers, where there are any.
    pub max_fps: u32,
    /// Larger is served first when the bandwidth is short.
    pub priority: u8,
}

impl Default for SubscriptionSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            max_quality: 2,
            max_fps: 0,
            priority: 0,
        }
    }
}

impl Subscription {
    /// Take a wish; `retarget` makes it true.
    pub fn configure(&mut self, settings: SubscriptionSettings) {
        if settings.enabled != self.settings.enabled {
            self.pause();
        }
        self.settings = settings;
    }

    /// Take what the bandwidth allows; `retarget` makes it true. `None` pauses.
    pub fn allow(&mut self, allowed: Option<LayerPoint>) {
        if allowed.is_some() != self.allowed.is_some() {
            self.pause();
        }
        self.allowed = allowed;
    }

    /// The most that is sent: within the wish and the bandwidth. `None`: paused by either.
    pub fn effective(&self) -> Option<LayerPoint> {
        let allowed = self.allowed.filter(|_| self.settings.enabled)?;
        Some(LayerPoint {
            spatial: allowed.spatial.min(self.ceiling.spatial),
            temporal: allowed.temporal.min(self.ceiling.temporal),
        })
    }

    /// Choose the layer: the highest that is alive up to the cap, else the lowest alive. Returns
    /// the layer that has to give a keyframe for it.
    pub fn retarget(&mut self, now: Instant, publication: &Publication) -> Option<usize> {
        let SubscriptionSettings {
            max_quality,
            max_fps,
            ..
        } = self.settings;
        self.ceiling = publication.point_for(now, max_quality, max_fps);
        let most = self.effective().unwrap_or(self.ceiling);
        self.target = choose_layer(&publication.layers, most.spatial);
        if let Some(at) = self.current.or(self.target) {
            let layering = &publication.layers[at].layering;
            // Quality is chosen among the streams, or among the layers of the only one.
            let alone = publication.layers.len() == 1 && layering.highest_spatial() > 0;
            let spatial = if alone {
                most.spatial
            } else {
                LayerPoint::HIGHEST.spatial
            };
            self.selector
                .aim(layering.targets(), LayerPoint { spatial, ..most });
        }
        let wanting = self.is_wanting(publication);
        self.target
            .filter(|_| wanting && publication.kind == MediaKind::Video)
    }

    /// Whether it waits for a keyframe of its target layer.
    pub fn is_wanting(&self, publication: &Publication) -> bool {
        let flows = self.effective().is_some() && self.keyed && !publication.muted;
        flows
            && self.target.is_some()
            && (self.resync || self.current != self.target || {
                let sent = self.current.and_then(|at| publication.layers.get(at));
                sent.is_some_and(|layer| self.selector.wants_keyframe(layer.layering.targets()))
            })
    }

    /// The place in the grid that is sent now: the stream's quality, or the spatial layer of the
    /// only stream.
    pub fn sending(&self, publication: &Publication) -> Option<LayerPoint> {
        let layer = publication.layers.get(self.current?)?;
        let point = self.selector.point(layer.layering.targets())?;
        let alone = publication.layers.len() == 1 && layer.layering.highest_spatial() > 0;
        let spatial = if alone { point.spatial } else { layer.quality };
        Some(LayerPoint { spatial, ..point })
    }
}

fn choose_layer(layers: &[Layer], cap: u8) -> Option<usize> {
    let within = layers
        .iter()
        .rposition(|layer| layer.alive && layer.quality <= cap);
    within.or_else(|| layers.iter().position(|layer| layer.alive))
}
