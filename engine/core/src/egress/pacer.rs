//! When the packets of a transport leave: at a multiple of what its path carries (GCC section 4).
//!
//! While the path keeps up nothing is held and runs stay whole. Only what goes beyond the allowance
//! waits, sealed, packet by packet; repairs leave before media, audio never waits.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Run, RunBuffer};
use crate::limits;
use crate::rtp::RtpPacket;

/// Pacing rate over estimate. GCC section 4 has 1; some more lets keyframes and repairs catch up
/// (own choice; libwebrtc's 2.5 made queues that the estimator took for overuse).
const MULTIPLE: f64 = 1.5;
/// What may leave at once, in time at the pacing rate. GCC section 4 has 5 ms; a frame at 30 a
/// second should pass whole, as runs do, and only keyframes be spread (own choice).
const ALLOWANCE: Duration = Duration::from_millis(30);
/// Between two looks at what waits (GCC section 4: burst_time).
pub(crate) const INTERVAL: Duration = Duration::from_millis(5);

/// A sealed packet that waits.
#[derive(Debug)]
struct Held {
    packet: Box<[u8]>,
    number: Option<u64>,
    /// Index of its subscription.
    owner: usize,
}

/// What was given up of a stream: everything up to a sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenUp {
    pub owner: usize,
    pub ssrc: u32,
    pub sequence: u16,
}

/// One transport's outgoing queue; empty unless its path is full.
#[derive(Debug, Default)]
pub struct Pacer {
    /// Bits a second that leave; `None`: as they come.
    rate: Option<f64>,
    /// Bits that left ahead of the rate.
    debt: f64,
    settled: Option<Instant>,
    repairs: VecDeque<Held>,
    media: VecDeque<Held>,
    bytes: usize,
}

impl Pacer {
    /// The path carries so many bits a second.
    pub fn set_estimate(&mut self, bits: u64) {
        self.rate = Some(bits.max(limits::ESTIMATE_MIN) as f64 * MULTIPLE);
    }

    /// Whether media may leave now.
    pub fn admits(&mut self, now: Instant) -> bool {
        self.media.is_empty() && self.repairs.is_empty() && self.is_within(now, 1.0)
    }

    /// Whether a repair may leave now: it has twice the allowance, so that media does not starve it.
    pub fn admits_repair(&mut self, now: Instant) -> bool {
        self.repairs.is_empty() && self.is_within(now, 2.0)
    }

    fn is_within(&mut self, now: Instant, share: f64) -> bool {
        let Some(rate) = self.rate else { return true };
        let settled = self.settled.replace(now).unwrap_or(now);
        let elapsed = now.saturating_duration_since(settled).as_secs_f64();
        self.debt = (self.debt - elapsed * rate).max(0.0);
        self.debt <= share * ALLOWANCE.as_secs_f64() * rate
    }

    /// So many bytes left.
    pub fn spend(&mut self, bytes: usize) {
        if self.rate.is_some() {
            self.debt += bytes as f64 * 8.0;
        }
    }

    /// Keep the packets of a run until they may leave.
    pub fn hold(&mut self, run: &Run<'_>, owner: usize, repair: bool) {
        let queue = if repair {
            &mut self.repairs
        } else {
            &mut self.media
        };
        for (packet, number) in run.packets() {
            self.bytes += packet.len();
            queue.push_back(Held {
                packet: packet.into(),
                number,
                owner,
            });
        }
    }

    /// Whether something waits.
    pub fn is_holding(&self) -> bool {
        !self.media.is_empty() || !self.repairs.is_empty()
    }

    /// Move what may leave now into `out`.
    pub fn release(&mut self, now: Instant, out: &mut RunBuffer) {
        while self.is_within(now, 1.0) {
            let Some(held) = self.repairs.pop_front().or_else(|| self.media.pop_front()) else {
                return;
            };
            self.bytes -= held.packet.len();
            self.spend(held.packet.len());
            out.push(&held.packet, held.number);
        }
    }

    /// Whether more waits than is worth sending: in bytes, or in the time it takes to leave.
    pub fn is_overfull(&self) -> bool {
        let time = self.rate.map_or(0.0, |rate| self.bytes as f64 * 8.0 / rate);
        self.bytes > limits::PACED_BYTES || time > limits::PACED_TIME.as_secs_f64()
    }

