//! The rules that keep the keys safe, on the door and through the whole router.

use std::collections::HashMap;
use std::time::Duration;

use crate::common::client::{Out, vp8};
use crate::common::{Client, World, offers, publish, send, settings};
use engine_core::random::Random;
use engine_core::rtcp::write_nack;
use engine_core::rtp::{Head, write_head};
use engine_core::sdp::MediaKind;
use engine_core::srtp::{Profile, SrtpError, contexts};

const PROFILES: [Profile; 3] = [
    Profile::Aes128CmSha1_80,
    Profile::AeadAes128Gcm,
    Profile::AeadAes256Gcm,
];

fn material(profile: Profile) -> Vec<u8> {
    (0..profile.keying_material_len())
        .map(|at| (at * 5 + 1) as u8)
        .collect()
}

fn packet(ssrc: u32, sequence: u16, fill: u8, room: usize) -> Vec<u8> {
    let mut out = Vec::new();
    write_head(
        &mut out,
        &Head {
            marker: false,
            payload_type: 96,
            sequence,
            timestamp: 1,
            ssrc,
        },
        false,
    );
    out.extend_from_slice(&[fill; 50]);
    out.resize(out.len() + room, 0);
    out
}

#[test]
fn both_sides_understand_each_other_in_every_profile_over_a_roll_over() {
    for profile in PROFILES {
        let (mut tx, _) = contexts(profile, &material(profile), false).unwrap();
        let (_, mut rx) = contexts(profile, &material(profile), true).unwrap();
        let slot = tx.stream(9, false).unwrap();
        for index in 65_500..65_600u64 {
            let plain = packet(9, index as u16, index as u8, 0);
            let mut sealed = packet(9, index as u16, index as u8, profile.rtp_overhead());
            tx.seal(slot, index, &mut sealed).unwrap();
            assert_ne!(sealed[12..62], plain[12..]);
            let mut again = sealed.clone();
            assert_eq!(
                rx.open(&mut sealed),
                Ok((plain.len(), index)),
                "{profile:?} {index}"
            );
            assert_eq!(sealed[..plain.len()], plain);
            assert_eq!(rx.open(&mut again), Err(SrtpError::Replayed));
        }
        for round in 0..5u8 {
            let plain = [0x80, 201, 0, 1, 0, 0, 0, 7, round, 0, 0, 0];
            let mut sealed = plain.to_vec();
            tx.seal_rtcp(&mut sealed).unwrap();
            assert_eq!(sealed.len(), plain.len() + profile.rtcp_overhead());
            let mut again = sealed.clone();
            assert_eq!(rx.open_rtcp(&mut sealed), Ok(plain.len()));
            assert_eq!(sealed[..plain.len()], plain);
            assert_eq!(rx.open_rtcp(&mut again), Err(SrtpError::Replayed));
        }
    }
}

#[test]
fn any_changed_bit_is_noticed_and_moves_no_state() {
    for profile in PROFILES {
        let (mut tx, _) = contexts(profile, &material(profile), false).unwrap();
        let (_, mut rx) = contexts(profile, &material(profile), true).unwrap();
        let slot = tx.stream(9, false).unwrap();
        let mut sealed = packet(9, 7, 3, profile.rtp_overhead());
        tx.seal(slot, 7, &mut sealed).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(rx.open(&mut changed).is_err(), "{profile:?} bit {bit}");
        }
        for len in 0..sealed.len() {
            assert!(rx.open(&mut sealed[..len].to_vec()).is_err());
        }
        assert!(rx.open(&mut sealed).is_ok());
        let mut report = vec![0x80, 201, 0, 1, 0, 0, 0, 7];
        tx.seal_rtcp(&mut report).unwrap();
        for bit in 0..report.len() * 8 {
            let mut changed = report.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(rx.open_rtcp(&mut changed).is_err(), "{profile:?} bit {bit}");
        }
        assert!(rx.open_rtcp(&mut report).is_ok());
    }
}

