//! One track to one subscriber: which layer, under which numbers, and what is sent again.

mod repair;
mod wish;

use std::time::Instant;

use super::audio::{Form, choose, earlier};
use super::padding::write_padding;
use super::selector::{Selector, ends_picture, is_in};
use super::write::{Outgoing, write_packet};
use super::{Mapped, PlayoutDelay, Rewriter, RunBuffer, Sender};
use crate::codec::Targets;
use crate::codec::descriptor::Rewrite;
use crate::ingress::{LayerPoint, Packet, Publication};
use crate::limits;
use crate::random::Random;
use crate::rtp::Head;
use crate::sdp::{MediaKind, SendNegotiated};
use crate::srtp::StreamSlot;

pub use wish::SubscriptionSettings;

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

/// The payload type for what the publisher sends now.
#[derive(Clone, Copy, Debug)]
struct Payload {
    source: u8,
    payload_type: u8,
    rtx: Option<u8>,
    form: Form,
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
    /// Told to the receiver with every video packet.
    pub playout: Option<PlayoutDelay>,
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
            playout: None,
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
        let (chosen, form) = choose(source.publication, published, &self.negotiated.codecs)?;
        let payload = Payload {
            source: payload_type,
            payload_type: chosen.payload_type,
            rtx: chosen.rtx,
            form,
        };
        self.payload = Some(payload);
        Some(payload)
    }

    /// Write a packet of padding on the retransmission stream, which is where receivers expect
    /// probes; its sealed size. `None` without such a stream.
    pub fn pad(
        &mut self,
        now: Instant,
        sender: &mut Sender,
        pool: &mut Vec<RunBuffer>,
    ) -> Option<usize> {
        let (_, slot) = self.slots(sender)?;
        let head = Head {
            marker: false,
            payload_type: self.negotiated.codecs.iter().find_map(|codec| codec.rtx)?,
            sequence: self.rtx_index as u16,
            timestamp: self.rewriter.newest_timestamp(),
            ssrc: self.negotiated.rtx_ssrc?,
        };
        let run = self
            .run
            .get_or_insert_with(|| pool.pop().unwrap_or_default());
        let start = run.start();
        let section = (&self.negotiated.extensions, self.negotiated.mid.as_bytes());
        write_padding(now, run, &head, section, sender)?;
        let index = self.rtx_index;
        self.rtx_index += 1;
        let srtp = sender.srtp.as_mut()?;
        if srtp.seal(slot?, index, &mut run.bytes()[start..]).is_err() {
            run.cancel();
            return None;
        }
        Some(run.commit())
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
            form: payload.form,
            earlier: earlier(payload.form, source),
            filler,
            ids: &self.negotiated.extensions,
            mid: self.negotiated.mid.as_bytes(),
            playout: self.playout,
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
