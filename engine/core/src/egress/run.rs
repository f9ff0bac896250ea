//! Sealed packets waiting for the socket, in runs of equal size (UDP segmentation offload).

use crate::limits;

#[derive(Clone, Copy, Debug)]
struct Extent {
    end: usize,
    segment: usize,
    packets: usize,
    /// A smaller packet ends a run.
    closed: bool,
}

/// The packets of one subscription, or of one transport's reports, since the last drain.
#[derive(Debug, Default)]
pub struct RunBuffer {
    bytes: Vec<u8>,
    runs: Vec<Extent>,
    /// Transport-wide numbers (extended) of the packets in order; `None`: the packet has none.
    numbers: Vec<Option<u64>>,
    number: Option<u64>,
}

/// One run as it is handed out.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    pub datagrams: &'a [u8],
    /// Bytes of each; the last may be smaller.
    pub segment: usize,
    pub numbers: &'a [Option<u64>],
}

impl<'a> Run<'a> {
    /// Each datagram with its number.
    pub fn packets(&self) -> impl Iterator<Item = (&'a [u8], Option<u64>)> {
        let numbers = self.numbers.iter().copied();
        self.datagrams.chunks(self.segment).zip(numbers)
    }
}

impl RunBuffer {
    /// Where the next packet is written: append to it, then `commit` or `cancel`.
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// The position of the next packet.
    pub fn start(&self) -> usize {
        self.runs.last().map_or(0, |run| run.end)
    }

    /// The packet being written carries this transport-wide number.
    pub fn set_number(&mut self, number: Option<u64>) {
        self.number = number;
    }

    /// The packet written since the last commit is complete; returns its size.
    pub fn commit(&mut self) -> usize {
        let start = self.start();
        let len = self.bytes.len() - start;
        let end = self.bytes.len();
        self.numbers.push(self.number.take());
        match self.runs.last_mut() {
            Some(run) if run.takes(len, start) => {
                run.closed = len < run.segment;
                run.packets += 1;
                run.end = end;
            }
            _ => self.runs.push(Extent {
                end,
                segment: len,
                packets: 1,
                closed: false,
            }),
        }
        len
    }

    /// Take back what was written since the last commit.
    pub fn cancel(&mut self) {
        let start = self.start();
        self.bytes.truncate(start);
        self.number = None;
    }

    /// Whether nothing is waiting.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Append a packet that is sealed already.
    pub fn push(&mut self, packet: &[u8], number: Option<u64>) {
        self.bytes.extend_from_slice(packet);
        self.number = number;
        self.commit();
    }

    /// Hand out every run and forget them; allocations stay.
    pub fn drain(&mut self, mut each: impl FnMut(Run<'_>)) {
        let (mut start, mut packet) = (0, 0);
        for run in &self.runs {
            each(Run {
                datagrams: &self.bytes[start..run.end],
                segment: run.segment,
                numbers: &self.numbers[packet..packet + run.packets],
            });
            (start, packet) = (run.end, packet + run.packets);
        }
        self.bytes.clear();
        self.runs.clear();
        self.numbers.clear();
    }
}

impl Extent {
    fn takes(&self, len: usize, start: usize) -> bool {
        let bytes = self.packets * self.segment + len;
        debug_assert_eq!(start, self.end);
        !self.closed
            && len <= self.segment
            && self.packets < limits::RUN_SEGMENTS
            && bytes <= limits::RUN_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_equal_sizes_with_a_smaller_last() {
        let mut buffer = RunBuffer::default();
        for len in [100, 100, 60, 100, 120, 120] {
            let end = buffer.start() + len;
            buffer.bytes().resize(end, 1);
            assert_eq!(buffer.commit(), len);
        }
        buffer.bytes().extend_from_slice(&[1, 2, 3]);
        buffer.cancel();
        let mut runs = Vec::new();
        buffer.drain(|run| runs.push((run.datagrams.len(), run.segment, run.numbers.len())));
        assert_eq!(runs, [(260, 100, 3), (100, 100, 1), (240, 120, 2)]);
        assert!(buffer.is_empty());
    }

    #[test]
    fn a_run_is_never_more_than_one_datagram_of_segments() {
        let mut buffer = RunBuffer::default();
        for _ in 0..200 {
            let end = buffer.start() + 1_200;
            buffer.bytes().resize(end, 1);
            buffer.commit();
        }
        let mut total = 0;
        buffer.drain(|run| {
            let (bytes, segment, packets) = (run.datagrams, run.segment, run.numbers.len());
            assert!(bytes.len() <= limits::RUN_BYTES && packets <= limits::RUN_SEGMENTS);
            assert_eq!(bytes.len(), segment * packets);
            total += packets;
        });
        assert_eq!(total, 200);
    }
}
