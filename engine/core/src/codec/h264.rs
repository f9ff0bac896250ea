//! H264's NAL units (RFC 6184): a keyframe begins with its parameter sets or its first slice.

const IDR: u8 = 5;
const SPS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

pub(super) fn is_keyframe(payload: &[u8]) -> bool {
    let Some(first) = payload.first() else {
        return false;
    };
    match first & 0x1f {
        IDR | SPS => true,
        STAP_A => aggregated(&payload[1..]),
        FU_A => payload
            .get(1)
            .is_some_and(|unit| unit & 0x80 != 0 && unit & 0x1f == IDR),
        _ => false,
    }
}

fn aggregated(mut units: &[u8]) -> bool {
    while let [high, low, rest @ ..] = units {
        let len = usize::from(u16::from_be_bytes([*high, *low]));
        let Some(unit) = rest.get(..len) else {
            return false;
        };
        if unit
            .first()
            .is_some_and(|unit| matches!(unit & 0x1f, IDR | SPS))
        {
            return true;
        }
        units = &rest[len..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_keyframes_in_every_packetization() {
        assert!(is_keyframe(&[0x67, 1]));
        assert!(is_keyframe(&[0x78, 0, 2, 0x67, 1, 0, 1, 0x68]));
        assert!(is_keyframe(&[0x7c, 0x85]));
        assert!(!is_keyframe(&[0x7c, 0x05]));
        assert!(!is_keyframe(&[0x61, 1]));
        assert!(!is_keyframe(&[0x78, 0, 9, 0x67]));
    }
}
