//! A published track: its layers, and who is subscribed.

use std::time::Instant;

use super::{Layer, LayerGrid, LayerPoint};
use crate::levels::Loudness;
use crate::limits;
use crate::router::Handle;
use crate::sdp::{Codec, ExtensionIds, MediaKind, PayloadCodec, ReceiveSection};

/// A track as the router keeps it.
#[derive(Debug)]
pub struct Publication {
    pub track: Handle,
    pub participant: Handle,
    /// Index of the transport it arrives on.
    pub transport: usize,
    pub mid: String,
    pub kind: MediaKind,
    pub codecs: Vec<PayloadCodec>,
    pub extensions: ExtensionIds,
    /// Opus may be forwarded as redundant audio (RFC 2198).
    pub redundancy: bool,
    /// By quality, lowest first; never empty.
    pub layers: Vec<Layer>,
    pub muted: bool,
    pub started: bool,
    pub loudness: Loudness,
    /// Indices of the subscriptions to it.
    pub subscribers: Vec<usize>,
}

impl Publication {
    /// A track before its first packet.
    pub fn new(participant: Handle, transport: usize, section: &ReceiveSection) -> Self {
        let mut layers = plan_layers(section);
        layers.sort_by_key(|layer| layer.quality);
        Self {
            track: section.track,
            participant,
            transport,
            mid: section.mid.clone(),
            kind: section.kind,
            codecs: section.codecs.clone(),
            extensions: section.extensions.clone(),
            redundancy: section.redundancy,
            layers,
            muted: false,
            started: false,
            loudness: Loudness::default(),
            subscribers: Vec::new(),
        }
    }

    /// Take what a further negotiation says about the same track. `true` if the layers are others
    /// than before and begin anew.
    pub fn renegotiate(&mut self, section: &ReceiveSection) -> bool {
        self.mid.clone_from(&section.mid);
        self.codecs.clone_from(&section.codecs);
        self.extensions.clone_from(&section.extensions);
        self.redundancy = section.redundancy;
        let mut planned = plan_layers(section);
        planned.sort_by_key(|layer| layer.quality);
        let same = planned.len() == self.layers.len()
            && planned.iter().zip(&self.layers).all(|(new, old)| {
                new.rid == old.rid && new.ssrc.is_none_or(|ssrc| old.ssrc == Some(ssrc))
            });
        if !same {
            self.layers = planned;
        }
        !same
    }

    /// The codec of a payload type, and whether it is its retransmission.
    pub fn payload(&self, payload_type: u8) -> Option<(&PayloadCodec, bool)> {
        self.codecs.iter().find_map(|codec| {
            if codec.payload_type == payload_type {
                Some((codec, false))
            } else {
                (codec.rtx == Some(payload_type)).then_some((codec, true))
            }
        })
    }

    /// Opus as the publisher numbers it.
    pub fn opus(&self) -> Option<&PayloadCodec> {
        self.codecs.iter().find(|codec| codec.codec == Codec::Opus)
    }

    /// The codec with this payload type.
    pub fn codec(&self, payload_type: u8) -> Option<Codec> {
        self.payload(payload_type).map(|(codec, _)| codec.codec)
    }

    /// RTP clock rate in Hz.
    pub fn clock_rate(&self) -> u32 {
        if self.kind == MediaKind::Audio {
            48_000
        } else {
            90_000
        }
    }

    /// Qualities of the layers that are alive, lowest first: streams of their own, or spatial
    /// layers inside the only one.
    pub fn alive(&self) -> Vec<u8> {
        let alive = self.layers.iter().filter(|layer| layer.alive);
        alive
            .flat_map(|layer| match layer.layering.highest_spatial() {
                0 => layer.quality..=layer.quality,
                highest => 0..=highest.min(LayerPoint::HIGHEST.spatial),
            })
            .collect()
    }

    /// Bits a second that sending up to each (spatial, temporal) layer costs a subscriber now: the
    /// stream of that quality alone in simulcast, with the layers below it in SVC. A row of zeros is
    /// a layer that is not there.
    pub fn layer_rates(&self, now: Instant) -> LayerGrid {
        self.cumulative(|layer| layer.rates.bits(now))
    }

