//! VP8's payload descriptor (RFC 7741 section 4.2).

use super::frame::{grid_frame, grid_mask};
use super::{Facts, picture_id};

pub(super) fn facts(payload: &[u8]) -> Option<Facts> {
    let first = *payload.first()?;
    let mut at = 1;
    let mut facts = Facts {
        counts_pictures: true,
        ..Facts::default()
    };
    let (mut temporal, mut synchronizes) = (0, true);
    if first & 0x80 != 0 {
        let extension = *payload.get(at)?;
        at += 1;
        if extension & 0x80 != 0 {
            let id = picture_id(payload, at)?;
            at += id.len();
            facts.picture_id = Some(id);
        }
        if extension & 0x40 != 0 {
            facts.tl0 = Some((u8::try_from(at).ok()?, *payload.get(at)?));
            at += 1;
        }
        if extension & 0x30 != 0 {
            let layer = *payload.get(at)?;
            if extension & 0x20 != 0 {
                (temporal, synchronizes) = (layer >> 6, layer & 0x20 != 0);
            }
            at += 1;
        }
    }
    // S set and partition 0: the frame begins here, and its first bit says whether it is inter.
    let begins = first & 0x10 != 0 && first & 0x07 == 0;
    facts.keyframe = begins && payload.get(at).is_some_and(|frame| frame & 1 == 0);
    let mut frame = grid_frame(0, temporal);
    frame.starts = begins;
    if facts.keyframe {
        frame.switches = u32::MAX;
    } else if begins && synchronizes && temporal > 0 {
        // Y: it needs base frames alone. Higher layers may still need what was left out before,
        // so one goes up a step at a time.
        frame.switches = grid_mask(|point| point.temporal == temporal);
        frame.from = grid_mask(|point| point.temporal + 1 == temporal);
    }
    facts.frame = Some(frame);
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::PictureId;
    use super::*;

    #[test]
    fn reads_wide_and_narrow_picture_ids() {
        let wide = [0x90, 0xe0, 0x81, 0x02, 0x33, 0x40, 0x00, 1, 2];
        let facts_wide = facts(&wide).unwrap();
        assert_eq!(
            facts_wide.picture_id,
            Some(PictureId {
                at: 2,
                wide: true,
                value: 0x102
            })
        );
        assert_eq!(facts_wide.tl0, Some((4, 0x33)));
        assert!(facts_wide.keyframe);
        let narrow = [0x90, 0x80, 0x21, 0x01];
        let facts_narrow = facts(&narrow).unwrap();
        assert_eq!(
            facts_narrow.picture_id,
            Some(PictureId {
                at: 2,
                wide: false,
                value: 0x21
            })
        );
        assert!(!facts_narrow.keyframe);
    }

    #[test]
    fn a_layer_is_entered_from_the_one_below_where_it_synchronizes() {
        // X, then L and T: TL0PICIDX 1, TID 1, Y.
        let sync = [0x90, 0x60, 1, 0x60, 1];
        let frame = facts(&sync).unwrap().frame.unwrap();
        assert_eq!((frame.temporal, frame.starts), (1, true));
        assert_eq!(frame.present & 0xf, 0b1110);
        assert_eq!((frame.switches & 0xf, frame.from & 0xf), (0b0010, 0b0001));
        let plain = [0x90, 0x60, 1, 0x40, 1];
        assert_eq!(facts(&plain).unwrap().frame.unwrap().switches, 0);
    }

    #[test]
    fn later_packets_of_a_keyframe_are_not_its_start() {
        assert!(facts(&[0x10, 0x00]).unwrap().keyframe);
        assert!(!facts(&[0x00, 0x00]).unwrap().keyframe);
        assert!(!facts(&[0x11, 0x00]).unwrap().keyframe);
    }
}
