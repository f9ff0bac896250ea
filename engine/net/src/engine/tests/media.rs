//! Audio and video through the engine.

use std::time::{Duration, Instant};

use engine_core::{Handle, Role, SubscriptionSettings};
use str0m::media::{MediaKind, Mid};

use super::client::{vp8_frame, vp8_index};
use super::world::{World, send, transport};
use crate::EngineEvent;

const AUDIO: Handle = 11;
const VIDEO: Handle = 12;
const FRAME: Duration = Duration::from_millis(33);
/// Three packets, so that a frame is a run of several sizes.
const FRAME_SIZE: usize = 3_000;

/// Send video frames at 30 per second until the condition holds; keyframes when asked for.
/// Returns how many were sent, from the given index on.
pub(super) fn send_video(
    world: &mut World,
    sender: usize,
    mid: Mid,
    mut index: u64,
    what: &str,
    done: impl Fn(&World) -> bool,
) -> u64 {
    let end = Instant::now() + Duration::from_secs(20);
    let (mut next, mut asked) = (Instant::now(), usize::MAX);
    while !done(world) {
        assert!(
            Instant::now() < end,
            "waited in vain for {what}; events: {:?}",
            world.events
        );
        if Instant::now() >= next {
            let client = &mut world.clients[sender];
            let keyframe = client.keyframe_requests != asked;
            asked = client.keyframe_requests;
            client.send_frame(
                mid,
                MediaKind::Video,
                index,
                &vp8_frame(index, keyframe, FRAME_SIZE),
            );
            index += 1;
            next += FRAME;
        }
        world.step();
    }
    index
}

fn indexes(world: &World, client: usize, mid: &str) -> Vec<u64> {
    let frames = world.clients[client].frames.iter();
    frames
        .filter(|frame| frame.mid == mid)
        .map(|frame| vp8_index(&frame.data))
        .collect()
}

#[test]
fn audio_and_video_arrive_whole_and_in_order() {
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Audio, MediaKind::Video], AUDIO);
    let (receiver, theirs) =
        world.join_to_receive(&[(MediaKind::Audio, AUDIO), (MediaKind::Video, VIDEO)]);
    let (audio, video) = (theirs[0].to_string(), theirs[1].to_string());
    for index in 0..50 {
        world.clients[sender].send_frame(mids[0], MediaKind::Audio, index, &[index as u8; 80]);
        world.run_for(Duration::from_millis(5));
    }
    send_video(&mut world, sender, mids[1], 0, "30 frames", |world| {
        indexes(world, receiver, &video).len() >= 30
    });
    let got = indexes(&world, receiver, &video);
    assert!(
        got.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "frames missing: {got:?}"
    );
    let heard = world.clients[receiver]
        .frames
        .iter()
        .filter(|frame| frame.mid == audio);
    let heard: Vec<u8> = heard.map(|frame| frame.data[0]).collect();
    assert!(heard.len() >= 45 && heard.is_sorted(), "audio: {heard:?}");
    for (track, codec) in [(AUDIO, "audio/opus"), (VIDEO, "video/vp8")] {
        assert!(
            world.saw(&EngineEvent::TrackStarted { track, codec }),
            "{:?}",
            world.events
        );
    }
}

#[test]
fn a_late_viewer_gets_a_keyframe_on_request() {
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let sent = send_video(&mut world, sender, mids[0], 0, "the start", |world| {
        world.saw(&EngineEvent::TrackStarted {
            track: VIDEO,
            codec: "video/vp8",
        })
    });
    let before = world.clients[sender].keyframe_requests;
    let (viewer, theirs) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    let mid = theirs[0].to_string();
    send_video(&mut world, sender, mids[0], sent, "10 frames", |world| {
        indexes(world, viewer, &mid).len() >= 10
    });
    assert!(world.clients[sender].keyframe_requests > before);
}

