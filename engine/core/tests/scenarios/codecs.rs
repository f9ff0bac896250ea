//! What differs by codec and by client: redundant audio, descriptors, late keys, two transports.

use std::time::Duration;

use engine_core::rtcp::Rtcp;
use engine_core::sdp::{MediaKind, PublishSection, SdpSession, SendSection};
use engine_core::{DataKind, Role};

use crate::common::client::{self, Client, Out, vp8};
use crate::common::{ROOM, World, local, offers, publish, send};

fn packet<'a>(payload_type: u8, elements: &'a [(u8, &'a [u8])], payload: &'a [u8]) -> Out<'a> {
    Out {
        ssrc: 6_000,
        payload_type,
        timestamp: 9,
        marker: true,
        elements,
        payload,
        padding: 0,
    }
}

/// One publisher and one subscriber of a single section; `subscriber` may change its offer.
fn pair(
    publisher: String,
    plan: &PublishSection,
    subscriber: String,
    send: SendSection,
) -> (World, Client, Client) {
    let mut world = World::new();
    let (mut alice, mut bob) = (world.join(1), world.join(2));
    world.negotiate(&mut alice, &publisher, std::slice::from_ref(plan), &[]);
    world.negotiate(&mut bob, &subscriber, &[], &[send]);
    (world, alice, bob)
}

#[test]
fn redundant_audio_is_taken_off_only_for_those_who_do_not_know_it() {
    let publisher = offers::session(&["7"]) + &offers::audio("7", "sendonly", "s mic");
    let knows = offers::chromium_subscriber();
    let plain = knows
        .replace("a=rtpmap:63 red/48000/2\r\n", "")
        .replace("111 63 9", "111 9");
    let red = [0x80 | 111, 0, 0, 3, 111, 1, 2, 3, b'n', b'e', b'w'];
    for (subscriber, payload_type, expected) in [(knows, 63, &red[..]), (plain, 111, b"new")] {
        let plan = send("1", 70, MediaKind::Audio);
        let (mut world, mut alice, mut bob) =
            pair(publisher.clone(), &publish("7", 70), subscriber, plan);
        let sealed = alice.seal(&packet(63, &[(4, b"7")], &red));
        assert!(world.arrive(&alice, sealed));
        world.deliver(&mut [&mut bob]);
        assert_eq!(bob.media[0].head.payload_type, payload_type);
        assert_eq!(bob.media[0].payload, expected);
    }
}

/// A dependency descriptor with this frame number, longer than the one-byte form takes if `long`.
fn descriptor(frame: u16, long: bool) -> Vec<u8> {
    let [high, low] = frame.to_be_bytes();
    let mut value = vec![0xc0, high, low];
    value.resize(if long { 30 } else { 3 }, 0);
    if long {
        value[3] = 0x80;
    }
    value
}

#[test]
fn dependency_descriptors_pass_and_their_frame_numbers_go_on() {
    let publisher = offers::session(&["8"]) + &offers::video("8", "sendonly", "s cam", &[]);
    let plan = send("4", 80, MediaKind::Video);
    let (mut world, mut alice, mut bob) = pair(
        publisher,
        &publish("8", 80),
        offers::chromium_subscriber(),
        plan,
    );
    let mut frame = 65_000;
    for (ssrc, skipped) in [(6_000, 0), (6_001, 40_000)] {
        frame += skipped;
        for step in 0..20 {
            let value = descriptor(frame as u16, step == 0);
            frame += 1;
            let payload = [if step == 0 { 0x18 } else { 0x10 }, 1, 2, 3];
            let elements: &[(u8, &[u8])] = &[(4, b"8"), (12, &value)];
            let mut sealed = alice.seal_two_byte(&Out {
                ssrc,
                ..packet(35, elements, &payload)
            });
            assert!(world.router.handle_srtp(world.now, 1, &mut sealed));
            world.pass(Duration::from_millis(30), &mut [&mut bob]);
        }
    }
    assert_eq!(bob.media.len(), 40);
    let frames: Vec<u16> = bob
        .media
        .iter()
        .map(|packet| {
            let (_, value) = packet.elements.iter().find(|(id, _)| *id == 12).unwrap();
            u16::from_be_bytes([value[1], value[2]])
        })
        .collect();
    assert_eq!(frames[0], 65_000);
    assert!(
        frames
            .windows(2)
            .all(|pair| pair[1] == pair[0].wrapping_add(1)),
        "{frames:?}"
    );
    let (_, first) = bob.media[0]
        .elements
        .iter()
        .find(|(id, _)| *id == 12)
        .unwrap();
    assert_eq!(first.len(), 30, "the long form passes whole");
}

