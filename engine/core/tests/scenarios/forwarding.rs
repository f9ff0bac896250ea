//! Audio and video of one publisher to one subscriber, with loss on both sides repaired.

use std::time::Duration;

use crate::common::client::{Out, vp8, vp8_numbers};
use crate::common::{Client, World, offers, publish, send};
use engine_core::RouterEvent;
use engine_core::rtcp::{Rtcp, SenderInfo, write_nack, write_pli, write_sender_report};
use engine_core::sdp::{MediaKind, PublishSection};

const MIC: u64 = 70;
const CAM: u64 = 80;
const AUDIO_SSRC: u32 = 1_001;
const VIDEO_SSRC: u32 = 2_001;
const RTX_SSRC: u32 = 2_002;

/// Redundancy has scenarios of its own.
fn plain_audio() -> PublishSection {
    PublishSection {
        red: false,
        ..publish("7", MIC)
    }
}

fn meeting() -> (World, Client, Client) {
    let mut world = World::new();
    let (mut alice, mut bob) = (world.join(1), world.join(2));
    let offer = offers::session(&["7", "8"])
        + &offers::audio("7", "sendonly", "s mic")
        + &offers::video("8", "sendonly", "s cam", &[]);
    world.negotiate(&mut alice, &offer, &[plain_audio(), publish("8", CAM)], &[]);
    let plans = [
        send("1", MIC, MediaKind::Audio),
        send("4", CAM, MediaKind::Video),
    ];
    world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
    (world, alice, bob)
}

const AUDIO_ELEMENTS: &[(u8, &[u8])] = &[(4, b"7"), (1, &[0x80 | 20])];
const VIDEO_ELEMENTS: &[(u8, &[u8])] = &[(4, b"8")];

fn audio(timestamp: u32) -> Out<'static> {
    Out {
        ssrc: AUDIO_SSRC,
        payload_type: 111,
        timestamp,
        marker: false,
        elements: AUDIO_ELEMENTS,
        payload: b"opus",
        padding: 0,
    }
}

fn video(timestamp: u32, payload: &[u8]) -> Out<'_> {
    Out {
        ssrc: VIDEO_SSRC,
        payload_type: 96,
        timestamp,
        marker: true,
        elements: VIDEO_ELEMENTS,
        payload,
        padding: 0,
    }
}

fn frame(world: &mut World, alice: &mut Client, number: u16, keyframe: bool) {
    let payload = vp8(keyframe, true, number, number as u8, number as u8);
    let packet = alice.seal(&video(3_000 * u32::from(number), &payload));
    assert!(world.arrive(alice, packet));
}

#[test]
fn media_arrives_under_the_subscribers_own_numbers() {
    let (mut world, mut alice, mut bob) = meeting();
    for number in 0..600u16 {
        frame(&mut world, &mut alice, number, number == 0);
        let packet = alice.seal(&audio(960 * u32::from(number)));
        assert!(world.arrive(&alice, packet));
        world.pass(Duration::from_millis(5), &mut [&mut alice, &mut bob]);
    }
    for (track, mid, payload_type, step) in [(MIC, "1", 111, 960), (CAM, "4", 96, 3_000)] {
        let negotiated = bob.sends(track);
        let stream = bob.stream(negotiated.ssrc);
        assert_eq!(stream.len(), 600, "track {track}");
        for pair in stream.windows(2) {
            let (one, next) = (&pair[0].head, &pair[1].head);
            assert_eq!(next.sequence, one.sequence.wrapping_add(1));
            assert_eq!(next.timestamp, one.timestamp.wrapping_add(step));
        }
        let first = stream[0];
        assert_eq!(first.head.payload_type, payload_type);
        assert!(first.elements.contains(&(4, mid.as_bytes().to_vec())));
    }
    let pictures: Vec<u16> = bob
        .stream(bob.sends(CAM).ssrc)
        .iter()
        .map(|packet| vp8_numbers(&packet.payload).0)
        .collect();
    assert!(pictures.windows(2).all(|pair| pair[1] == pair[0] + 1));
    assert!(world.events.contains(&RouterEvent::TrackStarted {
        track: CAM,
        codec: "video/vp8"
    }));
    assert!(world.events.contains(&RouterEvent::TrackStarted {
        track: MIC,
        codec: "audio/opus"
    }));
    let stats = world.router.stats();
    assert_eq!(
        (
            stats.packets_lost_in,
            stats.packets_dropped,
            stats.retransmitted
        ),
        (0, 0, 0)
    );
    assert_eq!(
        (stats.tracks, stats.subscriptions, stats.transports),
        (2, 2, 2)
    );
}

