//! Layers of one track: chosen, capped, switched on keyframes, replaced when they die.

use std::time::Duration;

use crate::common::client::{Out, Received, vp8, vp8_numbers};
use crate::common::{Client, World, offers, publish, send, settings};
use engine_core::RouterEvent;
use engine_core::rtcp::{Rtcp, SenderInfo, write_nack, write_sender_report};
use engine_core::sdp::MediaKind;

const CAM: u64 = 80;

/// A publisher's layers: SSRC, and clocks that have nothing in common.
struct Camera {
    ssrcs: Vec<u32>,
    rids: Vec<&'static [u8]>,
    frame: u16,
    sent: [u16; 3],
}

impl Camera {
    fn with_rids(rids: &[&'static str]) -> Self {
        let ssrcs = (0..rids.len() as u32).map(|layer| 3_000 + layer).collect();
        let rids = rids.iter().map(|rid| rid.as_bytes()).collect();
        Self {
            ssrcs,
            rids,
            frame: 0,
            sent: [0; 3],
        }
    }

    fn timestamp(&self, layer: usize) -> u32 {
        u32::from(self.frame) * 3_000 + [4_000_000_000, 77, 1_234_567][layer]
    }

    /// One frame of two packets on each of `layers`, keyframes where the publisher was asked.
    fn shoot(&mut self, world: &mut World, alice: &mut Client, layers: &[usize], asked: &[usize]) {
        for &layer in layers {
            let picture = self.sent[layer] + [0, 9_000, 31_000][layer];
            let keyframe = self.sent[layer] == 0 || asked.contains(&layer);
            for begins in [true, false] {
                let tl0 = (picture as u8).wrapping_mul(1);
                let payload = vp8(keyframe, begins, picture & 0x7fff, tl0, layer as u8);
                let mut elements: Vec<(u8, &[u8])> = vec![(4, b"8")];
                if let Some(rid) = self.rids.get(layer) {
                    elements.push((10, rid));
                }
                let packet = alice.seal(&Out {
                    ssrc: self.ssrcs[layer],
                    payload_type: 96,
                    timestamp: self.timestamp(layer),
                    marker: !begins,
                    elements: &elements,
                    payload: &payload,
                    padding: 0,
                });
                assert!(world.arrive(alice, packet));
            }
            self.sent[layer] += 1;
        }
        self.frame += 1;
    }

    /// Sender reports of all layers for the same moment.
    fn report(&self, world: &mut World, alice: &mut Client) {
        for layer in 0..self.ssrcs.len() {
            let info = SenderInfo {
                ssrc: self.ssrcs[layer],
                ntp: 3_900_000_000 << 32,
                timestamp: self.timestamp(layer),
                packets: 0,
                bytes: 0,
            };
            let report = alice.seal_rtcp(|out| write_sender_report(out, &info, "x"));
            world.arrive(alice, report);
        }
    }

    /// Let frames flow for a while; the publisher answers keyframe requests at its next frame.
    fn run(
        &mut self,
        world: &mut World,
        alice: &mut Client,
        bob: &mut Client,
        frames: usize,
        layers: &[usize],
    ) {
        for _ in 0..frames {
            let asked: Vec<usize> = (0..self.ssrcs.len())
                .filter(|layer| {
                    alice.rtcp.contains(&Rtcp::Pli {
                        ssrc: self.ssrcs[*layer],
                    })
                })
                .collect();
            alice.rtcp.retain(|part| !matches!(part, Rtcp::Pli { .. }));
            self.shoot(world, alice, layers, &asked);
            world.pass(Duration::from_millis(33), &mut [alice, bob]);
        }
    }
}

fn meeting(rids: &[&'static str]) -> (World, Client, Client, Camera) {
    let mut world = World::new();
    let (mut alice, mut bob) = (world.join(1), world.join(2));
    let offer = offers::session(&["8"]) + &offers::video("8", "sendonly", "s cam", rids);
    world.negotiate(&mut alice, &offer, &[publish("8", CAM)], &[]);
    let plans = [send("4", CAM, MediaKind::Video)];
    world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
    (world, alice, bob, Camera::with_rids(rids))
}

fn layer_of(packet: &Received) -> u8 {
    *packet.payload.last().unwrap()
}

fn layers_seen(bob: &Client) -> Vec<u8> {
    let mut layers: Vec<u8> = bob
        .stream(bob.sends(CAM).ssrc)
        .iter()
        .map(|one| layer_of(one))
        .collect();
    layers.dedup();
    layers
}

/// Every number of the subscriber's stream goes on by one step, whatever the layer.
fn assert_continuous(bob: &Client, step: u32) {
    let stream = bob.stream(bob.sends(CAM).ssrc);
    for pair in stream.windows(2) {
        let (one, next) = (pair[0], pair[1]);
        assert_eq!(next.head.sequence, one.head.sequence.wrapping_add(1));
        let ((picture, tl0), (next_picture, next_tl0)) =
            (vp8_numbers(&one.payload), vp8_numbers(&next.payload));
        let ahead = next.head.timestamp.wrapping_sub(one.head.timestamp);
        if one.head.marker {
            assert_eq!(next_picture, (picture + 1) & 0x7fff);
            assert_eq!(next_tl0, tl0.wrapping_add(1));
            // At a switch the new layer may show the frame that the old one just showed.
            let least = if layer_of(one) == layer_of(next) {
                step
            } else {
                1
            };
            assert!(
                (least..=step + 30).contains(&ahead),
                "{ahead} is not {step}"
            );
        } else {
            assert_eq!((ahead, next_picture, next_tl0), (0, picture, tl0));
        }
    }
}

#[test]
fn the_highest_layer_is_reached_and_every_switch_is_seamless() {
    let (mut world, mut alice, mut bob, mut camera) = meeting(&["q", "h", "f"]);
    camera.run(&mut world, &mut alice, &mut bob, 30, &[0]);
    camera.report(&mut world, &mut alice);
    camera.run(&mut world, &mut alice, &mut bob, 40, &[0, 1]);
    camera.report(&mut world, &mut alice);
    camera.run(&mut world, &mut alice, &mut bob, 40, &[0, 1, 2]);
    assert_eq!(layers_seen(&bob), [0, 1, 2]);
    world
        .router
        .set_subscription(2, CAM, settings(true, 0), world.now)
        .unwrap();
    camera.run(&mut world, &mut alice, &mut bob, 60, &[0, 1, 2]);
    world
        .router
        .set_subscription(2, CAM, settings(true, 2), world.now)
        .unwrap();
    camera.run(&mut world, &mut alice, &mut bob, 60, &[0, 1, 2]);
    assert_eq!(layers_seen(&bob), [0, 1, 2, 0, 2]);
    assert_continuous(&bob, 3_000);
    let alive: Vec<RouterEvent> = world
        .events
        .iter()
        .filter(|event| matches!(event, RouterEvent::TrackLayers { .. }))
        .cloned()
        .collect();
    let told = |alive: &[u8]| RouterEvent::TrackLayers {
        track: CAM,
        alive: alive.to_vec(),
    };
    assert_eq!(alive, [told(&[0]), told(&[0, 1]), told(&[0, 1, 2])]);
}

#[test]
fn a_layer_that_dies_is_replaced_and_taken_up_again_when_it_returns() {
    let (mut world, mut alice, mut bob, mut camera) = meeting(&["q", "h", "f"]);
    camera.run(&mut world, &mut alice, &mut bob, 60, &[0, 1, 2]);
    let before = bob.stream(bob.sends(CAM).ssrc).len();
    camera.run(&mut world, &mut alice, &mut bob, 60, &[0, 1]);
    assert_eq!(layers_seen(&bob).last(), Some(&1));
    let after = bob.stream(bob.sends(CAM).ssrc).len() - before;
    assert!(after >= 2 * 20, "frozen for less than 1.4 s: {after}");
    let died = RouterEvent::TrackLayers {
        track: CAM,
        alive: vec![0, 1],
    };
    assert_eq!(world.events.last(), Some(&died));
    camera.run(&mut world, &mut alice, &mut bob, 60, &[0, 1, 2]);
    assert_eq!(layers_seen(&bob).last(), Some(&2));
    // All silent (the camera is muted): nothing is concluded.
    let events = world.events.len();
    world.pass(Duration::from_secs(5), &mut [&mut alice, &mut bob]);
    assert_eq!(world.events.len(), events);
}

#[test]
fn two_layers_are_low_and_medium_and_the_cap_holds() {
    let (mut world, mut alice, mut bob, mut camera) = meeting(&["q", "h"]);
    world
        .router
        .set_subscription(2, CAM, settings(true, 0), world.now)
        .unwrap();
    camera.run(&mut world, &mut alice, &mut bob, 40, &[0, 1]);
    assert_eq!(layers_seen(&bob), [0]);
    let told = RouterEvent::TrackLayers {
        track: CAM,
        alive: vec![0, 1],
    };
    assert!(world.events.contains(&told));
    // Nothing within the cap is alive: better another layer than none.
    camera.run(&mut world, &mut alice, &mut bob, 60, &[1]);
    assert_eq!(layers_seen(&bob), [0, 1]);
}

#[test]
fn a_paused_subscription_gets_nothing_and_goes_on_without_a_gap() {
    let (mut world, mut alice, mut bob, mut camera) = meeting(&["q", "h", "f"]);
    camera.run(&mut world, &mut alice, &mut bob, 30, &[0, 1, 2]);
    world
        .router
        .set_subscription(2, CAM, settings(false, 2), world.now)
        .unwrap();
    let before = bob.media.len();
    camera.run(&mut world, &mut alice, &mut bob, 30, &[0, 1, 2]);
    assert_eq!(bob.media.len(), before);
    world
        .router
        .set_subscription(2, CAM, settings(true, 2), world.now)
        .unwrap();
    camera.run(&mut world, &mut alice, &mut bob, 60, &[0, 1, 2]);
    let stream = bob.stream(bob.sends(CAM).ssrc);
    assert!(stream.len() > before + 60);
    for pair in stream.windows(2) {
        assert_eq!(pair[1].head.sequence, pair[0].head.sequence.wrapping_add(1));
    }
}

#[test]
fn a_nack_from_before_a_switch_is_answered_from_the_old_layer() {
    let (mut world, mut alice, mut bob, mut camera) = meeting(&["q", "h"]);
    camera.run(&mut world, &mut alice, &mut bob, 20, &[0]);
    let negotiated = bob.sends(CAM);
    let asked = bob.stream(negotiated.ssrc)[10].clone();
    camera.run(&mut world, &mut alice, &mut bob, 20, &[0, 1]);
    assert_eq!(layers_seen(&bob), [0, 1]);
    let nack = bob.seal_rtcp(|out| write_nack(out, 1, negotiated.ssrc, &[asked.head.sequence]));
    world.arrive(&bob, nack);
    world.deliver(&mut [&mut alice, &mut bob]);
    let again = bob.stream(negotiated.rtx_ssrc.unwrap());
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].payload[2..], asked.payload[..]);
    assert_eq!(again[0].head.timestamp, asked.head.timestamp);
}

