//! Redundant audio (RFC 2198): taken off for subscribers that did not negotiate it, used to repair
//! what a publisher's packet lost, and made for subscribers of a publisher that sends none.

use crate::limits;

/// An earlier packet's payload, repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redundant<'a> {
    /// Packets before the one that carries it.
    pub steps: u64,
    /// Ticks before the timestamp of the one that carries it.
    pub offset: u32,
    pub payload: &'a [u8],
}

/// The primary block, which is the last one; `None` if the blocks do not fit.
pub fn primary(payload: &[u8]) -> Option<&[u8]> {
    let (headers, redundant, _) = layout(payload)?;
    payload.get(headers + redundant..)
}

/// The redundant blocks, oldest first. Senders repeat packets without a gap (as libwebrtc and
/// LiveKit do), so that the last one is of the packet before. None if the blocks do not fit.
pub fn redundant(payload: &[u8]) -> impl Iterator<Item = Redundant<'_>> {
    let (headers, total, count) = layout(payload).unwrap_or((0, 0, 0));
    let fits = headers + total <= payload.len();
    let mut data = headers;
    (0..if fits { count } else { 0 }).filter_map(move |at| {
        let header = payload.get(4 * at..4 * at + 4)?;
        let word = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
        let len = (word & 0x3ff) as usize;
        let block = payload.get(data..data + len)?;
        data += len;
        Some(Redundant {
            steps: (count - at) as u64,
            offset: word >> 10 & 0x3fff,
            payload: block,
        })
    })
}

/// Bytes of all headers, bytes of all redundant blocks, and the number of these.
fn layout(payload: &[u8]) -> Option<(usize, usize, usize)> {
    let (mut at, mut redundant, mut count) = (0, 0, 0);
    loop {
        let first = *payload.get(at)?;
        if first & 0x80 == 0 {
            return Some((at + 1, redundant, count));
        }
        let header = payload.get(at..at + 4)?;
        redundant += usize::from(u16::from_be_bytes([header[2], header[3]]) & 0x3ff);
        at += 4;
        count += 1;
    }
}

/// Give every block another payload type: that of the receiver's Opus.
pub fn relabel(payload: &mut [u8], payload_type: u8) {
    let Some((headers, _, _)) = layout(payload) else {
        return;
    };
    for at in (0..headers).step_by(4) {
        payload[at] = payload[at] & 0x80 | payload_type;
    }
}

/// Write a payload with blocks of earlier packets, (ticks before, payload) from the oldest. Those
/// that do not fit the format's 14 and 10 bits, or a packet of audio, are left out.
pub fn write(out: &mut Vec<u8>, payload_type: u8, earlier: &[(u32, &[u8])], payload: &[u8]) {
    let mut room = limits::REDUNDANT_BYTES.saturating_sub(payload.len());
    let mut taken = [false; limits::REDUNDANT_PACKETS];
    // The newest is worth most: it alone repairs a single loss.
    for (taken, (offset, block)) in taken.iter_mut().zip(earlier.iter()).rev() {
        let fits = (1..1 << 10).contains(&block.len()) && (1..1 << 14).contains(offset);
        if !fits || block.len() > room {
            break;
        }
        room -= block.len();
        *taken = true;
    }
    let blocks = || taken.iter().zip(earlier).filter(|(taken, _)| **taken);
    for (_, (offset, block)) in blocks() {
        let header = u32::from(0x80 | payload_type) << 24 | offset << 10 | block.len() as u32;
        out.extend_from_slice(&header.to_be_bytes());
    }
    out.push(payload_type);
    for (_, (_, block)) in blocks() {
        out.extend_from_slice(block);
    }
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(earlier: &[(u32, &[u8])], payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, 111, earlier, payload);
        out
    }

    fn read(payload: &[u8]) -> Vec<(u64, u32, Vec<u8>)> {
        redundant(payload)
            .map(|block| (block.steps, block.offset, block.payload.to_vec()))
            .collect()
    }

    #[test]
    fn the_last_block_is_the_primary_one() {
        assert_eq!(
            primary(&[0xef, 0, 0, 2, 0x6f, 1, 2, 3, 4]),
            Some(&[3, 4][..])
        );
        assert_eq!(primary(&[0x6f, 3, 4]), Some(&[3, 4][..]));
        assert_eq!(primary(&[0xef, 0, 0, 9, 0x6f, 1]), None);
        assert_eq!(primary(&[0xef, 0]), None);
    }

    #[test]
    fn what_is_written_is_read() {
        let payload = written(&[(1_920, b"oldest"), (960, b"old")], b"new");
        // RFC 2198 section 3: F, block PT, 14 bits of offset, 10 bits of length.
        assert_eq!(payload[..9], [0xef, 0x1e, 0, 6, 0xef, 0x0f, 0, 3, 0x6f]);
        assert_eq!(primary(&payload), Some(&b"new"[..]));
        let blocks = [(2, 1_920, b"oldest".to_vec()), (1, 960, b"old".to_vec())];
        assert_eq!(read(&payload), blocks);
        assert_eq!(written(&[], b"new"), [&[111][..], b"new"].concat());
    }

    #[test]
    fn what_does_not_fit_is_left_out_with_all_before_it() {
        let large = [7; 1_024];
        for unfit in [(960, &large[..]), (1 << 14, &b"x"[..]), (0, b"x"), (9, b"")] {
            let payload = written(&[(1_920, b"oldest"), unfit], b"new");
            assert_eq!(payload, [&[111][..], b"new"].concat(), "{unfit:?}");
        }
        let half = [7; 700];
        let payload = written(&[(1_920, &half), (960, &half)], b"new");
        assert_eq!(read(&payload), [(1, 960, half.to_vec())]);
    }

    #[test]
    fn blocks_longer_than_the_packet_are_no_blocks() {
        assert_eq!(read(&[0xef, 0x0f, 0, 9, 0x6f, 1]), []);
        assert_eq!(read(&[0xef, 0]), []);
        assert_eq!(read(b""), []);
    }

    #[test]
    fn every_block_gets_the_receivers_payload_type() {
        let mut payload = written(&[(1_920, b"oldest"), (960, b"old")], b"new");
        relabel(&mut payload, 96);
        assert_eq!([payload[0], payload[4], payload[8]], [0xe0, 0xe0, 0x60]);
        assert_eq!(read(&payload).len(), 2);
        relabel(&mut [], 96);
    }
}
