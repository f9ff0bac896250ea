//! Descriptors of Chromium 156 (AV1, L3T3_KEY) and of the specification's rules.

use super::*;
use crate::test_hex::hex;

/// The first packet of a keyframe: nine decode targets, three chains, three resolutions.
const KEY: &str = "c0000180081485214eaaaaa8000600004000100002aa80a8000600004000100002a000a80006000040\
    0016d549241b5524906d54923157e001974ca864330e222396eca8655304224390eca87753013f00b3027f016704ff02cf";

fn key() -> Descriptor {
    read(&hex(KEY), None).expect("a descriptor")
}

fn point(spatial: u8, temporal: u8) -> LayerPoint {
    LayerPoint { spatial, temporal }
}

#[test]
fn a_structure_names_its_targets_and_how_they_lie_inside_each_other() {
    let key = key();
    let structure = key.structure.unwrap();
    assert_eq!((structure.offset, structure.chains), (0, 3));
    let targets = &structure.targets;
    let points: Vec<_> = (0..9).map(|target| targets.point(target)).collect();
    let grid = |spatial| (0..3).map(move |temporal| point(spatial, temporal));
    let mut expected: Vec<_> = (0..3).flat_map(grid).collect();
    let found = points.clone();
    expected.sort();
    let mut sorted = found;
    sorted.sort();
    assert_eq!(sorted, expected);
    assert_eq!(key.active, Some(0x1ff));
    let of = |spatial, temporal| {
        points
            .iter()
            .position(|one| *one == point(spatial, temporal))
            .unwrap() as u8
    };
    assert!(targets.is_inside(of(2, 0), of(2, 2)));
    // Behind the keyframe the layers go their own ways.
    assert!(!targets.is_inside(of(1, 2), of(2, 2)));
    assert_eq!(targets.choose(point(1, 3)), Some(of(1, 2)));
    let frame = key.frame;
    assert_eq!(
        (frame.number, frame.starts, frame.ends),
        (Some(1), true, true)
    );
    assert_eq!(
        (frame.present, frame.switches, frame.needs),
        (0x1ff, 0x1ff, 0)
    );
}

#[test]
fn later_frames_are_read_by_their_templates() {
    let structure = key().structure.unwrap();
    let read = |text: &str| read(&hex(text), Some(&structure)).unwrap().frame;
    let (second, third) = (read("c50002"), read("8a0003"));
    assert_eq!((second.spatial, second.temporal, second.needs), (1, 0, 1));
    assert_eq!((third.spatial, third.ends, third.needs), (2, false, 1));
    let enhanced = read("c30004");
    assert_eq!((enhanced.spatial, enhanced.temporal), (0, 2));
    assert_eq!(enhanced.needs, 1 << 2, "the keyframe, three frames before");
    assert_eq!(
        super::read(&hex("c30004"), None),
        None,
        "without a structure"
    );
    assert_eq!(
        super::read(&hex("ff0004"), Some(&structure)),
        None,
        "no such template"
    );
}

#[test]
fn what_is_cut_off_anywhere_is_refused() {
    let whole = hex(KEY);
    let needed = usize::from(key().active_at).div_ceil(8);
    for len in 0..needed {
        assert_eq!(read(&whole[..len], None), None, "{len}");
    }
}

#[test]
fn numbers_are_rewritten_and_the_rest_stays() {
    let bytes = hex(KEY);
    let rewrite = Rewrite {
        frame: 0xfffe,
        template: 50,
        active: None,
    };
    let mut out = Vec::new();
    write(&bytes, &rewrite, &mut out);
    assert_eq!(out.len(), bytes.len());
    let (before, after) = (key(), read(&out, None).unwrap());
    assert_eq!(after.frame.number, Some(0xffff));
    let structure = after.structure.unwrap();
    assert_eq!(structure.offset, 50);
    assert_eq!(structure.targets, before.structure.unwrap().targets);
    // An id of the same structure, beyond the largest id.
    let mut next = Vec::new();
    write(&hex("d40002"), &rewrite, &mut next);
    assert_eq!(next[0], 0xc0 | ((0x14 + 50) % 64));
}

#[test]
fn the_active_targets_are_told_in_long_and_short_descriptors() {
    let structure = key().structure.unwrap();
    for (text, attached) in [(KEY, true), ("c50002", false)] {
        let before = read(&hex(text), Some(&structure)).unwrap();
        let active_at = before.active_at.max(29);
        let mut out = Vec::new();
        let rewrite = |mask| Rewrite {
            active: Some((mask, 9, active_at)),
            ..Rewrite::default()
        };
        write(&hex(text), &rewrite(0b1_0010_0100), &mut out);
        let after = read(&out, Some(&structure)).unwrap();
        assert_eq!(after.active, Some(0b1_0010_0100));
        assert_eq!(
            (after.frame, after.structure.is_some()),
            (before.frame, attached)
        );
        // Told before: replaced.
        let mut again = Vec::new();
        write(&out, &rewrite(7), &mut again);
        let again = read(&again, Some(&structure)).unwrap();
        assert_eq!((again.active, again.frame), (Some(7), before.frame));
    }
}

#[test]
fn frames_may_have_indications_and_needs_of_their_own() {
    let structure = key().structure.unwrap();
    let mut writer = BitWriter::default();
    writer.put(0b1100_0101 << 16 | 7, 24);
    writer.put(0b00110, 5);
    for indication in [0, 1, 2, 3, 0, 0, 0, 0, 2] {
        writer.put(indication, 2);
    }
    for (size, needed) in [(1, 4), (3, 4_000), (2, 63)] {
        writer.put(size, 2);
        writer.put(needed, 4 * size as usize);
    }
    writer.put(0, 2);
    let frame = read(&writer.bytes, Some(&structure)).unwrap().frame;
    assert_eq!(
        (frame.present, frame.switches),
        (0b1_0000_1110, 0b1_0000_0100)
    );
    assert_eq!((frame.needs, frame.needs_far), (1 << 4 | 1 << 63, true));
}