#[test]
fn a_subscriber_transport_is_offered_its_tracks_and_restarts_on_our_word() {
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let viewer = world.join(Role::Subscriber);
    let negotiate = |world: &mut World, ice_restart: bool| {
        let plan = [send("1", VIDEO)];
        let offer = world.engine.offer(transport(viewer), &plan, ice_restart);
        let answer = world.clients[viewer].answer(&offer.unwrap());
        let accepted = world.engine.accept_answer(transport(viewer), &answer);
        accepted.unwrap();
    };
    negotiate(&mut world, false);
    world.wait("the server's channels", |world| {
        world.saw(&EngineEvent::DataChannelsOpen {
            transport: transport(viewer),
        })
    });
    let index = send_video(&mut world, sender, mids[0], 0, "10 frames", |world| {
        world.clients[viewer].frames.len() >= 10
    });
    world.clients[viewer].change_address();
    negotiate(&mut world, true);
    let before = world.clients[viewer].frames.len();
    send_video(&mut world, sender, mids[0], index, "10 more", |world| {
        world.clients[viewer].frames.len() >= before + 10
    });
}

#[test]
fn mute_pause_and_unpublish_stop_the_frames() {
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (viewer, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    let flows = |world: &mut World, from: u64| {
        let before = world.clients[viewer].frames.len();
        send_video(world, sender, mids[0], from, "frames", |world| {
            world.clients[viewer].frames.len() >= before + 5
        })
    };
    let rests = |world: &mut World, mut from: u64| {
        world.engine.stats().unwrap();
        world.run_for(Duration::from_millis(100));
        let before = world.clients[viewer].frames.len();
        for _ in 0..10 {
            world.clients[sender].send_frame(
                mids[0],
                MediaKind::Video,
                from,
                &vp8_frame(from, true, 800),
            );
            from += 1;
            world.run_for(FRAME);
        }
        assert_eq!(world.clients[viewer].frames.len(), before);
        from
    };
    let mut index = flows(&mut world, 0);
    let paused = SubscriptionSettings {
        enabled: false,
        ..SubscriptionSettings::default()
    };
    world.engine.set_track_muted(VIDEO, true).unwrap();
    index = rests(&mut world, index);
    world.engine.set_track_muted(VIDEO, false).unwrap();
    index = flows(&mut world, index);
    world
        .engine
        .set_subscription(transport(viewer), VIDEO, paused)
        .unwrap();
    index = rests(&mut world, index);
    world
        .engine
        .set_subscription(transport(viewer), VIDEO, SubscriptionSettings::default())
        .unwrap();
    index = flows(&mut world, index);
    world.engine.unpublish(VIDEO).unwrap();
    rests(&mut world, index);
}

#[test]
fn an_ice_restart_after_a_change_of_networks_keeps_the_video() {
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (viewer, theirs) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    let index = send_video(
        &mut world,
        sender,
        mids[0],
        0,
        "the first frames",
        |world| world.clients[viewer].frames.len() >= 5,
    );
    let client = &mut world.clients[viewer];
    client.change_address();
    let (offer, _) = client.offer(|api| api.ice_restart(true));
    let mid = theirs[0].to_string();
    let answer = world
        .engine
        .answer(transport(viewer), &offer, &[], &[send(&mid, VIDEO)])
        .unwrap();
    world.clients[viewer].accept(&answer);
    let before = world.clients[viewer].frames.len();
    send_video(
        &mut world,
        sender,
        mids[0],
        index,
        "frames after the restart",
        |world| world.clients[viewer].frames.len() >= before + 10,
    );
    let failed = |event: &EngineEvent| matches!(event, EngineEvent::TransportFailed { .. });
    assert!(!world.events.iter().any(failed), "{:?}", world.events);
}

#[test]
fn the_counters_count_what_crossed_the_socket() {
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (viewer, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    let before = world.engine.stats().unwrap();
    let sent = send_video(&mut world, sender, mids[0], 0, "60 frames", |world| {
        world.clients[viewer].frames.len() >= 60
    });
    let after = world.engine.stats().unwrap();
    // Three packets a frame, with some checks, reports and feedback beside them.
    let (packets_in, packets_out) = (
        after.packets_in - before.packets_in,
        after.packets_out - before.packets_out,
    );
    assert!(
        (sent * 3..sent * 3 + 200).contains(&packets_in),
        "{packets_in} in for {sent} frames"
    );
    assert!(
        (180..sent * 3 + 200).contains(&packets_out),
        "{packets_out} out"
    );
    assert!(after.bytes_in - before.bytes_in >= sent * FRAME_SIZE as u64);
    assert!(after.bytes_out - before.bytes_out >= 60 * FRAME_SIZE as u64);
    assert!(after.engine_cpu > before.engine_cpu);
    assert_eq!(
        (after.rooms, after.participants, after.transports),
        (1, 2, 2)
    );
    assert_eq!((after.tracks, after.subscriptions), (1, 1));
}
