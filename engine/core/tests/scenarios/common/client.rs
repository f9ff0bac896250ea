//! A client made from the crate's own parts: it seals, opens, and notes what it gets.

use std::collections::HashMap;

use engine_core::Role;
use engine_core::rtcp::{self, Rtcp};
use engine_core::rtp::{ExtensionWriter, Head, RtpPacket, is_rtcp, write_head};
use engine_core::sdp::{Negotiated, SdpSession, SendNegotiated};
use engine_core::srtp::{self, Profile, SrtpError, SrtpRx, SrtpTx};

pub const PROFILE: Profile = Profile::AeadAes256Gcm;

/// A packet as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub head: Head,
    pub payload: Vec<u8>,
    pub elements: Vec<(u8, Vec<u8>)>,
}

pub struct Client {
    pub handle: u64,
    pub keys: Vec<u8>,
    pub session: SdpSession,
    pub negotiated: Option<Negotiated>,
    tx: SrtpTx,
    rx: SrtpRx,
    next: HashMap<u32, u64>,
    transport_cc: u16,
    /// Media and retransmissions by SSRC are told apart by the reader.
    pub media: Vec<Received>,
    pub rtcp: Vec<Rtcp>,
    /// Every (SSRC, index) that came sealed, with the sealed bytes.
    pub sealed: Vec<Vec<u8>>,
    /// Drop the next packets for which this says so (sequence number).
    pub lose: Vec<u16>,
}

/// One packet to publish.
#[derive(Clone, Debug)]
pub struct Out<'a> {
    pub ssrc: u32,
    pub payload_type: u8,
    pub timestamp: u32,
    pub marker: bool,
    pub elements: &'a [(u8, &'a [u8])],
    pub payload: &'a [u8],
    /// Bytes of padding behind it.
    pub padding: u8,
}

impl Client {
    pub fn new(handle: u64) -> Self {
        let keys: Vec<u8> = (0..PROFILE.keying_material_len())
            .map(|at| (at as u64 * 7 + handle * 31) as u8)
            .collect();
        let (tx, rx) = srtp::contexts(PROFILE, &keys, true).unwrap();
        Self {
            handle,
            keys,
            session: SdpSession::new(Role::Single),
            negotiated: None,
            tx,
            rx,
            next: HashMap::new(),
            transport_cc: 65_500,
            media: Vec::new(),
            rtcp: Vec::new(),
            sealed: Vec::new(),
            lose: Vec::new(),
        }
    }

    /// The sending section of a track, as negotiated.
    pub fn sends(&self, track: u64) -> SendNegotiated {
        let negotiated = self.negotiated.as_ref().unwrap();
        negotiated
            .send
            .iter()
            .find(|one| one.track == track)
            .unwrap()
            .clone()
    }

    /// Seal the next packet of a stream. The transport-wide id, if any, is numbered here.
    pub fn seal(&mut self, out: &Out<'_>) -> Vec<u8> {
        let next = self.next.entry(out.ssrc).or_insert(65_000);
        let index = *next;
        *next += 1;
        self.seal_as(out, index, false)
    }

    /// Leave a sequence number out.
    pub fn skip(&mut self, ssrc: u32, count: u64) {
        *self.next.entry(ssrc).or_insert(65_000) += count;
    }

    /// The next sequence number of a stream.
    pub fn next_index(&self, ssrc: u32) -> u64 {
        self.next.get(&ssrc).copied().unwrap_or(65_000)
    }

    /// The same with the two-byte form of header extensions.
    pub fn seal_two_byte(&mut self, out: &Out<'_>) -> Vec<u8> {
        let index = self.next_index(out.ssrc);
        self.skip(out.ssrc, 1);
        self.seal_as(out, index, true)
    }

