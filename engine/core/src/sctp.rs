//! As much of SCTP (RFC 9260) as counting a peer's streams takes; str0m does the rest.

const COMMON_HEADER: usize = 12;
const CHUNK_HEADER: usize = 4;
const DATA: u8 = 0;
/// I-DATA (RFC 8260).
const INTERLEAVED_DATA: u8 = 64;

/// The stream of every data chunk in a packet, in their order. Ends at the first malformed chunk.
pub fn data_streams(packet: &[u8]) -> impl Iterator<Item = u16> {
    let mut rest = packet.get(COMMON_HEADER..).unwrap_or_default();
    std::iter::from_fn(move || {
        while let [kind, _, high, low, after @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let body = after.get(..length.checked_sub(CHUNK_HEADER)?)?;
            rest = after
                .get(body.len().next_multiple_of(4)..)
                .unwrap_or_default();
            // Behind the transmission sequence number of four bytes in both forms.
            if let (DATA | INTERLEAVED_DATA, [_, _, _, _, high, low, ..]) = (*kind, body) {
                return Some(u16::from_be_bytes([*high, *low]));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_both_sorts_of_data_are_found_between_other_chunks() {
        let mut packet = vec![0; COMMON_HEADER];
        packet.extend([3, 0, 0, 5, 9, 0, 0, 0]); // SACK-like, padded
        packet.extend([0, 3, 0, 13, 0, 0, 0, 1, 0, 7, 0, 0, 9, 0, 0, 0]);
        packet.extend([64, 3, 0, 12, 0, 0, 0, 2, 1, 0, 0, 0]);
        assert_eq!(data_streams(&packet).collect::<Vec<_>>(), [7, 256]);
        for length in 0..packet.len() {
            assert!(data_streams(&packet[..length]).count() <= 2);
        }
        let mut lying = packet.clone();
        lying[COMMON_HEADER + 3] = 0;
        assert_eq!(data_streams(&lying).count(), 0);
    }
}
