//! Layers inside streams: what a subscriber gets can always be decoded, and its numbers go on without
//! a gap, whatever it wishes for, whatever is late and whatever the codec.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use crate::common::client::{Client, Out, Received};
use crate::common::encoder::{Encoder, Made, Mode, Truth};
use crate::common::{World, offers, publish, send, settings};
use engine_core::codec::descriptor::{self, Structure};
use engine_core::random::Random;
use engine_core::rtcp::{Rtcp, write_nack};
use engine_core::sdp::MediaKind;
use engine_core::{RouterEvent, SubscriptionSettings};

const CAM: u64 = 80;
const STEP: u32 = 3_000;

/// A publisher with one encoder a stream, and a viewer.
struct Stage {
    world: World,
    alice: Client,
    bob: Client,
    encoders: Vec<Encoder>,
    truths: Vec<Truth>,
    random: Random,
    timestamp: u32,
    /// Packets that come later than others, with how many pictures they wait.
    delayed: Vec<(u32, Vec<u8>)>,
    /// Of a hundred packets so many are late.
    late: u32,
}

impl Stage {
    fn new(mode: Mode, spatial: u8, streams: &[&'static str], seed: u8) -> Self {
        let mut world = World::new();
        let (mut alice, mut bob) = (world.join(1), world.join(2));
        let offer = offers::session(&["8"]) + &offers::video("8", "sendonly", "s cam", streams);
        world.negotiate(&mut alice, &offer, &[publish("8", CAM)], &[]);
        let plans = [send("4", CAM, MediaKind::Video)];
        world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
        let count = streams.len().max(1) as u32;
        Self {
            world,
            alice,
            bob,
            encoders: (0..count)
                .map(|at| Encoder::new(mode, at, spatial))
                .collect(),
            truths: Vec::new(),
            random: Random::new([seed; 32]),
            timestamp: 0,
            delayed: Vec::new(),
            late: 0,
        }
    }

    fn ssrc(stream: u32) -> u32 {
        7_000 + stream
    }

    /// One picture on every stream; keyframes where they were asked for.
    fn picture(&mut self) {
        self.timestamp = self.timestamp.wrapping_add(STEP);
        for at in 0..self.encoders.len() {
            let ssrc = Self::ssrc(self.encoders[at].stream);
            let asked = self.alice.rtcp.contains(&Rtcp::Pli { ssrc });
            self.alice.rtcp.retain(|part| *part != Rtcp::Pli { ssrc });
            let stamp = self.timestamp.wrapping_add(ssrc << 20);
            let encoder = &mut self.encoders[at];
            let made = encoder.picture(asked, stamp, &mut self.random, &mut self.truths);
            for packet in made {
                self.send(at, &packet);
            }
        }
        for (wait, _) in &mut self.delayed {
            *wait -= 1;
        }
        let (due, kept) = std::mem::take(&mut self.delayed)
            .into_iter()
            .partition::<Vec<_>, _>(|(wait, _)| *wait == 0);
        self.delayed = kept;
        for (_, packet) in due {
            assert!(self.world.arrive(&self.alice, packet));
        }
        let all: &mut [&mut Client] = &mut [&mut self.alice, &mut self.bob];
        self.world.pass(Duration::from_millis(33), all);
    }

    fn send(&mut self, at: usize, made: &Made) {
        let encoder = &self.encoders[at];
        let payload_type = match encoder.mode {
            Mode::Av1Key | Mode::Av1Full => 35,
            Mode::Vp9 => 98,
            Mode::Vp8 => 96,
        };
        let rids: [&[u8]; 3] = [b"q", b"h", b"f"];
        let mut elements: Vec<(u8, &[u8])> = vec![(4, b"8")];
        if self.encoders.len() > 1 {
            elements.push((10, rids[at]));
        }
        if !made.descriptor.is_empty() {
            elements.push((12, &made.descriptor));
        }
        let out = Out {
            ssrc: Self::ssrc(encoder.stream),
            payload_type,
            timestamp: made.timestamp,
            marker: made.marker,
            elements: &elements,
            payload: &made.payload,
            padding: 0,
        };
        let packet = self.alice.seal_two_byte(&out);
        if self.random.next_u32() % 100 < self.late {
            let wait = 1 + self.random.next_u32() % 3;
            self.delayed.push((wait, packet));
        } else {
            assert!(self.world.arrive(&self.alice, packet));
        }
    }

    fn pictures(&mut self, count: usize) {
        for _ in 0..count {
            self.picture();
        }
    }

    fn wish(&mut self, wish: SubscriptionSettings) {
        let now = self.world.now;
        self.world
            .router
            .set_subscription(2, CAM, wish, now)
            .unwrap();
    }

    fn received(&self) -> Vec<&Received> {
        self.bob.stream(self.bob.sends(CAM).ssrc)
    }

    /// The frames of the last pictures that the viewer got: (spatial, temporal, stream).
    fn layers_of_last(&self, packets: usize) -> HashSet<(u8, u8, u32)> {
        let stream = self.received();
        let last = stream.iter().rev().take(packets);
        last.map(|packet| {
            let truth = &self.truths[frame_of(packet).unwrap() as usize];
            (truth.spatial, truth.temporal, truth.stream)
        })
        .collect()
    }
}

/// The frame that a packet is of; `None`: an empty one.
fn frame_of(packet: &Received) -> Option<u32> {
    let at = packet.payload.len().checked_sub(44)?;
    let id = packet.payload[at..at + 4].try_into().ok()?;
    Some(u32::from_be_bytes(id))
}

/// The packets in the order of their numbers, each once.
fn in_order<'a>(packets: &[&'a Received]) -> Vec<&'a Received> {
    let first = packets[0].head.sequence;
    let ordered: BTreeMap<i32, &Received> = packets
        .iter()
        .map(|packet| {
            let ahead = packet.head.sequence.wrapping_sub(first);
            (i32::from(ahead), *packet)
        })
        .collect();
    assert_eq!(ordered.len(), packets.len(), "a number came twice");
    assert!(
        ordered.keys().zip(0..).all(|(number, at)| *number == at),
        "a gap"
    );
    ordered.into_values().collect()
}

