//! One client floods; the others' packets keep flowing. Counted, not timed.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

use engine_core::Role;
use str0m::channel::{ChannelConfig, Reliability};
use str0m::media::MediaKind;

use super::client::Client;
use super::crowd::check;
use super::media::send_video;
use super::world::{World, participant, transport};
use crate::{EngineEvent, Failure};

const VIDEO: u64 = 12;

#[test]
fn a_flood_of_checks_and_garbage_is_cut_off_and_the_call_goes_on() {
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (viewer, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    let mallory = world.join(Role::Single);
    let (offer, ()) = Client::new().offer(|_| ());
    let engine = &world.engine;
    let answer = engine.answer(transport(mallory), &offer, &[], &[]).unwrap();
    let request = check(&offer, &answer);
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let to = (Ipv4Addr::LOCALHOST, engine.port());
    let mut sent = 0u32;
    let mut flood = || {
        for index in 0..40u8 {
            // Authentic checks; then what looks like media, reports, records; from a known address.
            let garbage = [[128, 96], [144, 201], [22, 254], [0, 1]][usize::from(index % 4)];
            let _ = socket.send_to(&request, to);
            let _ = socket.send_to(&[&garbage[..], &[index; 100]].concat(), to);
        }
        sent += 80;
    };
    let before = world.clients[viewer].frames.len();
    let mut index = 0;
    let end = Instant::now() + Duration::from_secs(20);
    while world.clients[viewer].frames.len() < before + 60 {
        assert!(Instant::now() < end, "the call stands still");
        flood();
        let seen = world.clients[viewer].frames.len();
        index = send_video(&mut world, sender, mids[0], index, "a frame", |world| {
            world.clients[viewer].frames.len() > seen
        });
    }
    let stats = world.engine.stats().unwrap();
    assert!(
        stats.packets_limited > 0 && stats.packets_dropped > 0,
        "{stats:?}"
    );
    // Nearly all of what the sender said arrived.
    assert!(index < 90, "{index} frames were sent for 60");
}

#[test]
fn a_client_that_sends_beyond_its_allowance_is_cut_and_another_is_not() {
    let mut world = World::with_bytes_per_second(60_000);
    let (loud, loud_mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (quiet, quiet_mids) = world.join_to_send(&[MediaKind::Audio], VIDEO + 1);
    let (viewer, mids) =
        world.join_to_receive(&[(MediaKind::Video, VIDEO), (MediaKind::Audio, VIDEO + 1)]);
    let audio = mids[1].to_string();
    let mut heard = 0;
    for index in 0..100 {
        let frame = super::client::vp8_frame(index, index == 0, 6_000);
        world.clients[loud].send_frame(loud_mids[0], MediaKind::Video, index, &frame);
        world.clients[quiet].send_frame(quiet_mids[0], MediaKind::Audio, index, &[7; 60]);
        world.run_for(Duration::from_millis(15));
        heard = world.clients[viewer]
            .frames
            .iter()
            .filter(|frame| frame.mid == audio)
            .count();
    }
    assert!(world.engine.stats().unwrap().packets_limited > 100);
    assert!(heard >= 90, "{heard} of 100 audio frames arrived");
}

#[test]
fn streams_without_end_close_the_transport_that_opens_them() {
    let mut world = World::new();
    let (alice, mallory) = (world.join_for_data(), world.join_for_data());
    for stream in 100..200u16 {
        // Negotiated out of band, as the client says: no announcement comes.
        world.clients[mallory]
            .rtc
            .direct_api()
            .create_data_channel(ChannelConfig {
                label: format!("s{stream}"),
                ordered: true,
                reliability: Reliability::Reliable,
                negotiated: Some(stream),
                ..ChannelConfig::default()
            });
        world.step();
    }
    let end = Instant::now() + Duration::from_secs(15);
    let failed = EngineEvent::TransportFailed {
        transport: transport(mallory),
        reason: Failure::Closed,
    };
    while !world.saw(&failed) {
        assert!(Instant::now() < end, "{:?}", world.events);
        let ids: Vec<_> = world.clients[mallory]
            .channels
            .iter()
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            if let Some(mut channel) = world.clients[mallory].rtc.channel(id) {
                let _ = channel.write(true, b"x");
            }
        }
        world.step();
    }
    assert!(world.engine.activity(participant(alice)).is_ok());
    world.clients[alice].send_message("_reliable", b"\x12\x03\x12\x01x");
}