    /// Give up all that waits: it is old, and repairing it would cost what is missing. Returns how
    /// far each stream of media was given up.
    pub fn give_up(&mut self) -> Vec<GivenUp> {
        let mut given_up: Vec<GivenUp> = Vec::new();
        for held in self.media.drain(..) {
            let Some(packet) = RtpPacket::parse(&held.packet) else {
                continue;
            };
            let known = given_up.iter_mut().find(|one| one.ssrc == packet.ssrc);
            match known {
                Some(known) => known.sequence = packet.sequence,
                None => given_up.push(GivenUp {
                    owner: held.owner,
                    ssrc: packet.ssrc,
                    sequence: packet.sequence,
                }),
            }
        }
        self.repairs.clear();
        self.bytes = 0;
        given_up
    }

    /// A subscription ended: its packets do not wait any more.
    pub fn forget(&mut self, owner: usize) {
        self.media.retain(|held| held.owner != owner);
        self.repairs.retain(|held| held.owner != owner);
        let waiting = self.media.iter().chain(&self.repairs);
        self.bytes = waiting.map(|held| held.packet.len()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_of(packets: usize, bytes: usize) -> RunBuffer {
        let mut buffer = RunBuffer::default();
        for number in 0..packets {
            let mut packet = vec![0u8; bytes];
            packet[..4].copy_from_slice(&[0x80, 96, 0, number as u8]);
            buffer.push(&packet, Some(number as u64));
        }
        buffer
    }

    fn hold(pacer: &mut Pacer, mut buffer: RunBuffer, owner: usize, repair: bool) {
        buffer.drain(|run| pacer.hold(&run, owner, repair));
    }

    fn released(pacer: &mut Pacer, now: Instant) -> Vec<usize> {
        let mut out = RunBuffer::default();
        pacer.release(now, &mut out);
        let mut sizes = Vec::new();
        out.drain(|run| sizes.extend(run.packets().map(|(packet, _)| packet.len())));
        sizes
    }

    #[test]
    fn it_holds_nothing_before_an_estimate_and_little_within_the_allowance() {
        let now = Instant::now();
        let mut pacer = Pacer::default();
        pacer.spend(1 << 20);
        assert!(pacer.admits(now));
        pacer.set_estimate(1_000_000);
        // 30 ms at 1.5 Mbit/s are 5,625 bytes.
        pacer.spend(5_500);
        assert!(pacer.admits(now));
        pacer.spend(1_000);
        assert!(!pacer.admits(now));
        assert!(pacer.admits(now + Duration::from_millis(5)));
    }

    #[test]
    fn repairs_leave_first_and_all_at_the_pacing_rate() {
        let mut now = Instant::now();
        let mut pacer = Pacer::default();
        pacer.set_estimate(400_000);
        hold(&mut pacer, run_of(100, 1_000), 1, false);
        hold(&mut pacer, run_of(3, 500), 1, true);
        let first = released(&mut pacer, now);
        assert_eq!(&first[..3], [500, 500, 500]);
        let mut bytes: usize = first.iter().sum();
        for _ in 0..100 {
            now += INTERVAL;
            bytes += released(&mut pacer, now).iter().sum::<usize>();
        }
        // Half a second at 600 kbit/s, and the allowance.
        assert!((37_000..42_000).contains(&bytes), "{bytes}");
    }

    #[test]
    fn what_is_too_much_is_given_up_whole() {
        let mut pacer = Pacer::default();
        pacer.set_estimate(400_000);
        hold(&mut pacer, run_of(30, 1_000), 1, false);
        assert!(!pacer.is_overfull());
        hold(&mut pacer, run_of(50, 1_000), 1, false);
        assert!(pacer.is_overfull());
        let given_up = pacer.give_up();
        let expected = GivenUp {
            owner: 1,
            ssrc: 0,
            sequence: 49,
        };
        assert_eq!(given_up, [expected]);
        assert!(!pacer.is_holding() && !pacer.is_overfull());
    }
}