    fn seal_as(&mut self, out: &Out<'_>, index: u64, two_byte: bool) -> Vec<u8> {
        let mut packet = Vec::new();
        let head = Head {
            marker: out.marker,
            payload_type: out.payload_type,
            sequence: index as u16,
            timestamp: out.timestamp,
            ssrc: out.ssrc,
        };
        let transport_cc = self.negotiated.as_ref().and_then(|negotiated| {
            negotiated
                .receive
                .iter()
                .find_map(|section| section.extensions.transport_cc)
        });
        let extended = !out.elements.is_empty() || transport_cc.is_some();
        write_head(&mut packet, &head, extended);
        if extended {
            let writer = ExtensionWriter::begin(&mut packet, two_byte);
            for (id, value) in out.elements {
                writer.put(&mut packet, *id, value);
            }
            if let Some(id) = transport_cc {
                self.transport_cc = self.transport_cc.wrapping_add(1);
                writer.put(&mut packet, id, &self.transport_cc.to_be_bytes());
            }
            writer.finish(&mut packet);
        }
        packet.extend_from_slice(out.payload);
        if out.padding > 0 {
            packet[0] |= 0x20;
            packet.resize(packet.len() + usize::from(out.padding), 0);
            *packet.last_mut().unwrap() = out.padding;
        }
        packet.resize(packet.len() + PROFILE.rtp_overhead(), 0);
        let slot = self.tx.stream(out.ssrc, false).unwrap();
        self.tx.seal(slot, index, &mut packet).unwrap();
        packet
    }

    /// Seal a packet that somebody else wrote; `None` for what cannot be sealed.
    pub fn seal_raw(&mut self, plain: &[u8]) -> Option<Vec<u8>> {
        let parsed = RtpPacket::parse(plain)?;
        let mut packet = plain.to_vec();
        packet.resize(packet.len() + PROFILE.rtp_overhead(), 0);
        let slot = self.tx.stream(parsed.ssrc, true).ok()?;
        self.tx
            .seal(slot, u64::from(parsed.sequence), &mut packet)
            .ok()?;
        Some(packet)
    }

    pub fn seal_rtcp(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut packet = Vec::new();
        write(&mut packet);
        self.tx.seal_rtcp(&mut packet).unwrap();
        packet
    }

    /// A datagram from the router. Whatever does not open is a fault of the router.
    pub fn receive(&mut self, datagram: &[u8]) {
        let mut packet = datagram.to_vec();
        if is_rtcp(&packet) {
            let len = self.rx.open_rtcp(&mut packet).unwrap();
            assert!(rtcp::read(&packet[..len], |part| self.rtcp.push(part)));
            return;
        }
        self.sealed.push(datagram.to_vec());
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        if let Some(lost) = self.lose.iter().position(|lose| *lose == sequence) {
            self.lose.remove(lost);
            return;
        }
        // A repeated audio packet is the very same one; the scenario of nonces checks that.
        let len = match self.rx.open(&mut packet) {
            Err(SrtpError::Replayed) => return,
            opened => opened.unwrap().0,
        };
        let parsed = RtpPacket::parse(&packet[..len]).unwrap();
        self.media.push(Received {
            head: Head {
                marker: parsed.marker,
                payload_type: parsed.payload_type,
                sequence: parsed.sequence,
                timestamp: parsed.timestamp,
                ssrc: parsed.ssrc,
            },
            payload: parsed.payload.to_vec(),
            elements: parsed
                .elements()
                .map(|(id, value)| (id, value.to_vec()))
                .collect(),
        });
    }

    /// What came on an SSRC so far.
    pub fn stream(&self, ssrc: u32) -> Vec<&Received> {
        self.media
            .iter()
            .filter(|packet| packet.head.ssrc == ssrc)
            .collect()
    }

    pub fn plis(&self, ssrc: u32) -> usize {
        self.rtcp
            .iter()
            .filter(|part| **part == Rtcp::Pli { ssrc })
            .count()
    }
}

/// A VP8 packet (RFC 7741): keyframe or not, begin of a frame or not, with wide picture id.
pub fn vp8(keyframe: bool, begins: bool, picture: u16, tl0: u8, filler: u8) -> Vec<u8> {
    let [high, low] = (picture | 0x8000).to_be_bytes();
    let first = 0x80 | u8::from(begins) << 4;
    let mut payload = vec![first, 0xe0, high, low, tl0, 0x20, u8::from(!keyframe)];
    payload.extend_from_slice(&[filler; 900]);
    payload
}

/// Picture id and TL0PICIDX of such a packet.
pub fn vp8_numbers(payload: &[u8]) -> (u16, u8) {
    (
        u16::from_be_bytes([payload[2], payload[3]]) & 0x7fff,
        payload[4],
    )
}
