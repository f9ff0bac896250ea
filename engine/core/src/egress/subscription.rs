//! One track to one subscriber: which layer, under which numbers, and what is sent again.

use std::time::Instant;

use super::selector::{Selector, ends_picture, is_in};
use super::write::{Outgoing, write_packet};
use super::{Epoch, Mapped, Rewriter, RunBuffer, Sender};
use crate::codec::Targets;
use crate::codec::descriptor::Rewrite;
use crate::ingress::{Layer, LayerPoint, Packet, Publication};
use crate::limits;
use crate::random::Random;
use crate::rtcp::SenderInfo;
use crate::rtp::Head;
use crate::sdp::{Codec, MediaKind, SendNegotiated, match_codec};
use crate::srtp::StreamSlot;

/// Retransmissions remembered so that a repeated NACK does not multiply them.
const RESENDS: usize = 64;

/// Which packet of which layer is at hand.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub publication: &'a Publication,
    pub layer: usize,
    pub packet: &'a Packet,
}

impl Source<'_> {
    fn targets(&self) -> &Targets {
        self.publication.layers[self.layer].layering.targets()
    }
}

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

/// The payload type for what the publisher sends now.
#[derive(Clone, Copy, Debug)]
struct Payload {
    source: u8,
    payload_type: u8,
    rtx: Option<u8>,
    strip_red: bool,
}

/// A subscription's state. Its SSRCs are its own for the life of the transport's keys.
#[derive(Debug)]
pub struct Subscription {
    /// Index of the transport it is sent on.
    pub transport: usize,
    pub negotiated: SendNegotiated,
    /// Index of the publication, once it is there.
    pub publication: Option<usize>,
    /// The transport has keys: before, a keyframe would come for nothing.
    keyed: bool,
    pub settings: SubscriptionSettings,
    /// The most that the client wishes for: `settings` in this publication's layers.
    pub ceiling: LayerPoint,
    /// The most that the receiver's bandwidth allows; `None`: nothing at all for now.
    pub allowed: Option<LayerPoint>,
    /// The layer that is sent, and the one that should be.
    pub current: Option<usize>,
    pub target: Option<usize>,
    /// The next packet sent begins a new epoch (on video: a keyframe).
    resync: bool,
    rewriter: Rewriter,
    selector: Selector,
    /// A descriptor in the making; kept for its allocation.
    scratch: Vec<u8>,
    rtx_index: u64,
    slots: Option<(StreamSlot, Option<StreamSlot>)>,
    payload: Option<Payload>,
    resends: Vec<(u16, Instant)>,
    packets: u32,
    bytes: u32,
    /// Sealed packets since the last drain; from the router's pool.
    pub run: Option<RunBuffer>,
}

impl Subscription {
    /// A subscription before its first packet; `keyed` if the transport has its keys.
    pub fn new(
        transport: usize,
        negotiated: SendNegotiated,
        keyed: bool,
        random: &mut Random,
    ) -> Self {
        let low = |random: &mut Random| u64::from(random.next_u16() & 0x7fff);
        Self {
            transport,
            negotiated,
            publication: None,
            keyed,
            settings: SubscriptionSettings::default(),
            ceiling: LayerPoint::HIGHEST,
            allowed: Some(LayerPoint::HIGHEST),
            current: None,
            target: None,
            resync: true,
            rewriter: Rewriter::new(low(random), random.next_u32()),
            selector: Selector::default(),
            scratch: Vec::new(),
            rtx_index: low(random),
            slots: None,
            payload: None,
            resends: Vec::new(),
            packets: 0,
            bytes: 0,
            run: None,
        }
    }

    /// Payload types, ids or the mid changed; stream and numbers stay.
    pub fn renegotiate(&mut self, negotiated: SendNegotiated) {
        self.negotiated = negotiated;
        self.payload = None;
    }

    /// New keys: all streams are unused again, and what was sent before cannot be built upon.
    pub fn keys_changed(&mut self) {
        self.slots = None;
        self.keyed = true;
        self.resync = true;
    }

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

    /// The next packet goes on after a pause; video waits for a keyframe.
    pub fn pause(&mut self) {
        self.resync = true;
    }

