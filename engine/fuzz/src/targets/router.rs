//! Hostile clients with valid keys: any packets in any order, while another one watches.

use std::time::Duration;

use engine_core::rtp::{ExtensionWriter, Head, write_head};
use engine_core::sdp::MediaKind;
use engine_core::{DataKind, SubscriptionSettings};

use crate::common::{Client, World, offers, publish, send};

const AUDIO: u64 = 70;
const VIDEO: u64 = 80;
const STEPS: usize = 64;

struct Call {
    world: World,
    alice: Client,
    bob: Client,
}

/// The input is a sequence of steps: what to do, how many bytes it takes, the bytes.
pub fn packets(mut data: &[u8]) {
    let mut call = Call::new();
    for _ in 0..STEPS {
        let [what, length, rest @ ..] = data else {
            return;
        };
        let (bytes, after) = rest.split_at(rest.len().min(usize::from(*length)));
        call.step(*what, bytes);
        data = after;
    }
}

impl Call {
    fn new() -> Self {
        let mut world = World::new();
        let (mut alice, mut bob) = (world.join(1), world.join(2));
        let offer = offers::session(&["7", "8"])
            + &offers::audio("7", "sendonly", "s mic")
            + &offers::video("8", "sendonly", "s cam", &["q", "h", "f"]);
        let published = [publish("7", AUDIO), publish("8", VIDEO)];
        world.negotiate(&mut alice, &offer, &published, &[]);
        let plans = [
            send("1", AUDIO, MediaKind::Audio),
            send("4", VIDEO, MediaKind::Video),
        ];
        world.negotiate(&mut bob, &offers::chromium_subscriber(), &[], &plans);
        Self { world, alice, bob }
    }

    fn step(&mut self, what: u8, bytes: &[u8]) {
        match what % 8 {
            0 | 1 => self.media(bytes),
            2 => self.reports_of_alice(bytes),
            3 => self.reports_of_bob(bytes),
            4 => {
                let by = u64::from(bytes.first().copied().unwrap_or(1)) * 4;
                self.pass(by.max(1));
            }
            5 => {
                let kind = [DataKind::Reliable, DataKind::Lossy][usize::from(what >> 7)];
                let now = self.world.now;
                self.world.router.handle_data(now, 1, kind, bytes);
                self.world.router.drain_data(&mut |_, _, _| {});
            }
            6 => self.wish(bytes),
            // Not even sealed.
            _ => drop(self.world.arrive(&self.alice, bytes.to_vec())),
        }
        self.world.deliver(&mut [&mut self.alice, &mut self.bob]);
        self.bob.media.clear();
        self.bob.sealed.clear();
    }

    fn pass(&mut self, milliseconds: u64) {
        let clients = &mut [&mut self.alice, &mut self.bob];
        self.world
            .pass(Duration::from_millis(milliseconds), clients);
    }

    /// Eight bytes of header, one of extensions, the payload; all of it as the client likes.
    fn media(&mut self, bytes: &[u8]) {
        let [kind, high, low, stamp, extensions, payload @ ..] = bytes else {
            return;
        };
        let (ssrc, payload_type) = match kind % 8 {
            0 => (1, 111),
            1 => (2, 96),
            2 => (3, 96),
            3 => (4, 96),
            4 => (5, 97),
            5 => (6, 98),
            6 => (7, 103),
            _ => (8, 35),
        };
        let mut packet = Vec::new();
        let head = Head {
            marker: kind & 0x80 != 0,
            payload_type,
            sequence: u16::from_be_bytes([*high, *low]),
            timestamp: u32::from(*stamp) << 12,
            ssrc,
        };
        write_head(&mut packet, &head, true);
        let writer = ExtensionWriter::begin(&mut packet, false);
        let (mid, rid): (&[u8], &[u8]) = match ssrc {
            1 => (b"7", b""),
            2 | 6 | 7 | 8 => (b"8", b"q"),
            3 => (b"8", b"h"),
            _ => (b"8", b"f"),
        };
        writer.put(&mut packet, 4, mid);
        if !rid.is_empty() {
            writer.put(&mut packet, if payload_type == 97 { 11 } else { 10 }, rid);
        }
        writer.put(&mut packet, 3, &[*high, *low]);
        let descriptor = payload.get(..usize::from(extensions & 0x0f)).unwrap_or(&[]);
        if !descriptor.is_empty() {
            writer.put(&mut packet, 12, descriptor);
        }
        writer.finish(&mut packet);
        packet.extend_from_slice(payload);
        if let Some(sealed) = self.alice.seal_raw(&packet) {
            self.world.arrive(&self.alice, sealed);
        }
    }

    fn reports_of_alice(&mut self, bytes: &[u8]) {
        if bytes.len() >= 8 {
            let sealed = self.alice.seal_rtcp(|out| out.extend_from_slice(bytes));
            self.world.arrive(&self.alice, sealed);
        }
    }

    /// With the SSRC of what bob gets where the input says 0xffffffff, so that it means something.
    fn reports_of_bob(&mut self, bytes: &[u8]) {
        let mut report = bytes.to_vec();
        let ssrc = self.bob.sends(VIDEO).ssrc.to_be_bytes();
        for at in (0..report.len().saturating_sub(3)).step_by(4) {
            if report[at..at + 4] == [0xff; 4] {
                report[at..at + 4].copy_from_slice(&ssrc);
            }
        }
        if report.len() >= 8 {
            let sealed = self.bob.seal_rtcp(|out| out.extend_from_slice(&report));
            self.world.arrive(&self.bob, sealed);
        }
    }

    fn wish(&mut self, bytes: &[u8]) {
        let [first, ..] = bytes else { return };
        let settings = SubscriptionSettings {
            enabled: first & 1 != 0,
            max_quality: (first >> 1) % 3,
            ..SubscriptionSettings::default()
        };
        let now = self.world.now;
        let router = &mut self.world.router;
        router.set_subscription(2, VIDEO, settings, now).unwrap();
        router
            .set_track_muted(VIDEO, first & 0x80 != 0, now)
            .unwrap();
    }
}