/// Everything whole frames, each with all it needs, in pictures that end once. Only the last frame
/// before a keyframe of another stream may be cut off: its end came after the switch.
fn assert_decodable(stage: &Stage) {
    let packets = in_order(&stage.received());
    let packets: Vec<_> = packets
        .into_iter()
        .filter(|one| frame_of(one).is_some())
        .collect();
    let truth_of = |packet: &Received| &stage.truths[frame_of(packet).unwrap() as usize];
    let mut parts: HashMap<u32, u8> = HashMap::new();
    for packet in &packets {
        *parts.entry(frame_of(packet).unwrap()).or_default() += 1;
    }
    let mut cut = HashSet::new();
    for pair in packets.windows(2) {
        let (one, next) = (pair[0].head, pair[1].head);
        let (before, after) = (truth_of(pair[0]), truth_of(pair[1]));
        let switched = after.keyframe && after.stream != before.stream;
        let ahead = next.timestamp.wrapping_sub(one.timestamp);
        if switched && !one.marker {
            cut.insert(frame_of(pair[0]).unwrap());
        } else {
            assert_eq!(
                one.marker,
                ahead != 0,
                "a picture ends with its marker: {one:?} {next:?}"
            );
        }
        assert!(ahead < 90_000, "{ahead}");
    }
    for (id, count) in &parts {
        let truth = &stage.truths[*id as usize];
        let whole = *count == truth.parts || cut.contains(id);
        assert!(whole, "{count} parts of frame {id}: {truth:?}");
        for needed in &truth.needs {
            assert!(
                parts.contains_key(needed),
                "frame {id} needs {needed}: {truth:?}"
            );
            assert!(!cut.contains(needed));
        }
    }
    assert_eq!(packets[0].head.sequence, stage.received()[0].head.sequence);
    assert!(truth_of(packets[0]).keyframe);
}

/// A receiver reads its descriptors with the structures that it got, and finds the truth.
fn assert_described(stage: &Stage) {
    let mut structure: Option<Structure> = None;
    let mut numbers: HashMap<u32, u16> = HashMap::new();
    let mut newest: Option<u16> = None;
    for packet in in_order(&stage.received()) {
        let Some(id) = frame_of(packet) else { continue };
        let value = packet.elements.iter().find(|(element, _)| *element == 12);
        let read = descriptor::read(&value.unwrap().1, structure.as_ref()).expect("readable");
        if let Some(attached) = read.structure {
            let before = structure.replace(attached);
            let after = structure.as_ref().unwrap();
            if let Some(before) = before.filter(|before| before.offset != after.offset) {
                let distance = after.offset.wrapping_sub(before.offset) % 64;
                assert!(
                    distance >= before.templates(),
                    "ids of two structures overlap"
                );
            }
        }
        let truth = &stage.truths[id as usize];
        assert_eq!(
            (read.frame.spatial, read.frame.temporal),
            (truth.spatial, truth.temporal)
        );
        let number = read.frame.number.unwrap();
        let ahead = newest.map_or(1, |newest| number.wrapping_sub(newest));
        assert!(ahead < 1_000, "frame numbers rise: {ahead}");
        newest = Some(number);
        assert_eq!(*numbers.entry(id).or_insert(number), number);
        for (at, needed) in truth.needs.iter().enumerate() {
            let distance = number.wrapping_sub(numbers[needed]);
            assert_eq!(
                read.frame.needs >> (distance - 1) & 1,
                1,
                "need {at} of frame {id}"
            );
        }
    }
}

/// VP8's and VP9's pictures are counted as the receiver's decoder wants them.
fn assert_counted(stage: &Stage, every_picture: bool) {
    let mut last: Option<(u32, u16, u8)> = None;
    for packet in in_order(&stage.received()) {
        if frame_of(packet).is_none() {
            continue;
        }
        let payload = &packet.payload;
        let picture = u16::from_be_bytes([
            payload[2 - usize::from(!every_picture)],
            payload[3 - usize::from(!every_picture)],
        ]) & 0x7fff;
        let tl0 = payload[4];
        let stamp = packet.head.timestamp;
        if let Some((before, last_picture, last_tl0)) = last {
            let step = picture.wrapping_sub(last_picture) & 0x7fff;
            if before == stamp {
                assert_eq!((step, tl0), (0, last_tl0));
            } else {
                assert!(
                    step == 1 || (!every_picture && step < 60),
                    "picture ids go on: {step}"
                );
                assert!(tl0.wrapping_sub(last_tl0) <= if every_picture { 1 } else { 20 });
            }
        }
        last = Some((stamp, picture, tl0));
    }
}

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
