//! VP9's payload descriptor (RFC 9628 section 4.2), in flexible and non-flexible mode.

use super::frame::{grid_frame, grid_mask};
use super::{Facts, picture_id};

pub(super) fn facts(payload: &[u8]) -> Option<Facts> {
    let first = *payload.first()?;
    let is = |bit: u8| first & bit != 0;
    let (has_id, predicted, layered, flexible) = (is(0x80), is(0x40), is(0x20), is(0x10));
    let (begins, ends) = (is(0x08), is(0x04));
    let mut at = 1;
    let mut facts = Facts::default();
    if has_id {
        let id = picture_id(payload, at)?;
        at += id.len();
        facts.picture_id = Some(id);
    }
    let (mut temporal, mut spatial, mut up) = (0, 0, false);
    if layered {
        let layer = *payload.get(at)?;
        (temporal, up, spatial) = (layer >> 5, layer & 0x10 != 0, layer >> 1 & 0x07);
        at += 1;
        if !flexible {
            facts.tl0 = Some((u8::try_from(at).ok()?, *payload.get(at)?));
        }
    }
    facts.keyframe = begins && !predicted && spatial == 0;
    let mut frame = grid_frame(spatial, temporal);
    (frame.starts, frame.ends) = (begins, ends);
    if facts.keyframe {
        frame.switches = u32::MAX;
    } else if begins && up {
        // U: what follows in higher temporal layers needs nothing of theirs from before.
        frame.switches = grid_mask(|point| point.temporal >= frame.temporal);
        frame.from = frame.present;
    }
    facts.frame = Some(frame);
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lowest_spatial_layer_starts_a_keyframe() {
        assert!(facts(&[0x88, 0x05]).unwrap().keyframe);
        assert!(!facts(&[0xc8, 0x05]).unwrap().keyframe);
        assert!(facts(&[0xa8, 0x05, 0x00, 0x01]).unwrap().keyframe);
        assert!(!facts(&[0xa8, 0x05, 0x02, 0x01]).unwrap().keyframe);
    }

    #[test]
    fn layers_and_counters_are_read_in_both_modes() {
        // I P L B E; wide picture id 0x1234; TID 2, U, SID 1, D; TL0PICIDX 9.
        let fixed = [0xec, 0x92, 0x34, 0x53, 9, 1];
        let seen = facts(&fixed).unwrap();
        assert_eq!(seen.picture_id.unwrap().value, 0x1234);
        assert_eq!(seen.tl0, Some((4, 9)));
        let frame = seen.frame.unwrap();
        assert_eq!((frame.spatial, frame.temporal), (1, 2));
        assert!(frame.starts && frame.ends);
        assert_eq!(frame.present, 0b1100_1100_0000);
        // F: references follow instead of TL0PICIDX.
        let flexible = [0xf8, 0x92, 0x34, 0x43, 0x02, 1];
        let seen = facts(&flexible).unwrap();
        assert_eq!((seen.tl0, seen.frame.unwrap().switches), (None, 0));
        assert_eq!(facts(&[0xa8, 0x05]), None);
    }
}
