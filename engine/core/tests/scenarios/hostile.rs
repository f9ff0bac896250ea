//! Whatever arrives, nothing panics: mutated, truncated and random input, deterministic and bounded.

use std::time::Duration;

use crate::common::client::{Out, vp8};
use crate::common::{World, local, offers, publish, send};
use engine_core::codec::{self, red};
use engine_core::data::{Author, relay};
use engine_core::random::Random;
use engine_core::rtcp::{self, ReportBlock, SenderInfo};
use engine_core::rtp::RtpPacket;
use engine_core::sdp::{Codec, MediaKind, SdpSession, read_offer};
use engine_core::{DataKind, Role};

/// Change some bytes, cut, or repeat a part.
fn mutate(random: &mut Random, input: &[u8]) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..1 + random.next_u64() % 4 {
        if out.is_empty() {
            return out;
        }
        let at = (random.next_u64() % out.len() as u64) as usize;
        match random.next_u64() % 5 {
            0 => out.truncate(at),
            1 => out[at] = random.next_u64() as u8,
            2 => out[at] ^= 1 << (random.next_u64() % 8),
            3 => drop(out.remove(at)),
            _ => {
                let part = out[at..(at + 9).min(out.len())].to_vec();
                out.splice(at..at, part);
            }
        }
    }
    out
}

#[test]
fn descriptions() {
    let mut random = Random::new([21; 32]);
    let mut answered = 0;
    for offer in [
        offers::chromium_publisher(),
        offers::announced(&[(1, 2), (3, 4), (5, 6)]),
    ] {
        for _ in 0..4_000 {
            let changed =
                String::from_utf8_lossy(&mutate(&mut random, offer.as_bytes())).into_owned();
            let Ok(sections) = read_offer(&changed) else {
                continue;
            };
            let plans: Vec<_> = sections
                .iter()
                .filter(|one| one.client_sends && one.kind != MediaKind::Data)
                .enumerate()
                .map(|(track, one)| publish(&one.mid, track as u64))
                .collect();
            let mut session = SdpSession::new(Role::Single);
            if let Ok((text, _)) = session.answer(&changed, &local(), &plans, &[]) {
                answered += 1;
                assert!(
                    read_offer(&text).is_ok(),
                    "our answer is well-formed:\n{text}"
                );
            }
        }
    }
    assert!(answered > 1_000, "{answered}");
}

#[test]
fn answers_to_our_offers() {
    let mut random = Random::new([22; 32]);
    for _ in 0..2_000 {
        let mut session = SdpSession::new(Role::Subscriber);
        let offer = session
            .offer(&local(), &[send("v", 2, MediaKind::Video)])
            .unwrap();
        let answer = offer
            .replace("actpass", "active")
            .replace("sendonly", "recvonly");
        let changed = mutate(&mut random, answer.as_bytes());
        let _ = session.accept_answer(&String::from_utf8_lossy(&changed));
    }
}

#[test]
fn payloads_and_reports() {
    let mut random = Random::new([23; 32]);
    let mut compound = Vec::new();
    let info = SenderInfo {
        ssrc: 1,
        ntp: 2,
        timestamp: 3,
        packets: 4,
        bytes: 5,
    };
    rtcp::write_sender_report(&mut compound, &info, "cname");
    rtcp::write_receiver_report(&mut compound, 1, &[ReportBlock::default(); 3]);
    rtcp::write_nack(&mut compound, 1, 2, &[1, 2, 30, 31]);
    rtcp::write_fir(&mut compound, 1, 2, 3);
    let payload = vp8(true, true, 7, 7, 7);
    for _ in 0..40_000 {
        rtcp::read(&mutate(&mut random, &compound), |_| {});
        let bytes = mutate(&mut random, &payload[..12]);
        for codec in [
            Codec::Vp8,
            Codec::Vp9,
            Codec::H264,
            Codec::Av1,
            Codec::Opus,
            Codec::Red,
        ] {
            let facts = codec::facts(codec, &bytes, Some(&bytes));
            if let Some(id) = facts.picture_id {
                id.write(&mut bytes.clone(), 0x7fff);
            }
            if let Some((at, _)) = facts.tl0 {
                assert!(usize::from(at) < bytes.len());
            }
        }
        red::primary(&bytes);
        if let Some(packet) = RtpPacket::parse(&bytes) {
            packet.elements().for_each(drop);
        }
        let author = Author {
            sid: "PA",
            identity: "me",
        };
        relay(&bytes, DataKind::Lossy, author);
    }
}

#[test]
fn an_authentic_peer_that_sends_rubbish() {
    let mut random = Random::new([24; 32]);
    let mut world = World::new();
    let (mut alice, mut bob) = (world.join(1), world.join(2));
    let offer = offers::session(&["8"]) + &offers::video("8", "sendonly", "s c", &["q", "h"]);
    world.negotiate(&mut alice, &offer, &[publish("8", 80)], &[]);
    let plans = [send("4", 80, MediaKind::Video)];
    world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
    let payload = vp8(true, true, 7, 7, 7);
    let mut report = Vec::new();
    let ssrc = bob.sends(80).ssrc;
    rtcp::write_nack(&mut report, 1, ssrc, &[1, 2, 30, 31]);
    rtcp::write_pli(&mut report, 1, ssrc);
    for round in 0..20_000u32 {
        let rid = mutate(&mut random, b"q");
        let elements: &[(u8, &[u8])] = &[(4, b"8"), (10, &rid), (11, &rid), (12, &payload[..5])];
        let payload = mutate(&mut random, &payload[..30]);
        let payload_type = [96, 97, 98, 103, 35, 111][(random.next_u64() % 6) as usize];
        let packet = alice.seal(&Out {
            ssrc: 1 + random.next_u32() % 5,
            payload_type,
            timestamp: random.next_u32(),
            marker: round % 2 == 0,
            elements,
            payload: &payload,
            padding: 0,
        });
        world.arrive(&alice, packet.clone());
        world.arrive(&alice, mutate(&mut random, &packet));
        // A header of its own making, under good keys.
        let mut plain = b"\x90\x60\0\x07\0\0\0\x09\x09\x09\x09\x09\xbe\xde\0\x01".to_vec();
        plain[2] = round as u8;
        plain.extend_from_slice(&[0x41, b'8', b'8', 0]);
        plain.extend_from_slice(&payload);
        if let Some(sealed) = alice.seal_raw(&mutate(&mut random, &plain)) {
            world.arrive(&alice, sealed);
        }
        let changed = mutate(&mut random, &report);
        if changed.len() >= 8 {
            let sealed = bob.seal_rtcp(|out| out.extend_from_slice(&changed));
            world.arrive(&bob, sealed);
        }
        world
            .router
            .handle_data(world.now, 1, DataKind::Reliable, &payload);
        world.pass(Duration::from_millis(1), &mut [&mut alice, &mut bob]);
        world.router.drain_data(&mut |_, _, _| {});
        bob.media.clear();
        bob.sealed.clear();
    }
    assert!(world.router.stats().packets_out > 1_000);
}
