//! Subscribers behind links of all sorts: what they get, how fast, how steadily.

use std::time::{Duration, Instant};

use crate::common::client::{Out, vp8};
use crate::common::link::Link;
use crate::common::{Client, World, offers, publish, send};
use engine_core::rtcp::Rtcp;
use engine_core::sdp::MediaKind;
use engine_core::{RouterEvent, SubscriptionSettings};

/// Bits a second of a camera's three layers.
const RATES: [u64; 3] = [150_000, 500_000, 1_700_000];
const FRAME: Duration = Duration::from_micros(33_333);
const PACKET: usize = 1_100;
const RIDS: [&str; 3] = ["q", "h", "f"];

/// A publisher of one simulcast camera.
struct Camera {
    client: Client,
    track: u64,
    rates: Vec<u64>,
    next: Instant,
    frame: u32,
    sent: [u16; 3],
}

impl Camera {
    fn join(world: &mut World, handle: u64, rates: &[u64]) -> Self {
        let mut client = world.join(handle);
        let rids = &RIDS[..rates.len()];
        let rids = if rids.len() > 1 { rids } else { &[] };
        let offer = offers::session(&["8"]) + &offers::video("8", "sendonly", "s cam", rids);
        let track = handle * 10;
        world.negotiate(&mut client, &offer, &[publish("8", track)], &[]);
        Self {
            client,
            track,
            rates: rates.to_vec(),
            // Cameras do not tick together.
            next: world.now + Duration::from_millis(handle * 7 % 33),
            frame: 0,
            sent: [0; 3],
        }
    }

    fn ssrc(&self, layer: usize) -> u32 {
        (self.track * 100) as u32 + layer as u32
    }

    fn shoot(&mut self, world: &mut World) {
        while self.next <= world.now {
            self.next += FRAME;
            for layer in 0..self.rates.len() {
                let pli = Rtcp::Pli {
                    ssrc: self.ssrc(layer),
                };
                let keyframe = self.sent[layer] == 0 || self.client.rtcp.contains(&pli);
                self.client.rtcp.retain(|part| *part != pli);
                self.frame_of(world, layer, keyframe);
                self.sent[layer] += 1;
            }
            self.frame += 1;
        }
        let requests = |part: &Rtcp| matches!(part, Rtcp::Pli { .. });
        self.client.rtcp.retain(requests);
    }

    fn frame_of(&mut self, world: &mut World, layer: usize, keyframe: bool) {
        let bytes = self.rates[layer] as usize / 8 / 30 * if keyframe { 4 } else { 1 };
        let count = bytes.div_ceil(PACKET).max(1);
        for at in 0..count {
            let picture = self.sent[layer] & 0x7fff;
            let mut payload = vp8(keyframe, at == 0, picture, picture as u8, layer as u8);
            payload.resize(bytes / count, layer as u8);
            let rid = RIDS[layer].as_bytes();
            let elements: &[(u8, &[u8])] = &[(4, b"8"), (10, rid)];
            let named = if self.rates.len() > 1 { 2 } else { 1 };
            let packet = self.client.seal(&Out {
                ssrc: self.ssrc(layer),
                payload_type: 96,
                timestamp: self.frame.wrapping_mul(3_000),
                marker: at + 1 == count,
                elements: &elements[..named],
                payload: &payload,
                padding: 0,
            });
            assert!(world.arrive(&self.client, packet));
        }
    }
}

/// What one subscriber saw.
struct Viewer {
    client: Client,
    tracks: Vec<u64>,
    twcc: u8,
    /// By track: the layer of the newest packet, when it last changed, how often.
    layer: Vec<Option<usize>>,
    switches: Vec<usize>,
    last: Vec<Option<Instant>>,
}

struct Call {
    world: World,
    cameras: Vec<Camera>,
    viewer: Viewer,
    link: Link,
    /// Bytes of somebody else's traffic every millisecond.
    cross: usize,
}

impl Call {
    fn new(cameras: &[&[u64]], capacity: u64) -> Self {
        let mut world = World::new();
        let mut viewer = world.join(1);
        let each = cameras.iter().enumerate();
        let cameras: Vec<Camera> = each
            .map(|(at, rates)| Camera::join(&mut world, at as u64 + 2, rates))
            .collect();
        let mids: Vec<String> = (0..cameras.len()).map(|mid| mid.to_string()).collect();
        let names: Vec<&str> = mids.iter().map(String::as_str).collect();
        let sections = names
            .iter()
            .map(|mid| offers::video(mid, "recvonly", "", &[]));
        let offer = offers::session(&names) + &sections.collect::<String>();
        let tracks: Vec<u64> = cameras.iter().map(|camera| camera.track).collect();
        let plans: Vec<_> = tracks
            .iter()
            .zip(&names)
            .map(|(track, mid)| send(mid, *track, MediaKind::Video))
            .collect();
        world.negotiate(&mut viewer, &offer, &[], &plans);
        let twcc = viewer.sends(tracks[0]).extensions.transport_cc.unwrap();
        let link = Link::new(world.now, capacity);
        let count = tracks.len();
        Self {
            world,
            cameras,
            viewer: Viewer {
                client: viewer,
                tracks,
                twcc,
                layer: vec![None; count],
                switches: vec![0; count],
                last: vec![None; count],
            },
            link,
            cross: 0,
        }
    }

