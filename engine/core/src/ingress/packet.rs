//! A received packet as all subscribers share it: decrypted and parsed once, never changed.

use super::{Described, Layering};
use crate::codec::descriptor::Rewrite;
use crate::codec::{self, Facts, Frame, descriptor, red};
use crate::rtp::RtpPacket;
use crate::sdp::{Codec, ExtensionIds, MediaKind};

/// Longest dependency descriptor and capture time that are kept.
const DESCRIPTOR_BYTES: usize = 255;
const CAPTURE_BYTES: usize = 16;

/// A packet in the publisher's terms, without the parts that end at this hop.
#[derive(Debug)]
pub struct Packet {
    /// Extended sequence number.
    pub sequence: u64,
    pub timestamp: u32,
    pub marker: bool,
    pub codec: Codec,
    pub payload_type: u8,
    pub facts: Facts,
    pub described: Described,
    descriptor_len: u8,
    capture_len: u8,
    capture_time: [u8; CAPTURE_BYTES],
    /// Dependency descriptor, then payload.
    bytes: Box<[u8]>,
}

impl Packet {
    /// Keep what subscribers need of a received packet. `payload` differs from the packet's own for
    /// a retransmission, and so do sequence and payload type. `layering` is that of its stream.
    pub fn new(
        received: &RtpPacket<'_>,
        ids: &ExtensionIds,
        payload: &[u8],
        sequence: u64,
        (payload_type, codec): (u8, Codec),
        layering: &mut Layering,
    ) -> Self {
        let descriptor = received
            .element(ids.dependency_descriptor)
            .filter(|value| (3..=DESCRIPTOR_BYTES).contains(&value.len()));
        let capture = received
            .element(ids.abs_capture_time)
            .filter(|value| value.len() == 8 || value.len() == CAPTURE_BYTES)
            .unwrap_or(&[]);
        let mut capture_time = [0; CAPTURE_BYTES];
        capture_time[..capture.len()].copy_from_slice(capture);
        let mut facts = codec::facts(codec, payload, descriptor);
        let described = descriptor.map(|value| layering.read(sequence, value));
        let described = described.unwrap_or_default();
        if layering.is_described() && descriptor.is_some() {
            facts.frame = described.frame;
        } else if let Some(frame) = facts.frame.as_mut().filter(|_| codec != Codec::Vp9) {
            frame.ends = received.marker;
        }
        if payload.is_empty() && codec.kind() == MediaKind::Video {
            // Only padding: nobody needs it.
            facts.frame = Some(Frame {
                present: 0,
                ..Frame::default()
            });
        }
        let descriptor = descriptor.unwrap_or(&[]);
        let mut bytes = Vec::with_capacity(descriptor.len() + payload.len());
        bytes.extend_from_slice(descriptor);
        bytes.extend_from_slice(payload);
        Self {
            sequence,
            timestamp: received.timestamp,
            marker: received.marker,
            codec,
            payload_type,
            facts,
            described,
            descriptor_len: descriptor.len() as u8,
            capture_len: capture.len() as u8,
            capture_time,
            bytes: bytes.into_boxed_slice(),
        }
    }

    /// An Opus packet that a later one's redundant block repeats (RFC 2198).
    pub fn recovered(sequence: u64, timestamp: u32, payload_type: u8, payload: &[u8]) -> Self {
        Self {
            sequence,
            timestamp,
            marker: false,
            codec: Codec::Opus,
            payload_type,
            facts: Facts::default(),
            described: Described::default(),
            descriptor_len: 0,
            capture_len: 0,
            capture_time: [0; CAPTURE_BYTES],
            bytes: payload.into(),
        }
    }

    /// The Opus packet of audio with or without redundancy; `None` if its blocks do not fit.
    pub fn audio(&self) -> Option<&[u8]> {
        match self.codec {
            Codec::Red => red::primary(self.payload()),
            _ => Some(self.payload()),
        }
    }

    /// The payload; empty if the packet was only padding.
    pub fn payload(&self) -> &[u8] {
        &self.bytes[usize::from(self.descriptor_len)..]
    }

    /// The dependency descriptor, at least 3 bytes if there is one.
    pub fn descriptor(&self) -> Option<&[u8]> {
        Some(&self.bytes[..usize::from(self.descriptor_len)]).filter(|value| !value.is_empty())
    }

    /// The same packet after the structure that it refers to has come; `None`: still unknown.
    pub fn resolved(&self, layering: &mut Layering) -> Option<Self> {
        let described = layering.read(self.sequence, self.descriptor()?);
        let mut facts = self.facts;
        facts.frame = Some(described.frame?);
        Some(Self {
            facts,
            described,
            bytes: self.bytes.clone(),
            ..*self
        })
    }

    /// Append the dependency descriptor in a subscriber's numbers, if there is one.
    pub fn write_descriptor(&self, rewrite: &Rewrite, out: &mut Vec<u8>) {
        if let Some(bytes) = self.descriptor() {
            descriptor::write(bytes, rewrite, out);
        }
    }

    /// The descriptor's frame number.
    pub fn frame_number(&self) -> Option<u16> {
        self.descriptor()
            .map(|value| u16::from_be_bytes([value[1], value[2]]))
    }

    /// The abs-capture-time element.
    pub fn capture_time(&self) -> Option<&[u8]> {
        Some(&self.capture_time[..usize::from(self.capture_len)]).filter(|value| !value.is_empty())
    }
}
