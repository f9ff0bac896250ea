//! Writing packets, appended to a compound packet.

use super::{
    PAYLOAD_FEEDBACK, RECEIVER_REPORT, SENDER_REPORT, SOURCE_DESCRIPTION, TRANSPORT_FEEDBACK,
};

/// A report block about a stream we receive (RFC 3550 section 6.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportBlock {
    pub ssrc: u32,
    pub fraction_lost: u8,
    pub cumulative_lost: i32,
    pub highest_sequence: u32,
    /// In timestamp units.
    pub jitter: u32,
    pub last_sender_report: u32,
    /// In 1/65,536 s.
    pub delay: u32,
}

/// What a sender report says about a stream of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderInfo {
    pub ssrc: u32,
    /// NTP time, 32.32 fixed point seconds.
    pub ntp: u64,
    pub timestamp: u32,
    pub packets: u32,
    pub bytes: u32,
}

/// Begin a packet; `end_packet` with the returned position completes it.
pub(crate) fn start_packet(out: &mut Vec<u8>, count: u8, packet_type: u8) -> usize {
    let start = out.len();
    out.extend_from_slice(&[0x80 | count, packet_type, 0, 0]);
    start
}

/// Pad to whole words with zeros and write the length.
pub(crate) fn end_packet(out: &mut Vec<u8>, start: usize) {
    while !(out.len() - start).is_multiple_of(4) {
        out.push(0);
    }
    let words = ((out.len() - start) / 4 - 1) as u16;
    out[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
}

fn put(out: &mut Vec<u8>, word: u32) {
    out.extend_from_slice(&word.to_be_bytes());
}

/// A receiver report; at most 31 blocks are taken.
pub fn write_receiver_report(out: &mut Vec<u8>, sender: u32, blocks: &[ReportBlock]) {
    let blocks = &blocks[..blocks.len().min(31)];
    let start = start_packet(out, blocks.len() as u8, RECEIVER_REPORT);
    put(out, sender);
    for block in blocks {
        let lost = block.cumulative_lost.clamp(-0x80_0000, 0x7f_ffff) as u32 & 0xff_ffff;
        put(out, block.ssrc);
        put(out, u32::from(block.fraction_lost) << 24 | lost);
        put(out, block.highest_sequence);
        put(out, block.jitter);
        put(out, block.last_sender_report);
        put(out, block.delay);
    }
    end_packet(out, start);
}

/// A sender report with its source description (CNAME).
pub fn write_sender_report(out: &mut Vec<u8>, info: &SenderInfo, cname: &str) {
    let start = start_packet(out, 0, SENDER_REPORT);
    put(out, info.ssrc);
    put(out, (info.ntp >> 32) as u32);
    put(out, info.ntp as u32);
    put(out, info.timestamp);
    put(out, info.packets);
    put(out, info.bytes);
    end_packet(out, start);
    let start = start_packet(out, 1, SOURCE_DESCRIPTION);
    put(out, info.ssrc);
    let cname = &cname.as_bytes()[..cname.len().min(255)];
    out.extend_from_slice(&[1, cname.len() as u8]);
    out.extend_from_slice(cname);
    out.push(0);
    end_packet(out, start);
}

/// A generic NACK (RFC 4585 section 6.2.1) for ascending sequence numbers.
pub fn write_nack(out: &mut Vec<u8>, sender: u32, media: u32, sequences: &[u16]) {
    let start = start_packet(out, 1, TRANSPORT_FEEDBACK);
    put(out, sender);
    put(out, media);
    let mut rest = sequences;
    while let Some((&first, mut tail)) = rest.split_first() {
        let mut following = 0u16;
        while let Some((&next, more)) = tail.split_first() {
            let distance = next.wrapping_sub(first);
            if !(1..=16).contains(&distance) {
                break;
            }
            following |= 1 << (distance - 1);
            tail = more;
        }
        put(out, u32::from(first) << 16 | u32::from(following));
        rest = tail;
    }
    end_packet(out, start);
}

/// A picture loss indication (RFC 4585 section 6.3.1).
pub fn write_pli(out: &mut Vec<u8>, sender: u32, media: u32) {
    let start = start_packet(out, 1, PAYLOAD_FEEDBACK);
    put(out, sender);
    put(out, media);
    end_packet(out, start);
}

/// A full intra request (RFC 5104 section 4.3.1); `number` rises with every new request.
pub fn write_fir(out: &mut Vec<u8>, sender: u32, media: u32, number: u8) {
    let start = start_packet(out, 4, PAYLOAD_FEEDBACK);
    put(out, sender);
    put(out, 0);
    put(out, media);
    put(out, u32::from(number) << 24);
    end_packet(out, start);
}

#[cfg(test)]
mod tests {
    use super::super::{Rtcp, read};
    use super::*;

    fn parts(packet: &[u8]) -> Vec<Rtcp> {
        let mut parts = Vec::new();
        assert!(read(packet, |part| parts.push(part)));
        parts
    }

    #[test]
    fn nack_pairs_name_exactly_the_sequences() {
        let wanted = [65_530, 65_535, 0, 3, 400, 401, 417, 418];
        let mut out = Vec::new();
        write_nack(&mut out, 1, 2, &wanted);
        let mut named = Vec::new();
        for part in parts(&out) {
            let Rtcp::Nack {
                ssrc: 2,
                first,
                following,
            } = part
            else {
                panic!("{part:?}")
            };
            named.extend(Rtcp::nacked(first, following));
        }
        assert_eq!(named, wanted);
    }

    #[test]
    fn a_compound_packet_reads_back() {
        let mut out = Vec::new();
        let info = SenderInfo {
            ssrc: 7,
            ntp: 5 << 32 | 6,
            timestamp: 8,
            packets: 1,
            bytes: 2,
        };
        write_sender_report(&mut out, &info, "PA_someone");
        let block = ReportBlock {
            ssrc: 9,
            fraction_lost: 3,
            cumulative_lost: -1,
            ..Default::default()
        };
        write_receiver_report(&mut out, 1, &[block]);
        write_pli(&mut out, 1, 11);
        write_fir(&mut out, 1, 12, 1);
        let report = super::super::Report {
            ssrc: 9,
            fraction_lost: 3,
            last_sender_report: 0,
            delay: 0,
        };
        assert_eq!(
            parts(&out),
            [
                Rtcp::SenderReport {
                    ssrc: 7,
                    ntp: 5 << 32 | 6,
                    timestamp: 8
                },
                Rtcp::Report(report),
                Rtcp::Pli { ssrc: 11 },
                Rtcp::Fir { ssrc: 12 },
            ]
        );
    }
}