    fn pass(&mut self, time: Duration) {
        let end = self.world.now + time;
        while self.world.now < end {
            self.step();
        }
    }

    fn step(&mut self) {
        let Self {
            world,
            cameras,
            viewer,
            link,
            ..
        } = self;
        world.now += Duration::from_millis(1);
        let now = world.now;
        for camera in cameras.iter_mut() {
            camera.shoot(world);
        }
        if world.router.next_timeout().is_some_and(|at| at <= now) {
            world.router.handle_timeout(now);
        }
        world.router.drain_egress(&mut |egress| {
            for packet in egress.datagrams.chunks(egress.segment) {
                if egress.transport == 1 {
                    link.send(now, packet);
                } else if let Some(camera) = cameras
                    .iter_mut()
                    .find(|one| one.client.handle == egress.transport)
                {
                    camera.client.receive(packet);
                }
            }
        });
        while let Some(event) = world.router.poll_event() {
            world.events.push(event);
        }
        link.disturb(now, self.cross);
        link.pass(world, &mut viewer.client, viewer.twcc);
        viewer.look(now);
    }

    /// Pass time until a track's newest packet is of this layer; how long it took.
    fn until(&mut self, track: usize, layer: usize, limit: Duration) -> Duration {
        let start = self.world.now;
        while self.viewer.layer[track] != Some(layer) {
            self.step();
            assert!(
                self.world.now - start < limit,
                "layer {layer} not within {limit:?}: {:?}, estimate {:?}",
                self.viewer.layer,
                self.estimate()
            );
        }
        self.world.now - start
    }

    fn estimate(&self) -> u64 {
        let report = self.world.router.transport_report(1, self.world.now);
        report.unwrap().estimate_bps.unwrap_or(0)
    }

    fn states(&self) -> Vec<(u64, bool)> {
        let told = self.world.events.iter().filter_map(|event| match event {
            RouterEvent::StreamStates {
                transport: 1,
                states,
            } => Some(states.clone()),
            _ => None,
        });
        told.flatten().collect()
    }
}

impl Viewer {
    fn look(&mut self, now: Instant) {
        for packet in self.client.media.drain(..) {
            let at = self.tracks.iter().position(|track| {
                let negotiated = self.client.negotiated.as_ref().unwrap();
                let section = negotiated.send.iter().find(|one| one.track == *track);
                section.is_some_and(|one| one.ssrc == packet.head.ssrc)
            });
            let (Some(at), Some(layer)) = (at, packet.payload.last()) else {
                continue;
            };
            let layer = Some(usize::from(*layer));
            self.switches[at] += usize::from(self.layer[at].is_some() && self.layer[at] != layer);
            (self.layer[at], self.last[at]) = (layer, Some(now));
        }
        self.client.sealed.clear();
        self.client.rtcp.clear();
    }
}

#[test]
fn a_slow_link_gets_the_layer_that_fits_and_its_recovery_the_highest() {
    let mut call = Call::new(&[&RATES], 10_000_000);
    call.pass(Duration::from_secs(10));
    assert_eq!(call.viewer.layer, [Some(2)]);
    call.link.capacity = 500_000;
    let down = call.until(0, 0, Duration::from_secs(5));
    call.viewer.switches[0] = 0;
    call.pass(Duration::from_secs(60));
    assert_eq!(call.viewer.layer, [Some(0)], "estimate {}", call.estimate());
    assert!(call.viewer.switches[0] <= 2, "{:?}", call.viewer.switches);
    call.link.capacity = 10_000_000;
    let up = call.until(0, 2, Duration::from_secs(15));
    call.viewer.switches[0] = 0;
    call.pass(Duration::from_secs(20));
    assert_eq!(call.viewer.switches, [0]);
    println!("down in {down:?}, up in {up:?}");
}