#[test]
fn a_packet_lost_by_the_publisher_is_asked_for_and_fills_its_place() {
    let (mut world, mut alice, mut bob) = meeting();
    frame(&mut world, &mut alice, 0, true);
    let lost = alice.next_index(VIDEO_SSRC);
    alice.skip(VIDEO_SSRC, 1);
    frame(&mut world, &mut alice, 2, false);
    world.pass(Duration::from_millis(30), &mut [&mut alice, &mut bob]);
    let asked = Rtcp::Nack {
        ssrc: VIDEO_SSRC,
        first: lost as u16,
        following: 0,
    };
    assert!(alice.rtcp.contains(&asked), "{:?}", alice.rtcp);

    let mut repair = (lost as u16).to_be_bytes().to_vec();
    repair.extend(vp8(false, true, 1, 1, 1));
    let out = Out {
        ssrc: RTX_SSRC,
        payload_type: 97,
        timestamp: 3_000,
        marker: true,
        elements: VIDEO_ELEMENTS,
        payload: &repair,
        padding: 0,
    };
    let packet = alice.seal(&out);
    assert!(world.arrive(&alice, packet));
    // A probe without payload on the retransmission stream is no packet of the track.
    let packet = alice.seal(&Out {
        payload: &[],
        ..out
    });
    assert!(world.arrive(&alice, packet));
    world.pass(Duration::from_millis(300), &mut [&mut alice, &mut bob]);
    let ssrc = bob.sends(CAM).ssrc;
    let got: Vec<(u16, u16)> = bob
        .stream(ssrc)
        .iter()
        .map(|packet| (packet.head.sequence, vp8_numbers(&packet.payload).0))
        .collect();
    let first = got[0].0;
    assert_eq!(
        got,
        [
            (first, 0),
            (first.wrapping_add(2), 2),
            (first.wrapping_add(1), 1)
        ]
    );
    assert_eq!(alice.rtcp.iter().filter(|part| **part == asked).count(), 1);
    assert_eq!(world.router.stats().packets_lost_in, 0);
}

#[test]
fn a_packet_lost_by_the_subscriber_comes_again_as_rtx() {
    let (mut world, mut alice, mut bob) = meeting();
    for number in 0..20 {
        frame(&mut world, &mut alice, number, number == 0);
        if number == 0 {
            world.deliver(&mut [&mut alice, &mut bob]);
            let first = bob.media[0].head.sequence;
            bob.lose = vec![first.wrapping_add(5), first.wrapping_add(9)];
        }
        world.pass(Duration::from_millis(5), &mut [&mut alice, &mut bob]);
    }
    let negotiated = bob.sends(CAM);
    let rtx_ssrc = negotiated.rtx_ssrc.unwrap();
    assert_eq!(bob.stream(negotiated.ssrc).len(), 18);
    let first = bob.media[0].head.sequence;
    let lost = [first.wrapping_add(5), first.wrapping_add(9)];
    for _ in 0..2 {
        // The same request twice at once is answered once.
        let nack = bob.seal_rtcp(|out| write_nack(out, 1, negotiated.ssrc, &lost));
        assert!(world.arrive(&bob, nack));
        world.deliver(&mut [&mut alice, &mut bob]);
    }
    let repaired = bob.stream(rtx_ssrc);
    assert_eq!(repaired.len(), 2);
    for (packet, lost) in repaired.iter().zip(lost) {
        assert_eq!(packet.head.payload_type, 97);
        assert_eq!(packet.payload[..2], lost.to_be_bytes());
        let picture = vp8_numbers(&packet.payload[2..]).0;
        assert_eq!(u32::from(picture), u32::from(lost.wrapping_sub(first)));
    }
    let stats = world.router.stats();
    assert_eq!((stats.retransmitted, stats.nacks_in), (2, 4));
}