    /// The source's layers are gone or others.
    pub fn forget_layers(&mut self) {
        (self.current, self.target, self.payload) = (None, None, None);
        self.resync = true;
        self.rewriter.forget_sources();
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

    /// Forward a packet if it belongs to what this subscriber gets. Returns its sealed size, and
    /// whether it began a new epoch.
    pub fn forward(
        &mut self,
        now: Instant,
        source: Source<'_>,
        sender: &mut Sender,
        pool: &mut Vec<RunBuffer>,
    ) -> Option<(usize, bool)> {
        let (slot, _) = self.slots(sender)?;
        let payload = self.payload_for(source)?;
        let (mapped, begins, filler) = self.place(now, source)?;
        let targets = source.targets();
        let head = Head {
            marker: !filler && ends_picture(targets, mapped.target, source.packet),
            payload_type: payload.payload_type,
            sequence: mapped.index as u16,
            timestamp: source.packet.timestamp.wrapping_add(mapped.epoch.timestamp),
            ssrc: self.negotiated.ssrc,
        };
        let len = self.send(
            now,
            source,
            &mapped,
            head,
            None,
            payload,
            (slot, mapped.index),
            filler,
            sender,
            pool,
        )?;
        self.rewriter.sent(now, &mapped, source.packet);
        if !filler {
            self.selector.sent(source.packet);
        }
        self.packets = self.packets.wrapping_add(1);
        self.bytes = self
            .bytes
            .wrapping_add(source.packet.payload().len() as u32);
        Some((len, begins))
    }

    /// Where the packet goes in the outgoing stream, whether it begins a new epoch, and whether only
    /// its number is used: it was kept for what turns out to be left out.
    fn place(&mut self, now: Instant, source: Source<'_>) -> Option<(Mapped, bool, bool)> {
        let Source {
            publication,
            layer,
            packet,
        } = source;
        if self.effective().is_none() || publication.muted {
            return None;
        }
        let generation = publication.layers[layer].generation;
        let same = self
            .rewriter
            .current()
            .is_some_and(|epoch| (epoch.layer, epoch.generation) == (layer, generation));
        let video = publication.kind == MediaKind::Video;
        let wanted = self.target == Some(layer) && (self.resync || !same);
        let begins = wanted && (!video || packet.facts.keyframe) && !packet.payload().is_empty();
        if begins {
            let rate = publication.clock_rate();
            let clock = |layer: usize, generation: u32| {
                let layer = publication.layers.get(layer)?;
                layer.clock.filter(|_| layer.generation == generation)
            };
            self.rewriter
                .begin(now, (layer, generation), packet, rate, clock);
            (self.current, self.resync) = (Some(layer), false);
            let target = self.selector.begin(source.targets(), packet);
            return Some((self.rewriter.take(packet, target)?, true, false));
        }
        if same && self.resync {
            // While a new start is awaited, what follows the last packet sent has no place.
            return None;
        }
        if same && self.rewriter.is_next(packet.sequence) {
            if !video {
                return Some((self.rewriter.take(packet, 0)?, false, false));
            }
            let (sent, target) = self.selector.look(source.targets(), packet)?;
            if sent {
                return Some((self.rewriter.take(packet, target)?, false, false));
            }
            self.rewriter.leave_out(packet, target);
            return None;
        }
        let mapped = self.rewriter.map(layer, generation, packet.sequence)?;
        let left_out = video && !is_in(&packet.facts.frame?, mapped.target);
        Some((mapped, false, left_out))
    }

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

    /// The payload type for this packet, remembered while the publisher keeps its own.
    fn payload_for(&mut self, source: Source<'_>) -> Option<Payload> {
        let payload_type = source.packet.payload_type;
        if let Some(payload) = self
            .payload
            .filter(|payload| payload.source == payload_type)
        {
            return Some(payload);
        }
        let (published, _) = source.publication.payload(payload_type)?;
        let ours = &self.negotiated.codecs;
        let direct = match_codec(published, ours);
        let strip_red = direct.is_none() && published.codec == Codec::Red;
        let chosen = if strip_red {
            ours.iter().find(|codec| codec.codec == Codec::Opus)
        } else {
            direct
        }?;
        let payload = Payload {
            source: payload_type,
            payload_type: chosen.payload_type,
            rtx: chosen.rtx,
            strip_red,
        };
        self.payload = Some(payload);
        Some(payload)
    }

    fn slots(&mut self, sender: &mut Sender) -> Option<(StreamSlot, Option<StreamSlot>)> {
        if self.slots.is_none() {
            let srtp = sender.srtp.as_mut()?;
            let rtx_ssrc = self.negotiated.rtx_ssrc;
            let main = srtp.stream(self.negotiated.ssrc, rtx_ssrc.is_none()).ok()?;
            let rtx = rtx_ssrc.and_then(|ssrc| srtp.stream(ssrc, false).ok());
            self.slots = Some((main, rtx));
        }
        self.slots
    }

    /// Write, seal and commit. A packet repeated on its own SSRC comes out only if it is the very
    /// same one.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one packet, all borrowed apart"
    )]
    fn send(
        &mut self,
        now: Instant,
        source: Source<'_>,
        mapped: &Mapped,
        head: Head,
        original: Option<u16>,
        payload: Payload,
        (slot, index): (StreamSlot, u64),
        filler: bool,
        sender: &mut Sender,
        pool: &mut Vec<RunBuffer>,
    ) -> Option<usize> {
        let outgoing = Outgoing {
            head,
            original,
            strip_red: payload.strip_red,
            filler,
            ids: &self.negotiated.extensions,
            mid: self.negotiated.mid.as_bytes(),
        };
        let run = self
            .run
            .get_or_insert_with(|| pool.pop().unwrap_or_default());
        let start = run.start();
        self.scratch.clear();
        if !filler && self.negotiated.extensions.dependency_descriptor.is_some() {
            let (packet, targets) = (source.packet, source.targets());
            let told = self.selector.told(targets, mapped.target, packet);
            let rewrite = Rewrite {
                frame: mapped.epoch.frame,
                template: mapped.epoch.template,
                active: told.map(|mask| {
                    let described = packet.described;
                    (mask, described.targets, described.active_at)
                }),
            };
            packet.write_descriptor(&rewrite, &mut self.scratch);
        }
        let descriptor = &self.scratch;
        let written = write_packet(
            now,
            run,
            &outgoing,
            source.packet,
            mapped,
            descriptor,
            sender,
        );
        let sealed = written.and_then(|()| {
            let srtp = sender.srtp.as_mut()?;
            let packet = &mut run.bytes()[start..];
            let fits = packet.len() <= limits::PACKET_BYTES;
            let sealed = match srtp.seal(slot, index, packet) {
                // Only a packet on its own SSRC can be here twice, and only as an answer to a NACK.
                Err(crate::srtp::SrtpError::Repeated) => srtp.seal_again(slot, index, packet),
                other => other,
            };
            sealed.ok().filter(|()| fits)
        });
        if sealed.is_none() {
            run.cancel();
            return None;
        }
        Some(run.commit())
    }
}

fn choose_layer(layers: &[Layer], cap: u8) -> Option<usize> {
    let within = layers
        .iter()
        .rposition(|layer| layer.alive && layer.quality <= cap);
    within.or_else(|| layers.iter().position(|layer| layer.alive))
}