#[test]
fn a_subscriber_whose_keys_come_late_begins_on_a_keyframe_asked_for_then() {
    let mut world = World::new();
    let mut alice = world.join(1);
    let offer = offers::session(&["8"]) + &offers::video("8", "sendonly", "s cam", &[]);
    world.negotiate(&mut alice, &offer, &[publish("8", 80)], &[]);
    world
        .router
        .add_participant(ROOM, 2, "PA_2".to_owned(), "two".to_owned(), true)
        .unwrap();
    world.router.add_transport(2, 2, Role::Single).unwrap();
    let mut bob = Client::new(2);
    let plans = [send("4", 80, MediaKind::Video)];
    world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
    let elements: &[(u8, &[u8])] = &[(4, b"8")];
    let shoot = |world: &mut World, alice: &mut Client, bob: &mut Client, keyframe: bool| {
        let payload = vp8(keyframe, true, 1, 1, 1);
        let sealed = alice.seal(&packet(96, elements, &payload));
        assert!(world.arrive(alice, sealed));
        world.pass(Duration::from_millis(30), &mut [alice, bob]);
    };
    for number in 0..40 {
        shoot(&mut world, &mut alice, &mut bob, number == 0);
    }
    assert_eq!(alice.plis(6_000), 0, "nobody could have used it");
    world
        .router
        .set_keys(2, client::PROFILE, &bob.keys, false, world.now)
        .unwrap();
    world.deliver(&mut [&mut alice, &mut bob]);
    assert_eq!(
        alice.rtcp.last(),
        Some(&Rtcp::Pli { ssrc: 6_000 }),
        "at once"
    );
    shoot(&mut world, &mut alice, &mut bob, false);
    assert!(bob.media.is_empty());
    shoot(&mut world, &mut alice, &mut bob, true);
    assert_eq!(bob.media.len(), 1);
}

#[test]
fn a_participant_with_two_transports_publishes_on_one_and_receives_on_the_other() {
    let mut world = World::new();
    let mut alice = world.join(1);
    let offer = offers::session(&["8"]) + &offers::video("8", "sendonly", "s cam", &[]);
    world.negotiate(&mut alice, &offer, &[publish("8", 80)], &[]);
    world
        .router
        .add_participant(ROOM, 2, "PA_2".to_owned(), "two".to_owned(), true)
        .unwrap();
    world.router.add_transport(2, 20, Role::Publisher).unwrap();
    world.router.add_transport(2, 21, Role::Subscriber).unwrap();
    let mut bob = Client::new(21);
    world
        .router
        .set_keys(21, client::PROFILE, &bob.keys, false, world.now)
        .unwrap();
    let mut session = SdpSession::new(Role::Subscriber);
    let offer = session
        .offer(&local(), &[send("v", 80, MediaKind::Video)])
        .unwrap();
    let answer = offer
        .replace("actpass", "active")
        .replace("sendonly", "recvonly");
    let negotiated = session.accept_answer(&answer).unwrap();
    world.router.apply(21, &negotiated, world.now).unwrap();
    let payload = vp8(true, true, 1, 1, 1);
    let sealed = alice.seal(&packet(96, &[(4, b"8")], &payload));
    assert!(world.arrive(&alice, sealed));
    world.deliver(&mut [&mut bob]);
    assert_eq!(bob.media.len(), 1);
    assert_eq!(bob.media[0].head.ssrc, negotiated.send[0].ssrc);

    let told = |world: &mut World| {
        let mut to = Vec::new();
        world
            .router
            .drain_data(&mut |transport, _, _| to.push(transport));
        to
    };
    world
        .router
        .handle_data(world.now, 20, DataKind::Reliable, b"\x4a\x01x");
    assert_eq!(told(&mut world), [1]);
    world
        .router
        .handle_data(world.now, 1, DataKind::Reliable, b"\x4a\x01x");
    assert_eq!(told(&mut world), [21]);
}

#[test]
fn a_room_may_tell_receivers_when_to_show_its_pictures() {
    let mut world = World::new();
    world.router.set_playout_delay(ROOM, 100, 2_000).unwrap();
    assert!(world.router.set_playout_delay(77, 1, 1).is_err());
    let (mut alice, mut bob) = (world.join(1), world.join(2));
    let publisher = offers::session(&["8"]) + &offers::video("8", "sendonly", "s cam", &[]);
    world.negotiate(&mut alice, &publisher, &[publish("8", 80)], &[]);
    let plans = [send("4", 80, MediaKind::Video)];
    world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
    let payload = vp8(true, true, 1, 1, 1);
    let sealed = alice.seal(&packet(96, &[(4, b"8")], &payload));
    assert!(world.arrive(&alice, sealed));
    world.deliver(&mut [&mut bob]);
    assert!(bob.media[0].elements.contains(&(5, vec![0x00, 0xa0, 0xc8])));
}
