//! Redundant audio (RFC 2198), taken off for subscribers that did not negotiate it.

/// The primary block, which is the last one; `None` if the blocks do not fit.
pub fn primary(payload: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    let mut redundant = 0;
    loop {
        let first = *payload.get(at)?;
        if first & 0x80 == 0 {
            return payload.get(at + 1 + redundant..);
        }
        let header = payload.get(at..at + 4)?;
        redundant += usize::from(u16::from_be_bytes([header[2], header[3]]) & 0x3ff);
        at += 4;
    }
}

#[cfg(test)]
mod tests {
    use super::primary;

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
}
