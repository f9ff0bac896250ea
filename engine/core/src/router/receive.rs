//! A packet from a client: opened, told to which layer it belongs, counted and kept.

use std::sync::Arc;
use std::time::Instant;

use super::{Handle, Router, RouterEvent};
use crate::codec::red;
use crate::ingress::{Arrival, Bound, Layer, Packet};
use crate::limits;
use crate::rtp::{RtpPacket, is_rtcp};
use crate::sdp::{Codec, MediaKind};

/// A packet that belongs to a layer, in the layer's own terms.
struct Media<'a> {
    bound: Bound,
    sequence: u64,
    payload: &'a [u8],
    payload_type: u8,
    codec: Codec,
    nack: bool,
}

impl Router {
    /// An SRTP or SRTCP packet (first byte 128 to 191, RFC 7983), decrypted in place.
    /// `true` if it was authentic.
    pub fn handle_srtp(&mut self, now: Instant, transport: Handle, packet: &mut [u8]) -> bool {
        self.now = Some(now);
        self.stats.packets_in += 1;
        self.stats.bytes_in += packet.len() as u64;
        let authentic = self.open(now, transport, packet);
        if authentic.is_none() {
            self.stats.packets_dropped += 1;
        }
        authentic.is_some()
    }

    fn open(&mut self, now: Instant, transport: Handle, packet: &mut [u8]) -> Option<()> {
        let index = self.transport_index.get(&transport).copied()?;
        let known = self.transports.get_mut(index)?;
        known.outlet.received.add(now, packet.len());
        let receiver = known.receiver.as_mut()?;
        if is_rtcp(packet) {
            let len = receiver.open_rtcp(packet).ok()?;
            self.receive_rtcp(now, index, &packet[..len]);
            return Some(());
        }
        let (len, sequence) = receiver.open(packet).ok()?;
        let used = RtpPacket::parse(&packet[..len])
            .and_then(|packet| self.receive_rtp(now, index, &packet, sequence));
        // Authentic, but for nobody: counted, and still a sign of life.
        self.stats.packets_dropped += u64::from(used.is_none());
        Some(())
    }

    fn receive_rtp(
        &mut self,
        now: Instant,
        transport: usize,
        packet: &RtpPacket<'_>,
        sequence: u64,
    ) -> Option<()> {
        let receiver = self.transports.get_mut(transport)?;
        let number = packet.element(receiver.inbound.extensions.transport_cc);
        if let Some([high, low]) = number {
            receiver.twcc.record(now, u16::from_be_bytes([*high, *low]));
        }
        let bound = match receiver.inbound.get(packet.ssrc) {
            Some(bound) => bound,
            None => self.bind(transport, packet)?,
        };
        self.keep_ticking(transport, now);
        let media = self.unwrap(now, bound, packet, sequence)?;
        if let Some(media) = media {
            self.accept(now, transport, packet, &media);
        }
        Some(())
    }

    /// Find the layer of an SSRC that is heard for the first time.
    fn bind(&mut self, transport: usize, packet: &RtpPacket<'_>) -> Option<Bound> {
        let receiver = self.transports.get_mut(transport)?;
        let indices = receiver.inbound.publications.iter();
        let publications = indices.filter_map(|index| Some((*index, self.tracks.get(*index)?)));
        let bound = receiver.inbound.find(packet, publications)?;
        receiver
            .inbound
            .unbind(bound.publication, Some((bound.layer, bound.rtx)));
        if !receiver.inbound.bind(packet.ssrc, bound) {
            return None;
        }
        let layer = &mut self.tracks.get_mut(bound.publication)?.layers[bound.layer];
        let known = if bound.rtx {
            &mut layer.rtx_ssrc
        } else {
            &mut layer.ssrc
        };
        let replaced = known
            .replace(packet.ssrc)
            .is_some_and(|before| before != packet.ssrc);
        if replaced && !bound.rtx {
            self.restart_layer(bound);
        }
        Some(bound)
    }

