//! Layers inside streams: what a subscriber gets can always be decoded, and its numbers go on without
//! a gap, whatever it wishes for, whatever is late and whatever the codec.

use crate::common::client::{Client, Received};
use crate::common::decodable::{assert_counted, assert_decodable, assert_described};
use crate::common::encoder::Mode;
use crate::common::settings;
use crate::common::stage::{CAM, Stage};
use engine_core::rtcp::write_nack;
use engine_core::{RouterEvent, SubscriptionSettings};

fn quality(max_quality: u8) -> SubscriptionSettings {
    settings(true, max_quality)
}

#[test]
fn each_spatial_layer_of_one_stream_can_be_chosen() {
    for mode in [Mode::Av1Key, Mode::Av1Full, Mode::Vp9] {
        let mut stage = Stage::new(mode, 3, &[], 1);
        stage.pictures(20);
        for wished in [2, 0, 1, 2, 1, 0, 2] {
            stage.wish(quality(wished));
            stage.pictures(50);
            let layers = stage.layers_of_last(12);
            let highest = layers.iter().map(|(spatial, ..)| *spatial).max().unwrap();
            assert_eq!(highest, wished, "{mode:?}");
            let only = layers.iter().all(|(spatial, ..)| *spatial == wished);
            assert_eq!(
                only,
                mode == Mode::Av1Key || wished == 0,
                "{mode:?} {layers:?}"
            );
        }
        assert_decodable(&stage);
        match mode {
            Mode::Vp9 => assert_counted(&stage, false),
            _ => assert_described(&stage),
        }
        let told = RouterEvent::TrackLayers {
            track: CAM,
            alive: vec![0, 1, 2],
        };
        assert!(
            stage.world.events.contains(&told),
            "{mode:?}: {:?}",
            stage.world.events
        );
    }
}

#[test]
fn a_limit_of_frames_leaves_out_temporal_layers_and_no_number() {
    for (mode, spatial) in [
        (Mode::Vp8, 1),
        (Mode::Vp9, 3),
        (Mode::Av1Key, 3),
        (Mode::Av1Full, 1),
    ] {
        let mut stage = Stage::new(mode, spatial, &[], 2);
        stage.pictures(60);
        for (max_fps, highest) in [(15, 1), (8, 0), (0, 2), (8, 0), (15, 1), (30, 2)] {
            stage.wish(SubscriptionSettings {
                max_fps,
                ..SubscriptionSettings::default()
            });
            stage.pictures(30);
            let layers = stage.layers_of_last(12);
            let seen = layers.iter().map(|(_, temporal, _)| *temporal).max();
            assert_eq!(seen, Some(highest), "{mode:?} at {max_fps}");
        }
        assert_decodable(&stage);
        if mode == Mode::Vp8 {
            assert_counted(&stage, true);
        }
    }
}

#[test]
fn keyframes_are_asked_for_only_where_they_are_needed() {
    let mut stage = Stage::new(Mode::Av1Full, 3, &[], 3);
    stage.pictures(30);
    let before = stage.world.router.stats().plis_out;
    stage.wish(quality(0));
    stage.pictures(30);
    assert_eq!(
        stage.layers_of_last(6).iter().map(|one| one.0).max(),
        Some(0)
    );
    assert_eq!(
        stage.world.router.stats().plis_out,
        before,
        "lower layers were there all along"
    );
    stage.wish(quality(2));
    stage.pictures(30);
    assert_eq!(
        stage.layers_of_last(6).iter().map(|one| one.0).max(),
        Some(2)
    );
    assert_eq!(stage.world.router.stats().plis_out, before + 1);
}

#[test]
fn what_is_late_is_never_missed_in_any_mode() {
    let modes = [
        (Mode::Vp8, 1, &["q", "h", "f"][..]),
        (Mode::Vp8, 1, &[]),
        (Mode::Vp9, 3, &[]),
        (Mode::Av1Key, 3, &[]),
        (Mode::Av1Full, 3, &[]),
        (Mode::Av1Full, 1, &["q", "h", "f"]),
    ];
    for (mode, spatial, streams) in modes {
        for seed in 0..8 {
            let mut stage = Stage::new(mode, spatial, streams, seed);
            stage.pictures(5);
            for _ in 0..25 {
                stage.late = [0, 5, 20][stage.random.next_u32() as usize % 3];
                let wish = SubscriptionSettings {
                    max_quality: (stage.random.next_u32() % 3) as u8,
                    max_fps: [0, 8, 15, 30][stage.random.next_u32() as usize % 4],
                    ..SubscriptionSettings::default()
                };
                stage.wish(wish);
                let count = 1 + stage.random.next_u32() as usize % 25;
                stage.pictures(count);
            }
            stage.late = 0;
            stage.pictures(60);
            assert_decodable(&stage);
            if matches!(mode, Mode::Av1Key | Mode::Av1Full) {
                assert_described(&stage);
            }
        }
    }
}

#[test]
fn what_is_asked_for_again_is_what_was_sent() {
    for mode in [Mode::Vp8, Mode::Vp9, Mode::Av1Key] {
        let spatial = if mode == Mode::Vp8 { 1 } else { 3 };
        let mut stage = Stage::new(mode, spatial, &[], 4);
        stage.pictures(20);
        stage.wish(SubscriptionSettings {
            max_quality: 1,
            max_fps: 15,
            ..SubscriptionSettings::default()
        });
        stage.pictures(40);
        let negotiated = stage.bob.sends(CAM);
        let sent: Vec<Received> = stage
            .received()
            .into_iter()
            .rev()
            .take(60)
            .cloned()
            .collect();
        for packet in sent {
            let sequence = packet.head.sequence;
            let nack = stage
                .bob
                .seal_rtcp(|out| write_nack(out, 1, negotiated.ssrc, &[sequence]));
            stage.world.arrive(&stage.bob, nack);
            let all: &mut [&mut Client] = &mut [&mut stage.alice, &mut stage.bob];
            stage.world.deliver(all);
            let again = stage.bob.stream(negotiated.rtx_ssrc.unwrap());
            let again = again.last().expect("an answer");
            assert_eq!(again.payload[..2], sequence.to_be_bytes());
            assert_eq!(again.payload[2..], packet.payload[..]);
            assert_eq!(again.head.marker, packet.head.marker);
        }
    }
}
