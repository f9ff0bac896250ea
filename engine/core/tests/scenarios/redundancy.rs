//! Redundant audio (RFC 2198): made for who can use it, used for who cannot.

use std::time::Duration;

use engine_core::codec::red;
use engine_core::rtcp::write_nack;
use engine_core::sdp::{MediaKind, PublishSection};

use crate::common::client::{Client, Out, Received};
use crate::common::{World, offers, publish, send};

const MIC: u64 = 70;
const OPUS: u8 = 111;
const RED: u8 = 63;

fn microphone() -> String {
    offers::session(&["7"]) + &offers::audio("7", "sendonly", "s mic")
}

fn plain_subscriber() -> String {
    offers::chromium_subscriber()
        .replace("a=rtpmap:63 red/48000/2\r\n", "")
        .replace("111 63 9", "111 9")
}

/// A publisher, a subscriber that knows RED and one that does not.
fn room(plan: &PublishSection) -> (World, Client, Client, Client) {
    let mut world = World::new();
    let (mut alice, mut bob, mut carol) = (world.join(1), world.join(2), world.join(3));
    world.negotiate(&mut alice, &microphone(), std::slice::from_ref(plan), &[]);
    let mic = [send("1", MIC, MediaKind::Audio)];
    world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &mic);
    world.negotiate(&mut carol, &plain_subscriber(), &[], &mic);
    (world, alice, bob, carol)
}

fn packet<'a>(payload_type: u8, number: u32, payload: &'a [u8]) -> Out<'a> {
    Out {
        ssrc: 1_001,
        payload_type,
        timestamp: 960 * number,
        marker: false,
        elements: &[(4, b"7"), (1, &[0x80 | 20])],
        payload,
        padding: 0,
    }
}

fn frame(number: u32) -> Vec<u8> {
    vec![number as u8; 20 + number as usize]
}

/// Redundant audio with the frame before, as libwebrtc sends it.
fn doubled(number: u32) -> Vec<u8> {
    let (before, now) = (frame(number - 1), frame(number));
    let mut payload = Vec::new();
    red::write(&mut payload, OPUS, &[(0, &[]), (960, &before)], &now);
    payload
}

fn frames_of(packets: &[Received]) -> Vec<Vec<u8>> {
    packets.iter().map(|one| one.payload.clone()).collect()
}

fn deliver(world: &mut World, packet: Vec<u8>, from: &Client, to: &mut [&mut Client]) {
    assert!(world.arrive(from, packet));
    world.deliver(to);
}

#[test]
fn who_knows_red_gets_it_from_a_publisher_that_sends_none() {
    let (mut world, mut alice, mut bob, mut carol) = room(&publish("7", MIC));
    for number in 10..15 {
        let sealed = alice.seal(&packet(OPUS, number, &frame(number)));
        deliver(&mut world, sealed, &alice, &mut [&mut bob, &mut carol]);
    }
    let plain: Vec<Vec<u8>> = (10..15).map(frame).collect();
    assert_eq!(frames_of(&carol.media), plain);
    assert!(bob.media.iter().all(|one| one.head.payload_type == RED));
    let primary = |one: &Received| red::primary(&one.payload).unwrap().to_vec();
    assert_eq!(bob.media.iter().map(primary).collect::<Vec<_>>(), plain);
    let last: Vec<_> = red::redundant(&bob.media[4].payload).collect();
    assert_eq!(last.len(), 2, "two frames are repeated");
    assert_eq!((last[0].steps, last[0].offset), (2, 1_920));
    assert_eq!((last[1].payload, last[1].offset), (&frame(13)[..], 960));
    assert_eq!(red::redundant(&bob.media[0].payload).count(), 0);
}

#[test]
fn made_redundancy_is_sent_again_as_the_very_same_packet() {
    let (mut world, mut alice, mut bob, _) = room(&publish("7", MIC));
    for number in 10..20 {
        let sealed = alice.seal(&packet(OPUS, number, &frame(number)));
        deliver(&mut world, sealed, &alice, &mut [&mut bob]);
    }
    let (ssrc, lost) = (bob.media[5].head.ssrc, bob.media[5].head.sequence);
    let before = bob.sealed.clone();
    let nack = bob.seal_rtcp(|out| write_nack(out, 1, ssrc, &[lost]));
    assert!(world.arrive(&bob, nack));
    world.deliver(&mut [&mut bob]);
    assert_eq!(bob.sealed.len(), before.len() + 1);
    assert_eq!(bob.sealed.last(), Some(&before[5]));
}

#[test]
fn redundancy_repairs_a_loss_for_those_who_do_not_know_it() {
    let (mut world, mut alice, mut bob, mut carol) = room(&publish("7", MIC));
    let mut late = Vec::new();
    for number in 10..20 {
        let sealed = alice.seal(&packet(RED, number, &doubled(number)));
        if number == 14 {
            late = sealed;
            continue;
        }
        deliver(&mut world, sealed, &alice, &mut [&mut bob, &mut carol]);
    }
    let plain: Vec<Vec<u8>> = (10..20).map(frame).collect();
    assert_eq!(frames_of(&carol.media), plain, "in order and without a gap");
    let head = |at: usize| carol.media[at].head;
    for at in 1..carol.media.len() {
        assert_eq!(head(at).sequence, head(at - 1).sequence.wrapping_add(1));
        assert_eq!(head(at).timestamp, head(at - 1).timestamp.wrapping_add(960));
    }
    assert_eq!(world.router.stats().packets_recovered, 1);
    deliver(&mut world, late, &alice, &mut [&mut bob, &mut carol]);
    assert_eq!(
        carol.media.len(),
        10,
        "the original is not sent a second time"
    );

    let nacks = world.router.stats().nacks_out;
    world.pass(
        Duration::from_millis(200),
        &mut [&mut alice, &mut bob, &mut carol],
    );
    assert_eq!(world.router.stats().nacks_out, nacks, "nothing is missing");
}

#[test]
fn what_redundancy_does_not_cover_is_asked_for_again() {
    let (mut world, mut alice, mut bob, _) = room(&publish("7", MIC));
    for number in 10..20 {
        let sealed = alice.seal(&packet(RED, number, &doubled(number)));
        if !(13..15).contains(&number) {
            deliver(&mut world, sealed, &alice, &mut [&mut bob]);
        }
    }
    world.pass(Duration::from_millis(50), &mut [&mut alice, &mut bob]);
    assert_eq!(world.router.stats().packets_recovered, 1);
    assert_eq!(world.router.stats().nacks_out, 1);
}

#[test]
fn without_leave_no_redundancy_is_made() {
    let plan = PublishSection {
        red: false,
        ..publish("7", MIC)
    };
    let (mut world, mut alice, mut bob, _) = room(&plan);
    let sealed = alice.seal(&packet(OPUS, 10, &frame(10)));
    deliver(&mut world, sealed, &alice, &mut [&mut bob]);
    assert_eq!(bob.media[0].head.payload_type, OPUS);
    assert_eq!(bob.media[0].payload, frame(10));
}

#[test]
fn blocks_that_do_not_fit_are_for_nobody() {
    let (mut world, mut alice, mut bob, mut carol) = room(&publish("7", MIC));
    for payload in [
        &[0xef, 0xff, 0xff, 0xff, 0x6f, 1][..],
        &[0xef, 0],
        &[0xef; 3],
    ] {
        let sealed = alice.seal(&packet(RED, 10, payload));
        deliver(&mut world, sealed, &alice, &mut [&mut bob, &mut carol]);
    }
    assert!(carol.media.is_empty());
    assert_eq!(world.router.stats().packets_recovered, 0);
}