    /// A layer's stream begins anew; who watches it waits for a keyframe.
    fn restart_layer(&mut self, bound: Bound) {
        let Some(publication) = self.tracks.get_mut(bound.publication) else {
            return;
        };
        let layer = &mut publication.layers[bound.layer];
        layer.restart();
        layer.keyframes.want();
        for &subscription in &publication.subscribers {
            let watching = self.subscriptions.get_mut(subscription);
            if let Some(watching) = watching.filter(|one| one.current == Some(bound.layer)) {
                watching.pause();
            }
        }
    }

    /// The packet in its layer's terms: counts the stream, takes retransmissions out of theirs.
    /// `None`: nobody's; `Some(None)`: understood, nothing to forward.
    fn unwrap<'a>(
        &mut self,
        now: Instant,
        bound: Bound,
        packet: &RtpPacket<'a>,
        sequence: u64,
    ) -> Option<Option<Media<'a>>> {
        let publication = self.tracks.get_mut(bound.publication)?;
        let clock_rate = publication.clock_rate();
        let (payload, rtx) = publication.payload(packet.payload_type)?;
        let (payload_type, codec) = (payload.payload_type, payload.codec);
        // Redundant audio is asked for again as the Opus inside (libwebrtc answers for both).
        let inside = publication.opus().filter(|_| codec == Codec::Red);
        let nack = inside.unwrap_or(payload).nack;
        if rtx != bound.rtx {
            return None;
        }
        let layer = publication.layers.get_mut(bound.layer)?;
        let media = Media {
            bound,
            sequence,
            payload: packet.payload,
            payload_type,
            codec,
            nack,
        };
        if rtx {
            return Some(repaired(layer, media));
        }
        match layer.reception.place(sequence) {
            Arrival::Newest => {}
            Arrival::Late if layer.ring.get(sequence).is_some() => {
                layer
                    .reception
                    .count(now, sequence, packet.timestamp, clock_rate);
                return Some(None);
            }
            Arrival::Late => {}
            Arrival::Jump => self.restart_layer(bound),
        }
        let layer = self
            .tracks
            .get_mut(bound.publication)?
            .layers
            .get_mut(bound.layer)?;
        layer
            .reception
            .count(now, sequence, packet.timestamp, clock_rate);
        Some(Some(media))
    }

    /// Keep the packet, note what it says, forward it.
    fn accept(
        &mut self,
        now: Instant,
        transport: usize,
        received: &RtpPacket<'_>,
        media: &Media<'_>,
    ) {
        let Some(receiver) = self.transports.get(transport) else {
            return;
        };
        let ids = &receiver.inbound.extensions;
        let described = (media.payload_type, media.codec);
        let level = received
            .element(ids.audio_level)
            .and_then(|value| value.first().copied());
        let Bound {
            publication: index,
            layer: at,
            ..
        } = media.bound;
        let Some(publication) = self.tracks.get_mut(index) else {
            return;
        };
        let video = publication.kind == MediaKind::Video;
        let layer = &mut publication.layers[at];
        let (payload, sequence) = (media.payload, media.sequence);
        let layering = &mut layer.layering;
        let packet = Packet::new(received, ids, payload, sequence, described, layering);
        let packet = Arc::new(packet);
        let noted = note(layer, now, &packet, media.nack, video);
        if packet.described.attached.is_some() {
            resolve_following(layer, sequence);
        }
        if let Some(level) = level.filter(|_| !video) {
            publication
                .loudness
                .observe(level & 0x7f, received.timestamp);
            let participant = publication.participant;
            self.heard(participant, now);
        }
        if noted.revived {
            self.tell_start(index, media.codec);
        }
        if noted.revived || noted.relayered {
            self.tell_layers(index);
            self.retarget_all(index, now);
        }
        if noted.lost {
            self.send_keyframe_requests(index, now);
        }
        if packet.codec == Codec::Red {
            self.recover(now, index, at, &packet);
        }
        self.forward(now, index, at, &packet);
        if let Some(nack_at) = noted.nack_at {
            self.arm(transport, nack_at.max(now + limits::NACK_DELAY / 2));
        }
    }

    /// Forward what a packet repeats and nobody has got yet (RFC 2198).
    fn recover(&mut self, now: Instant, publication: usize, at: usize, carrier: &Packet) {
        for block in red::redundant(carrier.payload()) {
            let Some(published) = self.tracks.get_mut(publication) else {
                return;
            };
            let Some(payload_type) = published.opus().map(|opus| opus.payload_type) else {
                return;
            };
            let layer = &mut published.layers[at];
            let lost = carrier.sequence.checked_sub(block.steps).filter(|lost| {
                let unknown = layer.ring.get(*lost).is_none();
                unknown && layer.reception.spans(*lost) && !block.payload.is_empty()
            });
            let Some(sequence) = lost else {
                continue;
            };
            let timestamp = carrier.timestamp.wrapping_sub(block.offset);
            let packet = Packet::recovered(sequence, timestamp, payload_type, block.payload);
            let packet = Arc::new(packet);
            layer.nacks.received(now, sequence);
            layer.ring.put(Arc::clone(&packet));
            self.stats.packets_recovered += 1;
            self.forward(now, publication, at, &packet);
        }
    }

    fn tell_start(&mut self, publication: usize, codec: Codec) {
        let Some(publication) = self.tracks.get_mut(publication) else {
            return;
        };
        if !std::mem::replace(&mut publication.started, true) {
            let (track, codec) = (publication.track, codec.mime());
            self.events
                .push_back(RouterEvent::TrackStarted { track, codec });
        }
    }
}

