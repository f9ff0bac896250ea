//! What a packet says of its frame: its layer, who needs it, what it needs, where one may switch.

use crate::limits::{SPATIAL_LAYERS, TEMPORAL_LAYERS};

/// A place in the grid of layers. Orders by spatial layer first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LayerPoint {
    /// 0 low, 1 medium, 2 high.
    pub spatial: u8,
    /// 0 the base frames only, 3 all of them.
    pub temporal: u8,
}

impl LayerPoint {
    /// Everything there is.
    pub const HIGHEST: Self = Self {
        spatial: SPATIAL_LAYERS as u8 - 1,
        temporal: TEMPORAL_LAYERS as u8 - 1,
    };

    /// Not above the other in any direction.
    pub fn is_within(self, other: Self) -> bool {
        self.spatial <= other.spatial && self.temporal <= other.temporal
    }
}

/// One frame in the terms of its stream's decode targets (bit i: target i).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The dependency descriptor's number; `None` where the payload's descriptor is all there is.
    pub number: Option<u16>,
    /// The packet is the first, the last of the frame.
    pub starts: bool,
    pub ends: bool,
    pub spatial: u8,
    pub temporal: u8,
    /// Targets that contain the frame.
    pub present: u32,
    /// Targets that may be begun with it, if what it needs is there.
    pub switches: u32,
    /// Targets that one may come from to use `switches`.
    pub from: u32,
    /// Frames it needs: bit i is the one i + 1 before it.
    pub needs: u64,
    /// It also needs one that is further away.
    pub needs_far: bool,
}

impl Default for Frame {
    /// Of a stream without layers.
    fn default() -> Self {
        Self {
            number: None,
            starts: true,
            ends: true,
            spatial: 0,
            temporal: 0,
            present: u32::MAX,
            switches: 0,
            from: u32::MAX,
            needs: 0,
            needs_far: false,
        }
    }
}

/// The decode targets of a stream and how they relate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// Highest layers of each target.
    points: Vec<LayerPoint>,
    /// For each target those whose frames it all contains.
    contains: Vec<u32>,
    /// Targets that the publisher sends now.
    pub active: u32,
}

impl Targets {
    /// Targets with these layers; `contains[i]` are those wholly inside target i.
    pub fn new(points: Vec<LayerPoint>, contains: Vec<u32>) -> Self {
        let active = u32::MAX >> (32 - points.len().clamp(1, 32));
        Self {
            points,
            contains,
            active,
        }
    }

    /// One target for every place in the grid, each with all that is below it: what payload
    /// descriptors express. The number of a target is `grid_target` of its place.
    pub fn grid() -> Self {
        let places = 0..(SPATIAL_LAYERS * TEMPORAL_LAYERS) as u8;
        let points: Vec<_> = places
            .map(|place| LayerPoint {
                spatial: place / TEMPORAL_LAYERS as u8,
                temporal: place % TEMPORAL_LAYERS as u8,
            })
            .collect();
        let contains = points
            .iter()
            .map(|outer| mask(&points, |point| point.is_within(*outer)))
            .collect();
        Self::new(points, contains)
    }

    /// The layers of a target.
    pub fn point(&self, target: u8) -> LayerPoint {
        let point = self.points.get(usize::from(target)).copied();
        point.unwrap_or_default()
    }

    /// Whether a target's frames all belong to another's.
    pub fn is_inside(&self, inner: u8, outer: u8) -> bool {
        let contained = self.contains.get(usize::from(outer)).copied().unwrap_or(0);
        contained >> inner & 1 == 1
    }

    /// The highest of `among` that does not go above a place.
    pub fn best(&self, among: u32, most: LayerPoint) -> Option<u8> {
        let within = self.numbered().filter(|(target, point)| {
            (among & self.active) >> target & 1 == 1 && point.is_within(most)
        });
        within
            .max_by_key(|(_, point)| *point)
            .map(|(target, _)| target)
    }

    /// The target for a wish: the highest below it, else the lowest there is.
    pub fn choose(&self, most: LayerPoint) -> Option<u8> {
        self.best(u32::MAX, most).or_else(|| {
            let active = self
                .numbered()
                .filter(|(target, _)| self.active >> target & 1 == 1);
            active
                .min_by_key(|(_, point)| *point)
                .map(|(target, _)| target)
        })
    }

    /// The active targets inside a place: what is left to a receiver who gets no more.
    pub fn active_within(&self, most: LayerPoint) -> u32 {
        self.active & mask(&self.points, |point| point.is_within(most))
    }

    /// The highest spatial layer that is sent now.
    pub fn highest_spatial(&self) -> u8 {
        let active = self
            .numbered()
            .filter(|(target, _)| self.active >> target & 1 == 1);
        active.map(|(_, point)| point.spatial).max().unwrap_or(0)
    }

    /// How many targets there are.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    fn numbered(&self) -> impl Iterator<Item = (u8, LayerPoint)> + '_ {
        (0u8..).zip(self.points.iter().copied())
    }
}

/// A frame of a layer whose stream has no dependency descriptor: part of every place at or above.
pub(super) fn grid_frame(spatial: u8, temporal: u8) -> Frame {
    let spatial = spatial.min(LayerPoint::HIGHEST.spatial);
    let temporal = temporal.min(LayerPoint::HIGHEST.temporal);
    Frame {
        spatial,
        temporal,
        present: grid_mask(|point| LayerPoint { spatial, temporal }.is_within(point)),
        ..Frame::default()
    }
}

/// The grid's targets that meet a condition.
pub(super) fn grid_mask(meets: impl Fn(LayerPoint) -> bool) -> u32 {
    let mut found = 0;
    for place in 0..(SPATIAL_LAYERS * TEMPORAL_LAYERS) as u8 {
        let point = LayerPoint {
            spatial: place / TEMPORAL_LAYERS as u8,
            temporal: place % TEMPORAL_LAYERS as u8,
        };
        found |= u32::from(meets(point)) << place;
    }
    found
}

fn mask(points: &[LayerPoint], meets: impl Fn(LayerPoint) -> bool) -> u32 {
    let numbered = points.iter().take(32).enumerate();
    numbered.fold(0, |found, (at, point)| {
        found | u32::from(meets(*point)) << at
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(spatial: u8, temporal: u8) -> LayerPoint {
        LayerPoint { spatial, temporal }
    }

    #[test]
    fn the_best_target_is_the_highest_that_is_wished_for_and_sent() {
        let mut targets = Targets::grid();
        let chosen = |targets: &Targets, most| targets.point(targets.choose(most).unwrap());
        assert_eq!(chosen(&targets, LayerPoint::HIGHEST), LayerPoint::HIGHEST);
        assert_eq!(chosen(&targets, point(1, 2)), point(1, 2));
        targets.active = grid_mask(|point| point.spatial == 1);
        assert_eq!(chosen(&targets, point(2, 2)), point(1, 2));
        assert_eq!(chosen(&targets, point(0, 2)), point(1, 0));
        assert_eq!(targets.highest_spatial(), 1);
        assert_eq!(targets.active_within(point(2, 0)), 1 << 4);
    }

    #[test]
    fn a_frame_of_the_grid_is_in_every_place_above_it() {
        let frame = grid_frame(1, 1);
        let targets = Targets::grid();
        for target in 0..targets.len() as u8 {
            let above = point(1, 1).is_within(targets.point(target));
            assert_eq!(frame.present >> target & 1 == 1, above);
        }
        assert!(targets.is_inside(0, 11) && !targets.is_inside(11, 0));
    }
}