#[test]
fn an_index_is_refused_the_second_time_unless_the_packet_is_the_same() {
    let profile = Profile::AeadAes128Gcm;
    let (mut tx, _) = contexts(profile, &material(profile), false).unwrap();
    let slot = tx.stream(9, true).unwrap();
    let mut first = packet(9, 7, 3, 16);
    tx.seal(slot, 7, &mut first).unwrap();
    let mut other = packet(9, 7, 4, 16);
    assert_eq!(
        tx.seal(slot, 7, &mut other.clone()),
        Err(SrtpError::Repeated)
    );
    assert_eq!(tx.seal_again(slot, 7, &mut other), Err(SrtpError::Repeated));
    assert!(
        other.iter().all(|byte| *byte == 0),
        "nothing of it may leave"
    );
    let mut same = packet(9, 7, 3, 16);
    tx.seal_again(slot, 7, &mut same).unwrap();
    assert_eq!(same, first);
    // An index that was never used, and one that is too old to know.
    assert_eq!(
        tx.seal_again(slot, 8, &mut packet(9, 8, 3, 16)),
        Err(SrtpError::Repeated)
    );
    tx.seal(slot, 5_000, &mut packet(9, 5_000, 3, 16)).unwrap();
    assert_eq!(
        tx.seal(slot, 9, &mut packet(9, 9, 3, 16)),
        Err(SrtpError::Repeated)
    );
    // Taking the stream again does not forget; lying about the packet does not pass.
    assert_eq!(tx.stream(9, true), Ok(slot));
    assert_eq!(
        tx.seal(slot, 5_000, &mut packet(9, 5_000, 3, 16)),
        Err(SrtpError::Repeated)
    );
    assert_eq!(
        tx.seal(slot, 6_000, &mut packet(9, 6_001, 3, 16)),
        Err(SrtpError::Malformed)
    );
    assert_eq!(
        tx.seal(slot, 6_000, &mut packet(8, 6_000, 3, 16)),
        Err(SrtpError::Malformed)
    );
    let end = 1 << 48;
    assert_eq!(
        tx.seal(slot, end, &mut packet(9, 0, 3, 16)),
        Err(SrtpError::Exhausted)
    );
}

/// Every (SSRC, roll-over count, sequence number) that left, and the bytes under it.
#[derive(Default)]
struct Sealed {
    by_nonce: HashMap<(u32, u32, u16), Vec<u8>>,
    last: HashMap<u32, (u32, u16)>,
    repeated: usize,
}

impl Sealed {
    fn note(&mut self, packet: &[u8]) {
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        let ssrc = u32::from_be_bytes([packet[8], packet[9], packet[10], packet[11]]);
        let (roll_over, before) = self.last.get(&ssrc).copied().unwrap_or((0, sequence));
        let ahead = sequence.wrapping_sub(before) as i16;
        let roll_over = match (ahead >= 0, sequence >= before) {
            (true, false) => roll_over + 1,
            (false, true) => roll_over - 1,
            _ => roll_over,
        };
        if ahead >= 0 {
            self.last.insert(ssrc, (roll_over, sequence));
        }
        let before = self
            .by_nonce
            .insert((ssrc, roll_over, sequence), packet.to_vec());
        if let Some(before) = before {
            assert_eq!(
                before, packet,
                "one nonce for two packets: {ssrc} {roll_over} {sequence}"
            );
            self.repeated += 1;
        }
    }
}

