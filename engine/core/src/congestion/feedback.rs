//! Reading transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).
//!
//! Nothing is allocated: a few bytes may speak of 65,535 packets.

use super::Micros;

const HEADER: usize = 8;
/// The reference time counts 64 ms, deltas 250 us.
const REFERENCE_US: i64 = 64_000;
const TICK_US: i64 = 250;

/// One feedback message, its chunks and deltas checked to be there.
#[derive(Clone, Copy, Debug)]
pub struct Feedback<'a> {
    pub base: u16,
    count: u16,
    /// 24 bits, in 64 ms.
    pub reference: u32,
    chunks: &'a [u8],
    deltas: &'a [u8],
}

impl<'a> Feedback<'a> {
    /// Read what follows the two SSRCs of the packet; `None` if it is malformed.
    pub fn parse(content: &'a [u8]) -> Option<Self> {
        let header = content.get(..HEADER)?;
        let count = u16::from_be_bytes([header[2], header[3]]);
        let mut covered = 0;
        let mut end = HEADER;
        while covered < count {
            let chunk = read_chunk(content.get(end..)?)?;
            covered = covered.saturating_add(chunk.len());
            end += 2;
        }
        Some(Self {
            base: u16::from_be_bytes([header[0], header[1]]),
            count,
            reference: u32::from_be_bytes([0, header[4], header[5], header[6]]),
            chunks: &content[HEADER..end],
            deltas: &content[end..],
        })
    }

    /// How many packets it speaks of.
    pub fn count(&self) -> u16 {
        self.count
    }

    /// Call `each` with every number and its arrival after the reference time, `None` if it did not
    /// arrive. Ends early where the deltas do.
    pub fn each(&self, mut each: impl FnMut(u16, Option<Micros>)) {
        let mut deltas = self.deltas;
        let mut clock: Micros = 0;
        let mut done = 0u16;
        for pair in self.chunks.chunks_exact(2) {
            let Some(chunk) = read_chunk(pair) else {
                return;
            };
            for at in 0..chunk.len().min(self.count - done) {
                let size = match chunk.symbol(at) {
                    1 => 1,
                    2 => 2,
                    // 3 is reserved: nothing is known of the packet.
                    _ => 0,
                };
                let number = self.base.wrapping_add(done);
                done += 1;
                if size == 0 {
                    each(number, None);
                    continue;
                }
                let Some((delta, rest)) = deltas.split_at_checked(size) else {
                    return;
                };
                deltas = rest;
                clock += TICK_US
                    * match *delta {
                        [small] => i64::from(small),
                        [high, low] => i64::from(i16::from_be_bytes([high, low])),
                        _ => 0,
                    };
                each(number, Some(clock));
            }
        }
    }
}

/// The reference times of successive messages on one long clock: they wrap after 12 days.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ReferenceClock {
    last: Option<i64>,
}

impl ReferenceClock {
    /// The microseconds of a 24-bit reference time near the last one.
    pub fn extend(&mut self, reference: u32) -> Micros {
        let extended = match self.last {
            None => i64::from(reference),
            Some(last) => {
                let distance = reference.wrapping_sub(last as u32) << 8;
                last + i64::from(distance.cast_signed() >> 8)
            }
        };
        self.last = Some(extended);
        extended * REFERENCE_US
    }
}

#[derive(Clone, Copy, Debug)]
enum Chunk {
    Run { symbol: u16, len: u16 },
    OneBit(u16),
    TwoBits(u16),
}

impl Chunk {
    fn len(self) -> u16 {
        match self {
            Self::Run { len, .. } => len,
            Self::OneBit(_) => 14,
            Self::TwoBits(_) => 7,
        }
    }

    fn symbol(self, at: u16) -> u16 {
        match self {
            Self::Run { symbol, .. } => symbol,
            Self::OneBit(bits) => bits >> (13 - at) & 1,
            Self::TwoBits(bits) => bits >> (12 - 2 * at) & 3,
        }
    }
}

/// A run of no packets is malformed: a message of such would say nothing for ever.
fn read_chunk(bytes: &[u8]) -> Option<Chunk> {
    let bits = u16::from_be_bytes(*bytes.first_chunk()?);
    Some(match bits >> 14 {
        0 | 1 => Chunk::Run {
            symbol: bits >> 13 & 3,
            len: Some(bits & 0x1fff).filter(|len| *len > 0)?,
        },
        2 => Chunk::OneBit(bits),
        _ => Chunk::TwoBits(bits),
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::ingress::TwccRecorder;
    use crate::random::Random;

    #[test]
    fn what_our_own_recorder_writes_reads_back() {
        let start = Instant::now();
        let mut recorder = TwccRecorder::default();
        let arrivals = [(65_533u16, 0u64), (65_534, 4), (1, 90), (2, 91), (40, 700)];
        for (number, at) in arrivals {
            recorder.record(start + Duration::from_millis(at), number);
        }
        let mut out = Vec::new();
        recorder.feedback(1, 2, &mut out);
        let feedback = Feedback::parse(&out[12..]).expect("well formed");
        let (mut read, mut missing) = (Vec::new(), 0);
        feedback.each(|number, arrival| match arrival {
            Some(arrival) => read.push((number, arrival / 1_000)),
            None => missing += 1,
        });
        let expected = arrivals.map(|(number, at)| (number, at as i64));
        assert_eq!(read, expected);
        assert_eq!(missing, 2 + 37);
    }

    #[test]
    fn random_bytes_are_read_within_their_count() {
        let mut random = Random::new([9; 32]);
        for _ in 0..20_000 {
            let len = random.next_u64() as usize % 64;
            let bytes: Vec<u8> = (0..len).map(|_| random.next_u64() as u8).collect();
            let Some(feedback) = Feedback::parse(&bytes) else {
                continue;
            };
            let mut told = 0u32;
            feedback.each(|_, _| told += 1);
            assert!(told <= u32::from(feedback.count()));
        }
    }

    #[test]
    fn the_reference_clock_goes_on_over_its_wrap() {
        let mut clock = ReferenceClock::default();
        let before = clock.extend(0xff_fffe);
        assert_eq!(clock.extend(1) - before, 3 * REFERENCE_US);
        assert_eq!(clock.extend(0xff_ffff) - before, REFERENCE_US);
    }
}
