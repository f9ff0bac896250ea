//! Streams as Chromium 156 sent them with livekit-client 2.23: numbers, descriptors and the first bytes
//! of payloads. Columns: layer, sequence, timestamp, marker, bytes, descriptor, payload.

use std::collections::HashSet;
use std::time::Duration;

use crate::common::client::{Client, Out, Received};
use crate::common::{World, offers, publish, send, settings};
use engine_core::RouterEvent;
use engine_core::codec::descriptor;
use engine_core::sdp::MediaKind;

const CAM: u64 = 80;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .chars()
        .filter_map(|one| one.to_digit(16))
        .map(|one| one as u8)
        .collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// What a viewer who wishes for this quality gets of a recording.
fn replay(
    recording: &str,
    payload_type: u8,
    rids: &[&'static str],
    quality: u8,
) -> (World, Vec<Received>) {
    let mut world = World::new();
    let (mut alice, mut bob) = (world.join(1), world.join(2));
    let offer = offers::session(&["8"]) + &offers::video("8", "sendonly", "s cam", rids);
    world.negotiate(&mut alice, &offer, &[publish("8", CAM)], &[]);
    let plans = [send("4", CAM, MediaKind::Video)];
    world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
    world
        .router
        .set_subscription(2, CAM, settings(true, quality), world.now)
        .unwrap();
    for line in recording.lines() {
        let columns: Vec<&str> = line.split(' ').collect();
        let number = |at: usize| columns[at].parse::<u32>().unwrap();
        let (layer, descriptor) = (number(0), bytes(columns[5]));
        let mut payload = bytes(columns[6]);
        payload.resize(number(4) as usize, 0);
        let mut elements: Vec<(u8, &[u8])> = vec![(4, b"8"), (12, &descriptor)];
        if let Some(rid) = rids.get(layer as usize) {
            elements.push((10, rid.as_bytes()));
        }
        let out = Out {
            ssrc: 9_000 + layer,
            payload_type,
            timestamp: number(2),
            marker: number(3) == 1,
            elements: &elements,
            payload: &payload,
            padding: 0,
        };
        let packet = alice.seal_two_byte(&out);
        assert!(world.arrive(&alice, packet));
        let all: &mut [&mut Client] = &mut [&mut alice, &mut bob];
        world.pass(Duration::from_millis(8), all);
    }
    let ssrc = bob.sends(CAM).ssrc;
    let received = bob.stream(ssrc).into_iter().cloned().collect();
    (world, received)
}

/// Numbers without a gap, pictures that end once, and descriptors whose needs were sent.
fn assert_decodable(packets: &[Received]) -> HashSet<u8> {
    let (mut structure, mut sent, mut spatial) = (None, HashSet::new(), HashSet::new());
    for packet in packets {
        let value = packet.elements.iter().find(|(id, _)| *id == 12);
        let read = descriptor::read(&value.unwrap().1, structure.as_ref()).expect("readable");
        structure = read.structure.or(structure);
        let number = read.frame.number.unwrap();
        for distance in (1..=64u16).filter(|one| read.frame.needs >> (one - 1) & 1 == 1) {
            assert!(
                sent.contains(&number.wrapping_sub(distance)),
                "{number} needs one {distance} before"
            );
        }
        sent.insert(number);
        spatial.insert(read.frame.spatial);
    }
    for pair in packets.windows(2) {
        let (one, next) = (pair[0].head, pair[1].head);
        assert_eq!(next.sequence, one.sequence.wrapping_add(1));
        assert_eq!(
            one.marker,
            one.timestamp != next.timestamp,
            "{one:?} {next:?}"
        );
    }
    spatial
}

#[test]
fn spatial_layers_of_vp9_and_av1_are_chosen() {
    let recordings = [
        (include_str!("../data/chromium-vp9.txt"), 98),
        (include_str!("../data/chromium-av1.txt"), 35),
    ];
    for (recording, payload_type) in recordings {
        for quality in 0..3 {
            let (world, packets) = replay(recording, payload_type, &[], quality);
            let pictures = packets.iter().filter(|packet| packet.head.marker).count();
            assert!(pictures >= 30, "{pictures}");
            let spatial = assert_decodable(&packets);
            assert_eq!(spatial.into_iter().max(), Some(quality));
            let told = RouterEvent::TrackLayers {
                track: CAM,
                alive: vec![0, 1, 2],
            };
            assert!(world.events.contains(&told));
        }
    }
}

#[test]
fn streams_of_vp8_and_h264_are_chosen() {
    let recordings = [
        (include_str!("../data/chromium-vp8.txt"), 96),
        (include_str!("../data/chromium-h264.txt"), 109),
    ];
    for (recording, payload_type) in recordings {
        for quality in 0..3 {
            let (_, packets) = replay(recording, payload_type, &["q", "h", "f"], quality);
            assert!(packets.len() >= 15, "{}", packets.len());
            assert_decodable(&packets);
        }
    }
}