    /// Frames a second up to each (spatial, temporal) layer.
    pub fn frame_rates(&self, now: Instant) -> LayerGrid {
        self.cumulative(|layer| layer.rates.frames(now))
    }

    fn cumulative(&self, of: impl Fn(&Layer) -> LayerGrid) -> LayerGrid {
        let mut grid = LayerGrid::default();
        for layer in self.layers.iter().filter(|layer| layer.alive) {
            let rates = of(layer);
            match layer.layering.highest_spatial() {
                0 => grid[usize::from(layer.quality).min(limits::SPATIAL_LAYERS - 1)] = rates[0],
                highest => {
                    let rows = usize::from(highest).min(limits::SPATIAL_LAYERS - 1);
                    grid[..=rows].copy_from_slice(&rates[..=rows]);
                }
            }
        }
        grid
    }

    /// The layer that a client's wish means now: the highest temporal layer of that quality that
    /// stays within its frame rate (0: no limit).
    pub fn point_for(&self, now: Instant, max_quality: u8, max_fps: u32) -> LayerPoint {
        let spatial = max_quality.min(LayerPoint::HIGHEST.spatial);
        let mut temporal = LayerPoint::HIGHEST.temporal;
        if max_fps > 0 {
            let grid = self.frame_rates(now);
            let rates = self.quality_row(&grid, spatial);
            // A camera's 30 frames are measured as 29 to 32.
            let limit = u64::from(max_fps) + u64::from(max_fps / 8) + 1;
            while temporal > 0 && rates[usize::from(temporal)] > limit {
                temporal -= 1;
            }
        }
        LayerPoint { spatial, temporal }
    }

    /// The row of the highest layer at or below a quality that is there, else of the lowest.
    fn quality_row(&self, grid: &LayerGrid, quality: u8) -> [u64; limits::TEMPORAL_LAYERS] {
        let there = |row: &&[u64; limits::TEMPORAL_LAYERS]| row.iter().any(|rate| *rate > 0);
        let below = grid.iter().take(usize::from(quality) + 1).rev().find(there);
        below
            .or_else(|| grid.iter().find(there))
            .copied()
            .unwrap_or_default()
    }

    /// Find layers that died or came back; `true` on a change. A layer is dead when it is silent
    /// while another flows; when all are silent (muted, paused) nothing is concluded.
    pub fn check_layers(&mut self, now: Instant) -> bool {
        let flowing = self
            .layers
            .iter()
            .any(|layer| layer.is_recent(now, limits::LAYER_CHECK));
        if !flowing {
            return false;
        }
        let mut changed = false;
        for layer in &mut self.layers {
            if layer.alive && !layer.is_recent(now, limits::LAYER_TIMEOUT) {
                layer.alive = false;
                layer.keyframes.arrived();
                layer.ring.clear();
                changed = true;
            }
        }
        changed
    }
}

/// Layers of a section: by rid, else by announced SSRC, else one.
fn plan_layers(section: &ReceiveSection) -> Vec<Layer> {
    if !section.rids.is_empty() {
        let known = section.rids.iter().all(|rid| rid_quality(rid).is_some());
        let rids = section.rids.iter().take(limits::LAYERS).enumerate();
        return rids
            .map(|(position, rid)| {
                let quality = rid_quality(rid).filter(|_| known).unwrap_or(position as u8);
                Layer::new(section.kind, quality, Some(rid.clone()))
            })
            .collect();
    }
    if section.ssrcs.len() > 1 && section.kind == MediaKind::Video {
        let ssrcs = section.ssrcs.iter().take(limits::LAYERS).enumerate();
        return ssrcs
            .map(|(position, signalled)| Layer {
                ssrc: Some(signalled.ssrc),
                rtx_ssrc: signalled.rtx,
                ..Layer::new(section.kind, position as u8, None)
            })
            .collect();
    }
    let signalled = section.ssrcs.first();
    vec![Layer {
        ssrc: signalled.map(|one| one.ssrc),
        rtx_ssrc: signalled.and_then(|one| one.rtx),
        ..Layer::new(section.kind, 2, None)
    }]
}

/// LiveKit's names for layers.
fn rid_quality(rid: &str) -> Option<u8> {
    match rid {
        "q" => Some(0),
        "h" => Some(1),
        "f" => Some(2),
        _ => None,
    }
}
