//! Reading a compound packet. A part that does not fit ends it; unknown parts are stepped over.

use super::{BYE, PAYLOAD_FEEDBACK, RECEIVER_REPORT, SENDER_REPORT, TRANSPORT_FEEDBACK};
use crate::srtp::read_u32;

/// A report block about one of our streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    pub ssrc: u32,
    /// In 1/256.
    pub fraction_lost: u8,
    /// Of the last sender report, middle 32 bits of its NTP time; 0 if none.
    pub last_sender_report: u32,
    /// In 1/65,536 s.
    pub delay: u32,
}

/// What we understand of a compound packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rtcp {
    SenderReport {
        ssrc: u32,
        ntp: u64,
        timestamp: u32,
    },
    Report(Report),
    /// One (packet id, bitmask) pair of a generic NACK.
    Nack {
        ssrc: u32,
        first: u16,
        following: u16,
    },
    Pli {
        ssrc: u32,
    },
    Fir {
        ssrc: u32,
    },
    Bye {
        ssrc: u32,
    },
    /// Transport-wide feedback: where its content behind the SSRCs lies in the compound packet.
    TransportFeedback {
        at: usize,
        len: usize,
    },
    /// The receiver's own estimate in bits a second (draft-alvestrand-rmcat-remb-03).
    Remb {
        bits: u64,
    },
}

impl Rtcp {
    /// The sequence numbers that a NACK pair names.
    pub fn nacked(first: u16, following: u16) -> impl Iterator<Item = u16> {
        let rest = (0..16).filter(move |bit| following >> bit & 1 == 1);
        std::iter::once(first).chain(rest.map(move |bit| first.wrapping_add(bit + 1)))
    }
}

/// Call `each` for every part of a compound packet; `false` if it was malformed.
pub fn read(mut packet: &[u8], mut each: impl FnMut(Rtcp)) -> bool {
    let mut at = 0;
    while !packet.is_empty() {
        let Some(len) = part_len(packet) else {
            return false;
        };
        let (part, rest) = packet.split_at(len);
        packet = rest;
        let padding = if part[0] & 0x20 == 0 {
            0
        } else {
            usize::from(part[len - 1])
        };
        let Some(part) = len
            .checked_sub(padding)
            .filter(|len| *len >= 4)
            .map(|len| &part[..len])
        else {
            return false;
        };
        read_part(at, part, &mut each);
        at += len;
    }
    true
}

fn part_len(packet: &[u8]) -> Option<usize> {
    let header = packet.get(..4)?;
    let len = 4 + 4 * usize::from(u16::from_be_bytes([header[2], header[3]]));
    (header[0] >> 6 == 2 && len <= packet.len()).then_some(len)
}

fn read_part(at: usize, part: &[u8], each: &mut impl FnMut(Rtcp)) {
    let count = part[0] & 0x1f;
    let word = |index: usize| read_u32(part, 4 * index);
    match (part[1], count) {
        (SENDER_REPORT, _) => {
            if let (Some(ssrc), Some(high), Some(low), Some(timestamp)) =
                (word(1), word(2), word(3), word(4))
            {
                let ntp = u64::from(high) << 32 | u64::from(low);
                each(Rtcp::SenderReport {
                    ssrc,
                    ntp,
                    timestamp,
                });
            }
            read_reports(part.get(28..).unwrap_or(&[]), count, each);
        }
        (RECEIVER_REPORT, _) => read_reports(part.get(8..).unwrap_or(&[]), count, each),
        (TRANSPORT_FEEDBACK, 1) => {
            let Some(ssrc) = word(2) else { return };
            for pair in part.get(12..).unwrap_or(&[]).chunks_exact(4) {
                let first = u16::from_be_bytes([pair[0], pair[1]]);
                let following = u16::from_be_bytes([pair[2], pair[3]]);
                each(Rtcp::Nack {
                    ssrc,
                    first,
                    following,
                });
            }
        }
        (TRANSPORT_FEEDBACK, 15) => {
            if let Some(len) = part.len().checked_sub(12) {
                each(Rtcp::TransportFeedback { at: at + 12, len });
            }
        }
        (PAYLOAD_FEEDBACK, 15) => {
            if let Some(bits) = read_remb(part) {
                each(Rtcp::Remb { bits });
            }
        }
        (PAYLOAD_FEEDBACK, 1) => {
            if let Some(ssrc) = word(2) {
                each(Rtcp::Pli { ssrc });
            }
        }
        (PAYLOAD_FEEDBACK, 4) => {
            for entry in part.get(12..).unwrap_or(&[]).chunks_exact(8) {
                let ssrc = read_u32(entry, 0).unwrap_or(0);
                each(Rtcp::Fir { ssrc });
            }
        }
        (BYE, _) => {
            for index in 1..=usize::from(count) {
                if let Some(ssrc) = word(index) {
                    each(Rtcp::Bye { ssrc });
                }
            }
        }
        _ => {}
    }
}

/// "REMB", a count of SSRCs, 6 bits of exponent and 18 of mantissa.
fn read_remb(part: &[u8]) -> Option<u64> {
    let named = part.get(12..16)? == b"REMB";
    let number = read_u32(part, 16).filter(|_| named)?;
    let mantissa = u64::from(number & 0x3_ffff);
    let exponent = number >> 18 & 0x3f;
    Some(mantissa.checked_shl(exponent).map_or(u64::MAX, |bits| {
        // What was shifted out was more than any link.
        if bits >> exponent == mantissa {
            bits
        } else {
            u64::MAX
        }
    }))
}

fn read_reports(blocks: &[u8], count: u8, each: &mut impl FnMut(Rtcp)) {
    for block in blocks.chunks_exact(24).take(usize::from(count)) {
        let word = |index: usize| read_u32(block, 4 * index).unwrap_or(0);
        each(Rtcp::Report(Report {
            ssrc: word(0),
            fraction_lost: block[4],
            last_sender_report: word(4),
            delay: word(5),
        }));
    }
}
