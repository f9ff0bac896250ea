//! A link in virtual time between the router and one client: a capacity, a bounded queue, a delay,
//! random loss; and the client's transport-wide feedback about what comes out of it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use engine_core::ingress::TwccRecorder;
use engine_core::random::Random;

use super::{Client, World};

/// Between two feedback messages (libwebrtc sends every 50 to 250 ms).
const FEEDBACK: Duration = Duration::from_millis(50);
/// IPv4 and UDP headers take room on the link as well.
const HEADERS: usize = 28;

pub struct Link {
    /// Bits a second.
    pub capacity: u64,
    pub delay: Duration,
    /// Bytes that the queue takes.
    pub queue: usize,
    /// Lost at random, in percent.
    pub loss: u64,
    random: Random,
    free: Instant,
    flying: VecDeque<(Instant, Vec<u8>)>,
    recorder: TwccRecorder,
    feedback_at: Instant,
    returning: VecDeque<(Instant, Vec<u8>)>,
    /// Longest wait in the queue since the last look.
    pub waited: Duration,
    pub dropped: u64,
    pub carried_bytes: u64,
}

impl Link {
    pub fn new(now: Instant, capacity: u64) -> Self {
        Self {
            capacity,
            delay: Duration::from_millis(20),
            queue: 60_000,
            loss: 0,
            random: Random::new([77; 32]),
            free: now,
            flying: VecDeque::new(),
            recorder: TwccRecorder::default(),
            feedback_at: now,
            returning: VecDeque::new(),
            waited: Duration::ZERO,
            dropped: 0,
            carried_bytes: 0,
        }
    }

    /// A datagram enters.
    pub fn send(&mut self, now: Instant, packet: &[u8]) {
        let size = packet.len() + HEADERS;
        self.free = self.free.max(now);
        let wait = self.free - now;
        let queued = wait.as_secs_f64() * self.capacity as f64 / 8.0;
        let unlucky = self.random.next_u64() % 100 < self.loss;
        if queued as usize + size > self.queue || unlucky {
            self.dropped += 1;
            return;
        }
        self.waited = self.waited.max(wait);
        self.free += Duration::from_secs_f64(size as f64 * 8.0 / self.capacity as f64);
        self.carried_bytes += size as u64;
        self.flying
            .push_back((self.free + self.delay, packet.to_vec()));
    }

    /// Somebody else's traffic takes room in the queue.
    pub fn disturb(&mut self, now: Instant, bytes: usize) {
        self.free = self.free.max(now);
        let wait = (self.free - now).as_secs_f64() * self.capacity as f64 / 8.0;
        if wait as usize + bytes <= self.queue {
            self.free += Duration::from_secs_f64(bytes as f64 * 8.0 / self.capacity as f64);
        }
    }

    /// Let arrive what is due, at the client and on the way back. `twcc` is the extension's id.
    pub fn pass(&mut self, world: &mut World, client: &mut Client, twcc: u8) {
        let now = world.now;
        while self.flying.front().is_some_and(|(at, _)| *at <= now) {
            let (at, packet) = self.flying.pop_front().unwrap();
            let before = client.media.len();
            client.receive(&packet);
            let Some(received) = client.media.get(before) else {
                continue;
            };
            let number = received.elements.iter().find(|(id, _)| *id == twcc);
            if let Some((_, value)) = number {
                self.recorder
                    .record(at, u16::from_be_bytes([value[0], value[1]]));
            }
        }
        if now >= self.feedback_at {
            self.feedback_at = now + FEEDBACK;
            if self.recorder.is_pending() {
                let recorder = &mut self.recorder;
                let packet = client.seal_rtcp(|out| recorder.feedback(1, 2, out));
                self.returning.push_back((now + self.delay, packet));
            }
        }
        while self.returning.front().is_some_and(|(at, _)| *at <= now) {
            let (_, packet) = self.returning.pop_front().unwrap();
            assert!(world.arrive(client, packet));
        }
    }
}