/// What a packet changed in its layer.
struct Noted {
    /// The layer was silent until now.
    revived: bool,
    /// Its layers are others than before.
    relayered: bool,
    /// More is missing than can be repaired: a keyframe is wanted.
    lost: bool,
    /// When something is to be asked for again.
    nack_at: Option<Instant>,
}

/// Keep a packet in its layer.
fn note(layer: &mut Layer, now: Instant, packet: &Arc<Packet>, nack: bool, video: bool) -> Noted {
    layer.last_packet = Some(now);
    let mut relayered = packet.described.changed;
    if let Some(frame) = packet.facts.frame.filter(|_| video) {
        let (bytes, targets) = (packet.payload().len(), layer.layering.targets());
        layer.rates.count(now, &frame, targets, bytes);
        relayered |= layer.layering.see(&frame);
    }
    let unrepairable = nack && layer.nacks.received(now, packet.sequence);
    if packet.facts.keyframe {
        layer.keyframes.arrived();
    }
    // Of an unknown structure, and the packet that describes it is not on its way any more.
    let adrift = packet.facts.frame.is_none() && layer.nacks.next().is_none();
    let lost = (unrepairable || adrift) && video && !packet.facts.keyframe;
    if lost {
        layer.keyframes.want();
    }
    let revived = !packet.payload().is_empty() && !layer.alive;
    layer.alive |= revived;
    layer.ring.put(Arc::clone(packet));
    Noted {
        revived,
        relayered,
        lost,
        nack_at: layer.nacks.next(),
    }
}

/// The structure of packets that came before it: they were kept without being understood.
fn resolve_following(layer: &mut Layer, structure: u64) {
    for sequence in structure + 1..=layer.reception.highest().unwrap_or(0) {
        let unresolved = layer
            .ring
            .get(sequence)
            .filter(|one| one.facts.frame.is_none());
        if let Some(resolved) = unresolved.and_then(|one| one.resolved(&mut layer.layering)) {
            layer.ring.put(Arc::new(resolved));
        }
    }
}

/// A retransmission in the terms of the stream it repairs; `None` if it repairs nothing: an empty
/// one, or one that was not asked for, is a probe of the sender's bandwidth estimator.
fn repaired<'a>(layer: &Layer, media: Media<'a>) -> Option<Media<'a>> {
    let (original, payload) = media.payload.split_first_chunk()?;
    let sequence = layer.extend(u16::from_be_bytes(*original))?;
    let wanted = layer.nacks.is_missing(sequence);
    wanted.then_some(Media {
        sequence,
        payload,
        ..media
    })
}