#[test]
fn layers_announced_by_ssrc_need_no_extensions() {
    let mut world = World::new();
    let (mut alice, mut bob) = (world.join(1), world.join(2));
    let pairs = [(3_000, 3_100), (3_001, 3_101), (3_002, 3_102)];
    world.negotiate(
        &mut alice,
        &offers::announced(&pairs),
        &[publish("1", CAM)],
        &[],
    );
    let plans = [send("4", CAM, MediaKind::Video)];
    world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
    let mut camera = Camera::with_rids(&["q", "h", "f"]);
    camera.rids.clear();
    camera.run(&mut world, &mut alice, &mut bob, 30, &[0, 1, 2]);
    let told = RouterEvent::TrackLayers {
        track: CAM,
        alive: vec![0, 1, 2],
    };
    assert!(world.events.contains(&told));
    assert_eq!(layers_seen(&bob).last(), Some(&2));
}

#[test]
fn a_layer_that_comes_back_under_another_ssrc_goes_on() {
    let (mut world, mut alice, mut bob, mut camera) = meeting(&["q", "h"]);
    camera.run(&mut world, &mut alice, &mut bob, 30, &[0, 1]);
    camera.ssrcs = vec![4_000, 4_001];
    camera.sent = [0; 3];
    camera.run(&mut world, &mut alice, &mut bob, 30, &[0, 1]);
    let stream = bob.stream(bob.sends(CAM).ssrc);
    assert!(stream.len() >= 120, "nothing is lost: {}", stream.len());
    for pair in stream.windows(2) {
        assert_eq!(pair[1].head.sequence, pair[0].head.sequence.wrapping_add(1));
    }
}