/// What may happen to a subscription while its transport keeps its keys.
fn happen(world: &mut World, bob: &mut Client, random: &mut Random, resubscribe: bool) {
    let choice = random.next_u64() % 1_000 + if resubscribe { 0 } else { 20 };
    let quality = (random.next_u64() % 3) as u8;
    let offer = offers::chromium_subscriber();
    let both = [
        send("1", 70, MediaKind::Audio),
        send("4", 80, MediaKind::Video),
    ];
    match choice {
        0..3 => drop(world.negotiate(bob, &offer, &[], &both[..1])),
        3..20 => drop(world.negotiate(bob, &offer, &[], &both)),
        20..30 => world
            .router
            .set_track_muted(80, quality == 0, world.now)
            .unwrap(),
        30..60 => {
            let _ = world
                .router
                .set_subscription(2, 80, settings(choice < 50, quality), world.now);
        }
        60..64 => world
            .router
            .set_keys(
                2,
                crate::common::client::PROFILE,
                &bob.keys,
                false,
                world.now,
            )
            .unwrap(),
        64..300 => {
            let Some(section) = bob.negotiated.as_ref().and_then(|one| one.send.last()) else {
                return;
            };
            let ssrc = section.ssrc;
            let Some(last) = bob.stream(ssrc).last().map(|one| one.head.sequence) else {
                return;
            };
            let asked: Vec<u16> = (0..3)
                .map(|_| last.wrapping_sub((random.next_u64() % 90) as u16))
                .collect();
            let nack = bob.seal_rtcp(|out| write_nack(out, 1, ssrc, &asked));
            world.arrive(bob, nack);
        }
        _ => {}
    }
}

#[test]
fn no_nonce_is_used_for_two_packets_whatever_happens_in_a_call() {
    let mut world = World::new();
    let (mut alice, mut bob) = (world.join(1), world.join(2));
    let offer = offers::session(&["7", "8"])
        + &offers::audio("7", "sendonly", "s mic")
        + &offers::video("8", "sendonly", "s cam", &["q", "h"]);
    world.negotiate(
        &mut alice,
        &offer,
        &[publish("7", 70), publish("8", 80)],
        &[],
    );
    let mut random = Random::new([11; 32]);
    let mut sealed = Sealed::default();
    let mut delayed: Vec<Vec<u8>> = Vec::new();
    for round in 0..120_000u32 {
        // First things happen all the time; then a stream lives long enough to roll over.
        let eventful = round < 20_000;
        if eventful || round.is_multiple_of(10) {
            happen(&mut world, &mut bob, &mut random, eventful);
        }
        let layer = if eventful {
            random.next_u64() % 3
        } else {
            2 - random.next_u64() % 16 / 15
        };
        let payload = vp8(
            random.next_u64().is_multiple_of(20),
            true,
            round as u16,
            0,
            0,
        );
        let rid: &[u8] = if layer == 0 { b"q" } else { b"h" };
        let video: &[(u8, &[u8])] = &[(4, b"8"), (10, rid)];
        let audio: &[(u8, &[u8])] = &[(4, b"7")];
        let (ssrc, payload_type, elements, payload) = match layer {
            2 => (5_000, 111, audio, &b"opus"[..]),
            _ => (5_001 + layer as u32, 96, video, &payload[..40]),
        };
        let timestamp = round * 300;
        let out = Out {
            ssrc,
            payload_type,
            timestamp,
            marker: true,
            elements,
            payload,
            padding: 0,
        };
        let packet = alice.seal(&out);
        match random.next_u64() % 12 {
            0 => delayed.push(packet),
            1 => {}
            _ => drop(world.arrive(&alice, packet)),
        }
        if delayed.len() > 4 {
            let at = (random.next_u64() % 4) as usize;
            let packet = delayed.swap_remove(at);
            world.arrive(&alice, packet);
        }
        world.pass(Duration::from_millis(1), &mut [&mut alice, &mut bob]);
        for packet in bob.sealed.drain(..) {
            sealed.note(&packet);
        }
        bob.media.drain(..bob.media.len().saturating_sub(500));
        alice.rtcp.clear();
    }
    assert!(sealed.by_nonce.len() > 50_000, "{}", sealed.by_nonce.len());
    assert!(
        sealed.last.len() > 20,
        "streams came and went: {}",
        sealed.last.len()
    );
    assert!(
        sealed.last.values().any(|(roll_over, _)| *roll_over > 0),
        "none rolled over"
    );
    assert!(sealed.repeated > 0, "audio was repeated as it was");
    assert!(world.router.stats().retransmitted > 1_000);
}
