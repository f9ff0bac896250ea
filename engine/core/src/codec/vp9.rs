//! VP9's payload descriptor (RFC 9628 section 4.2).

use super::{Facts, picture_id};

pub(super) fn facts(payload: &[u8]) -> Option<Facts> {
    let first = *payload.first()?;
    let (has_id, predicted, has_layers) = (first & 0x80 != 0, first & 0x40 != 0, first & 0x20 != 0);
    let begins = first & 0x08 != 0;
    let mut at = 1;
    let mut facts = Facts::default();
    if has_id {
        let id = picture_id(payload, at)?;
        at += id.len();
        facts.picture_id = Some(id);
    }
    let spatial = if has_layers {
        *payload.get(at)? >> 1 & 0x07
    } else {
        0
    };
    facts.keyframe = begins && !predicted && spatial == 0;
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lowest_spatial_layer_starts_a_keyframe() {
        assert!(facts(&[0x88, 0x05]).unwrap().keyframe);
        assert!(!facts(&[0xc8, 0x05]).unwrap().keyframe);
        assert!(facts(&[0xa8, 0x05, 0x00]).unwrap().keyframe);
        assert!(!facts(&[0xa8, 0x05, 0x02]).unwrap().keyframe);
    }
}
