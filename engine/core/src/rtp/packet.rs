//! The RTP header, read and written.

use super::extension::Elements;
use crate::srtp::{read_u32, rtp_header_len};

/// A plain RTP packet, borrowed from its datagram.
#[derive(Clone, Copy, Debug)]
pub struct RtpPacket<'a> {
    pub marker: bool,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    /// The extension's profile and content.
    extension: Option<(u16, &'a [u8])>,
    /// Without padding; empty on packets that are only padding.
    pub payload: &'a [u8],
}

impl<'a> RtpPacket<'a> {
    /// Read a packet; `None` if it is not well-formed.
    pub fn parse(packet: &'a [u8]) -> Option<Self> {
        let header = rtp_header_len(packet)?;
        if header < 12 {
            return None;
        }
        let first = packet[0];
        let fixed = 12 + 4 * usize::from(first & 0x0f);
        let extension = if first & 0x10 == 0 {
            None
        } else {
            let profile = u16::from_be_bytes([packet[fixed], packet[fixed + 1]]);
            Some((profile, &packet[fixed + 4..header]))
        };
        let mut payload = &packet[header..];
        if first & 0x20 != 0 {
            let padding = usize::from(*payload.last()?);
            payload = payload.get(..payload.len().checked_sub(padding.max(1))?)?;
        }
        Some(Self {
            marker: packet[1] & 0x80 != 0,
            payload_type: packet[1] & 0x7f,
            sequence: u16::from_be_bytes([packet[2], packet[3]]),
            timestamp: read_u32(packet, 4)?,
            ssrc: read_u32(packet, 8)?,
            extension,
            payload,
        })
    }

    /// The header extension elements.
    pub fn elements(&self) -> Elements<'a> {
        match self.extension {
            Some((profile, content)) => Elements::new(profile, content),
            None => Elements::new(0, &[]),
        }
    }

    /// One header extension element by its id.
    pub fn element(&self, id: Option<u8>) -> Option<&'a [u8]> {
        let id = id?;
        self.elements()
            .find(|(known, _)| *known == id)
            .map(|(_, value)| value)
    }
}

/// Whether a packet of the RTP range of RFC 7983 is RTCP (RFC 5761 section 4).
pub fn is_rtcp(packet: &[u8]) -> bool {
    packet
        .get(1)
        .is_some_and(|second| (192..=223).contains(second))
}

/// The fixed fields of a header to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub marker: bool,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
}

/// Append the fixed header; `extended` if an extension follows.
pub fn write_head(out: &mut Vec<u8>, head: &Head, extended: bool) {
    let mut bytes = [0u8; 12];
    bytes[0] = 0x80 | u8::from(extended) << 4;
    bytes[1] = u8::from(head.marker) << 7 | (head.payload_type & 0x7f);
    bytes[2..4].copy_from_slice(&head.sequence.to_be_bytes());
    bytes[4..8].copy_from_slice(&head.timestamp.to_be_bytes());
    bytes[8..12].copy_from_slice(&head.ssrc.to_be_bytes());
    out.extend_from_slice(&bytes);
}
