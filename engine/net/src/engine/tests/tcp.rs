//! Clients whose network blocks UDP, and peers that misuse the way made for them.

use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use engine_core::Handle;
use str0m::media::MediaKind;

use super::media::send_video;
use super::world::World;

const VIDEO: Handle = 12;

fn frames(world: &World, client: usize) -> usize {
    world.clients[client].frames.len()
}

#[test]
fn media_and_data_go_over_tcp_where_udp_is_blocked() {
    let mut world = World::new();
    world.udp_is_blocked = true;
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (blocked, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    world.udp_is_blocked = false;
    let (free, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    send_video(&mut world, sender, mids[0], 0, "frames", |world| {
        frames(world, blocked) >= 20 && frames(world, free) >= 20
    });
    world.udp_is_blocked = true;
    let (alice, bob) = (world.join_for_data(), world.join_for_data());
    world.clients[alice].send_message("_reliable", b"\x12\x03\x12\x01x");
    world.wait("the message", |world| {
        !world.clients[bob].messages.is_empty()
    });
}

#[test]
fn a_reader_that_stalls_loses_frames_and_delays_nobody() {
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (steady, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    world.udp_is_blocked = true;
    let (slow, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    let next = send_video(&mut world, sender, mids[0], 0, "first frames", |world| {
        frames(world, steady) >= 5 && frames(world, slow) >= 5
    });
    // The slow one is not served, so that its window closes; everything sent reaches the other.
    let stalled = world.clients.remove(slow);
    let (dropped, before) = (
        world.engine.stats().unwrap().packets_dropped,
        frames(&world, steady),
    );
    let (mut end, mut asked) = (next, usize::MAX);
    let until = Instant::now() + Duration::from_secs(12);
    while frames(&world, steady) < before + 40
        || world.engine.stats().unwrap().packets_dropped < dropped + 300
    {
        assert!(Instant::now() < until, "no drops, or no frames");
        let client = &mut world.clients[sender];
        let keyframe = client.keyframe_requests != asked;
        asked = client.keyframe_requests;
        let frame = super::client::vp8_frame(end, keyframe, 20_000);
        client.send_frame(mids[0], MediaKind::Video, end, &frame);
        end += 1;
        for _ in 0..12 {
            world.step();
        }
    }
    world.clients.push(stalled);
    let seen = frames(&world, slow);
    send_video(
        &mut world,
        sender,
        mids[0],
        end,
        "the slow one's return",
        |world| frames(world, slow) > seen + 20,
    );
}

#[test]
fn strangers_on_the_tcp_port_disturb_no_call() {
    let mut world = World::new();
    world.udp_is_blocked = true;
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (receiver, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    let port = world.engine.tcp_port().unwrap();
    let strangers: Vec<_> = (0..80u8)
        .map(|index| {
            let mut stranger = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            // Frames that lie about their length, garbage of every sort, half a header, silence.
            let bytes: Vec<u8> = match index % 4 {
                0 => vec![0xff; 64],
                1 => (0..40)
                    .flat_map(|i| [0, 4, index.wrapping_mul(i), 1, 2, 3])
                    .collect(),
                2 => vec![0],
                _ => Vec::new(),
            };
            let _ = stranger.write_all(&bytes);
            stranger
        })
        .collect();
    send_video(&mut world, sender, mids[0], 0, "frames", |world| {
        frames(world, receiver) >= 30
    });
    drop(strangers);
    world.run_for(Duration::from_millis(50));
    send_video(&mut world, sender, mids[0], 100, "more frames", |world| {
        frames(world, receiver) >= 60
    });
}