#[test]
fn lost_audio_comes_again_as_the_very_same_packet() {
    let (mut world, mut alice, mut bob) = meeting();
    for number in 0..10 {
        let packet = alice.seal(&audio(960 * number));
        world.arrive(&alice, packet);
        world.pass(Duration::from_millis(20), &mut [&mut alice, &mut bob]);
    }
    let ssrc = bob.sends(MIC).ssrc;
    let asked = bob.stream(ssrc)[6].head.sequence;
    let before = bob.sealed.clone();
    let nack = bob.seal_rtcp(|out| write_nack(out, 1, ssrc, &[asked]));
    assert!(world.arrive(&bob, nack));
    let mut again = Vec::new();
    world
        .router
        .drain_egress(&mut |egress| again.push(egress.datagrams.to_vec()));
    assert_eq!(again.len(), 1);
    assert!(
        before.contains(&again[0]),
        "the same bytes, so the same nonce is no reuse"
    );
}

#[test]
fn keyframe_requests_are_merged_and_throttled() {
    let (mut world, mut alice, mut bob) = meeting();
    let ssrc = bob.sends(CAM).ssrc;
    frame(&mut world, &mut alice, 0, true);
    world.pass(Duration::from_millis(1_500), &mut [&mut alice, &mut bob]);
    let before = alice.plis(VIDEO_SSRC);
    for number in 1..=100u16 {
        frame(&mut world, &mut alice, number, false);
        let pli = bob.seal_rtcp(|out| write_pli(out, 1, ssrc));
        world.arrive(&bob, pli);
        world.pass(Duration::from_millis(30), &mut [&mut alice, &mut bob]);
    }
    let asked = alice.plis(VIDEO_SSRC) - before;
    assert!(
        (3..=4).contains(&asked),
        "one a second for three seconds, not {asked}"
    );
    // The keyframe ends it.
    frame(&mut world, &mut alice, 101, true);
    let before = alice.plis(VIDEO_SSRC);
    for number in 102..=150 {
        frame(&mut world, &mut alice, number, false);
        world.pass(Duration::from_millis(30), &mut [&mut alice, &mut bob]);
    }
    assert_eq!(alice.plis(VIDEO_SSRC), before);
}

#[test]
fn reports_tell_publishers_of_loss_and_subscribers_of_time() {
    let (mut world, mut alice, mut bob) = meeting();
    let ntp = 3_900_000_000u64 << 32;
    for number in 0..100u16 {
        if number % 10 == 5 {
            alice.skip(VIDEO_SSRC, 1);
        }
        frame(&mut world, &mut alice, number, number == 0);
        if number == 0 {
            let info = SenderInfo {
                ssrc: VIDEO_SSRC,
                ntp,
                timestamp: 0,
                packets: 1,
                bytes: 1,
            };
            let report = alice.seal_rtcp(|out| write_sender_report(out, &info, "x"));
            world.arrive(&alice, report);
        }
        world.pass(Duration::from_millis(33), &mut [&mut alice, &mut bob]);
    }
    let reports: Vec<_> = alice
        .rtcp
        .iter()
        .filter_map(|part| match part {
            Rtcp::Report(report) if report.ssrc == VIDEO_SSRC => Some(report),
            _ => None,
        })
        .collect();
    assert!(reports.len() >= 3);
    let last = reports.last().unwrap();
    assert!(
        (15..35).contains(&last.fraction_lost),
        "one in eleven: {}",
        last.fraction_lost
    );
    assert_eq!(last.last_sender_report, (ntp >> 16) as u32);
    let feedback = alice
        .rtcp
        .iter()
        .filter(|part| matches!(part, Rtcp::TransportFeedback { .. }))
        .count();
    assert!((25..40).contains(&feedback), "every 100 ms: {feedback}");

    let ssrc = bob.sends(CAM).ssrc;
    let first = bob.stream(ssrc)[0].head.timestamp;
    let told: Vec<(u64, u32)> = bob
        .rtcp
        .iter()
        .filter_map(|part| match part {
            Rtcp::SenderReport {
                ssrc: about,
                ntp,
                timestamp,
            } if *about == ssrc => Some((*ntp, *timestamp)),
            _ => None,
        })
        .collect();
    assert!(told.len() >= 2, "{told:?}");
    for (told_ntp, timestamp) in told {
        let seconds = (told_ntp - ntp) as f64 / 2f64.powi(32);
        let expected = first.wrapping_add((seconds * 90_000.0) as u32);
        assert!((timestamp.wrapping_sub(expected) as i32).abs() <= 2);
    }
}

