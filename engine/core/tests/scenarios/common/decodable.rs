//! Whether what a viewer got can be decoded, and whether its numbers go on.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::client::Received;
use super::stage::{Stage, frame_of};
use engine_core::codec::descriptor::{self, Structure};

/// The packets in the order of their numbers, each once.
pub fn in_order<'a>(packets: &[&'a Received]) -> Vec<&'a Received> {
    let first = packets[0].head.sequence;
    let ordered: BTreeMap<i32, &Received> = packets
        .iter()
        .map(|packet| {
            let ahead = packet.head.sequence.wrapping_sub(first);
            (i32::from(ahead), *packet)
        })
        .collect();
    assert_eq!(ordered.len(), packets.len(), "a number came twice");
    assert!(
        ordered.keys().zip(0..).all(|(number, at)| *number == at),
        "a gap"
    );
    ordered.into_values().collect()
}

/// Everything whole frames, each with all it needs, in pictures that end once. Only the last frame
/// before a keyframe of another stream may be cut off: its end came after the switch.
pub fn assert_decodable(stage: &Stage) {
    let packets = in_order(&stage.received());
    let packets: Vec<_> = packets
        .into_iter()
        .filter(|one| frame_of(one).is_some())
        .collect();
    let truth_of = |packet: &Received| &stage.truths[frame_of(packet).unwrap() as usize];
    let mut parts: HashMap<u32, u8> = HashMap::new();
    for packet in &packets {
        *parts.entry(frame_of(packet).unwrap()).or_default() += 1;
    }
    let mut cut = HashSet::new();
    for pair in packets.windows(2) {
        let (one, next) = (pair[0].head, pair[1].head);
        let (before, after) = (truth_of(pair[0]), truth_of(pair[1]));
        let switched = after.keyframe && after.stream != before.stream;
        let ahead = next.timestamp.wrapping_sub(one.timestamp);
        if switched && !one.marker {
            cut.insert(frame_of(pair[0]).unwrap());
        } else {
            assert_eq!(
                one.marker,
                ahead != 0,
                "a picture ends with its marker: {one:?} {next:?}"
            );
        }
        assert!(ahead < 90_000, "{ahead}");
    }
    for (id, count) in &parts {
        let truth = &stage.truths[*id as usize];
        let whole = *count == truth.parts || cut.contains(id);
        assert!(whole, "{count} parts of frame {id}: {truth:?}");
        for needed in &truth.needs {
            assert!(
                parts.contains_key(needed),
                "frame {id} needs {needed}: {truth:?}"
            );
            assert!(!cut.contains(needed));
        }
    }
    assert_eq!(packets[0].head.sequence, stage.received()[0].head.sequence);
    assert!(truth_of(packets[0]).keyframe);
}

/// A receiver reads its descriptors with the structures that it got, and finds the truth.
pub fn assert_described(stage: &Stage) {
    let mut structure: Option<Structure> = None;
    let mut numbers: HashMap<u32, u16> = HashMap::new();
    let mut newest: Option<u16> = None;
    for packet in in_order(&stage.received()) {
        let Some(id) = frame_of(packet) else { continue };
        let value = packet.elements.iter().find(|(element, _)| *element == 12);
        let read = descriptor::read(&value.unwrap().1, structure.as_ref()).expect("readable");
        if let Some(attached) = read.structure {
            let before = structure.replace(attached);
            let after = structure.as_ref().unwrap();
            if let Some(before) = before.filter(|before| before.offset != after.offset) {
                let distance = after.offset.wrapping_sub(before.offset) % 64;
                assert!(
                    distance >= before.templates(),
                    "ids of two structures overlap"
                );
            }
        }
        let truth = &stage.truths[id as usize];
        assert_eq!(
            (read.frame.spatial, read.frame.temporal),
            (truth.spatial, truth.temporal)
        );
        let number = read.frame.number.unwrap();
        let ahead = newest.map_or(1, |newest| number.wrapping_sub(newest));
        assert!(ahead < 1_000, "frame numbers rise: {ahead}");
        newest = Some(number);
        assert_eq!(*numbers.entry(id).or_insert(number), number);
        for (at, needed) in truth.needs.iter().enumerate() {
            let distance = number.wrapping_sub(numbers[needed]);
            assert_eq!(
                read.frame.needs >> (distance - 1) & 1,
                1,
                "need {at} of frame {id}"
            );
        }
    }
}

/// VP8's and VP9's pictures are counted as the receiver's decoder wants them.
pub fn assert_counted(stage: &Stage, every_picture: bool) {
    let mut last: Option<(u32, u16, u8)> = None;
    for packet in in_order(&stage.received()) {
        if frame_of(packet).is_none() {
            continue;
        }
        let payload = &packet.payload;
        let picture = u16::from_be_bytes([
            payload[2 - usize::from(!every_picture)],
            payload[3 - usize::from(!every_picture)],
        ]) & 0x7fff;
        let tl0 = payload[4];
        let stamp = packet.head.timestamp;
        if let Some((before, last_picture, last_tl0)) = last {
            let step = picture.wrapping_sub(last_picture) & 0x7fff;
            if before == stamp {
                assert_eq!((step, tl0), (0, last_tl0));
            } else {
                assert!(
                    step == 1 || (!every_picture && step < 60),
                    "picture ids go on: {step}"
                );
                assert!(tl0.wrapping_sub(last_tl0) <= if every_picture { 1 } else { 20 });
            }
        }
        last = Some((stamp, picture, tl0));
    }
}
