//! A publisher with layers on a stage, and what its viewer got.

use std::collections::HashSet;
use std::time::Duration;

use super::client::{Client, Out, Received};
use super::encoder::{Encoder, Made, Mode, Truth};
use super::{World, offers, publish, send};
use engine_core::SubscriptionSettings;
use engine_core::random::Random;
use engine_core::rtcp::Rtcp;
use engine_core::sdp::MediaKind;

pub const CAM: u64 = 80;
const STEP: u32 = 3_000;

/// A publisher with one encoder a stream, and a viewer.
pub struct Stage {
    pub world: World,
    pub alice: Client,
    pub bob: Client,
    encoders: Vec<Encoder>,
    pub truths: Vec<Truth>,
    pub random: Random,
    timestamp: u32,
    /// Packets that come later than others, with how many pictures they wait.
    delayed: Vec<(u32, Vec<u8>)>,
    /// Of a hundred packets so many are late.
    pub late: u32,
}

impl Stage {
    pub fn new(mode: Mode, spatial: u8, streams: &[&'static str], seed: u8) -> Self {
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

    pub fn pictures(&mut self, count: usize) {
        for _ in 0..count {
            self.picture();
        }
    }

    pub fn wish(&mut self, wish: SubscriptionSettings) {
        let now = self.world.now;
        self.world
            .router
            .set_subscription(2, CAM, wish, now)
            .unwrap();
    }

    pub fn received(&self) -> Vec<&Received> {
        self.bob.stream(self.bob.sends(CAM).ssrc)
    }

    /// The frames of the last pictures that the viewer got: (spatial, temporal, stream).
    pub fn layers_of_last(&self, packets: usize) -> HashSet<(u8, u8, u32)> {
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
pub fn frame_of(packet: &Received) -> Option<u32> {
    let at = packet.payload.len().checked_sub(44)?;
    let id = packet.payload[at..at + 4].try_into().ok()?;
    Some(u32::from_be_bytes(id))
}