#[test]
fn a_muted_track_is_silent_and_begins_again_on_a_keyframe() {
    let (mut world, mut alice, mut bob) = meeting();
    let mut number = 0;
    let mut run = |world: &mut World, alice: &mut Client, bob: &mut Client, key_at: Option<u16>| {
        for step in 0..30 {
            frame(world, alice, number, Some(step) == key_at);
            number += 1;
            world.pass(Duration::from_millis(33), &mut [alice, bob]);
        }
    };
    run(&mut world, &mut alice, &mut bob, Some(0));
    let ssrc = bob.sends(CAM).ssrc;
    assert_eq!(bob.stream(ssrc).len(), 30);
    world.router.set_track_muted(CAM, true, world.now).unwrap();
    run(&mut world, &mut alice, &mut bob, Some(3));
    assert_eq!(bob.stream(ssrc).len(), 30);
    let before = alice.plis(VIDEO_SSRC);
    world.router.set_track_muted(CAM, false, world.now).unwrap();
    run(&mut world, &mut alice, &mut bob, Some(10));
    assert!(alice.plis(VIDEO_SSRC) > before);
    let stream = bob.stream(ssrc);
    assert_eq!(stream.len(), 50);
    for pair in stream.windows(2) {
        assert_eq!(pair[1].head.sequence, pair[0].head.sequence.wrapping_add(1));
        let (one, next) = (vp8_numbers(&pair[0].payload), vp8_numbers(&pair[1].payload));
        assert_eq!((next.0, next.1), (one.0 + 1, one.1.wrapping_add(1)));
    }
    let gap = stream[30]
        .head
        .timestamp
        .wrapping_sub(stream[29].head.timestamp);
    assert_eq!(gap, 41 * 3_000, "time went on while it was muted");
}

#[test]
fn padding_ends_here_and_leaves_no_gap() {
    let (mut world, mut alice, mut bob) = meeting();
    frame(&mut world, &mut alice, 0, true);
    // A probe of the bandwidth: only padding, on the media stream.
    let out = Out {
        ssrc: VIDEO_SSRC,
        payload_type: 96,
        timestamp: 0,
        marker: false,
        elements: VIDEO_ELEMENTS,
        payload: &[],
        padding: 200,
    };
    let packet = alice.seal(&out);
    world.arrive(&alice, packet);
    frame(&mut world, &mut alice, 1, false);
    world.deliver(&mut [&mut alice, &mut bob]);
    let stream = bob.stream(bob.sends(CAM).ssrc);
    let lens: Vec<usize> = stream.iter().map(|packet| packet.payload.len()).collect();
    assert_eq!(lens, [907, 907]);
    let step = stream[1]
        .head
        .sequence
        .wrapping_sub(stream[0].head.sequence);
    assert_eq!(step, 1);
}

#[test]
fn an_ended_track_frees_its_place_and_a_new_subscription_takes_new_ssrcs() {
    let (mut world, mut alice, mut bob) = meeting();
    frame(&mut world, &mut alice, 0, true);
    world.deliver(&mut [&mut alice, &mut bob]);
    let before = bob.sends(CAM);
    let offer = offers::chromium_subscriber();
    world.negotiate(&mut bob, &offer, &[], &[send("1", MIC, MediaKind::Audio)]);
    frame(&mut world, &mut alice, 1, true);
    world.deliver(&mut [&mut alice, &mut bob]);
    assert_eq!(bob.stream(before.ssrc).len(), 1);
    let plans = [
        send("1", MIC, MediaKind::Audio),
        send("4", CAM, MediaKind::Video),
    ];
    world.negotiate(&mut bob, &offer, &[], &plans);
    let after = bob.sends(CAM);
    assert_ne!(after.ssrc, before.ssrc);
    assert_ne!(after.rtx_ssrc, before.rtx_ssrc);
    frame(&mut world, &mut alice, 2, true);
    world.deliver(&mut [&mut alice, &mut bob]);
    assert_eq!(bob.stream(after.ssrc).len(), 1);

    assert_eq!(world.router.remove_participant(1).unwrap(), [1]);
    let stats = world.router.stats();
    assert_eq!(
        (stats.tracks, stats.subscriptions, stats.participants),
        (0, 2, 1)
    );
    assert!(world.router.set_track_muted(CAM, true, world.now).is_err());
    assert_eq!(world.router.close_room(crate::common::ROOM).unwrap(), [2]);
    let stats = world.router.stats();
    assert_eq!(
        (stats.rooms, stats.subscriptions, stats.transports),
        (0, 0, 0)
    );
}