#[test]
fn a_link_that_was_never_good_is_found_out_within_seconds() {
    for capacity in [300_000, 500_000, 800_000, 1_200_000] {
        let mut call = Call::new(&[&RATES], capacity);
        call.pass(Duration::from_secs(5));
        let fits = if capacity > 700_000 { 1 } else { 0 };
        assert_eq!(
            call.viewer.layer,
            [Some(fits)],
            "{capacity}: {}",
            call.estimate()
        );
        call.viewer.switches[0] = 0;
        call.link.waited = Duration::ZERO;
        call.pass(Duration::from_secs(60));
        assert_eq!(
            call.viewer.layer,
            [Some(fits)],
            "{capacity}: {}",
            call.estimate()
        );
        let (switches, waited) = (call.viewer.switches[0], call.link.waited);
        println!("{capacity}: {switches} switches, waited {waited:?}");
        assert!(switches <= 2 && waited < Duration::from_millis(600));
    }
}

#[test]
fn five_percent_of_random_loss_leave_the_highest_layer() {
    let mut call = Call::new(&[&RATES], 10_000_000);
    call.link.loss = 5;
    call.pass(Duration::from_secs(1));
    call.viewer.switches[0] = 0;
    call.pass(Duration::from_secs(60));
    assert_eq!(call.viewer.layer, [Some(2)]);
    assert_eq!(call.viewer.switches, [0]);
    let report = call
        .world
        .router
        .transport_report(1, call.world.now)
        .unwrap();
    assert!((0.02..0.09).contains(&report.loss_out), "{report:?}");
    assert!(report.estimate_bps.is_some_and(|bits| bits > 1_700_000));
}

#[test]
fn traffic_of_others_comes_and_goes() {
    let mut call = Call::new(&[&RATES], 3_000_000);
    call.pass(Duration::from_secs(5));
    assert_eq!(call.viewer.layer, [Some(2)]);
    // 2.2 of 3 Mbit/s.
    call.cross = 275;
    call.pass(Duration::from_secs(8));
    assert!(
        call.viewer.layer[0] < Some(2),
        "estimate {}",
        call.estimate()
    );
    call.viewer.switches[0] = 0;
    call.pass(Duration::from_secs(30));
    assert!(call.viewer.switches[0] <= 6, "{:?}", call.viewer.switches);
    call.cross = 0;
    call.until(0, 2, Duration::from_secs(20));
}

#[test]
fn a_screen_share_keeps_its_picture_and_the_cameras_share_the_rest() {
    let screen: &[u64] = &[1_200_000];
    let mut call = Call::new(&[screen, &RATES, &RATES, &RATES], 2_200_000);
    let settings = SubscriptionSettings {
        priority: 2,
        ..SubscriptionSettings::default()
    };
    let now = call.world.now;
    let router = &mut call.world.router;
    router.set_subscription(1, 20, settings, now).unwrap();
    call.pass(Duration::from_secs(20));
    let fresh = |call: &Call, track: usize| {
        let last = call.viewer.last[track];
        last.is_some_and(|last| call.world.now - last < Duration::from_millis(500))
    };
    assert!(
        (0..4).all(|track| fresh(&call, track)),
        "{}",
        call.estimate()
    );
    assert_eq!(call.viewer.layer[1..], [Some(0); 3]);
    let report = |call: &Call| call.world.router.transport_report(1, call.world.now);
    assert_eq!(report(&call).unwrap().paused, 0);
    call.world.events.clear();
    // Not even the lowest layers fit any more: the cameras go, the screen stays.
    call.link.capacity = 1_400_000;
    call.pass(Duration::from_secs(12));
    assert!(fresh(&call, 0));
    let paused = call.states();
    assert!(!paused.is_empty() && paused.iter().all(|(track, _)| *track != 20));
    call.link.capacity = 20_000_000;
    for camera in 1..4 {
        call.until(camera, 2, Duration::from_secs(30));
    }
    let mut last = std::collections::HashMap::new();
    last.extend(call.states());
    assert!(last.values().all(|paused| !paused), "{last:?}");
    let report = call
        .world
        .router
        .transport_report(1, call.world.now)
        .unwrap();
    assert_eq!(report.paused, 0);
}

#[test]
fn nine_cameras_share_a_link_without_flapping() {
    let cameras: Vec<&[u64]> = vec![&RATES; 9];
    let mut call = Call::new(&cameras, 4_000_000);
    call.pass(Duration::from_secs(10));
    call.viewer.switches.fill(0);
    call.link.dropped = 0;
    call.link.carried_bytes = 0;
    call.pass(Duration::from_secs(60));
    let switches: usize = call.viewer.switches.iter().sum();
    let used = call.link.carried_bytes * 8 / 60;
    println!(
        "{switches} switches, {used} bit/s used, {:?}",
        call.viewer.layer
    );
    assert!(switches <= 36, "{:?}", call.viewer.switches);
    assert!(used > 2_000_000, "{used}");
}
