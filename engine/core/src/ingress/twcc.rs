//! Transport-wide feedback to a publisher: when each packet of the transport arrived
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01).

use std::time::Instant;

use crate::limits;
use crate::rtcp::{TRANSPORT_FEEDBACK, end_packet, start_packet};

const TICK_US: i64 = 250;
const REFERENCE_US: i64 = 64_000;
/// Packets one feedback describes at most.
const STATUSES: u64 = 1_000;

/// Records arrivals and writes them as feedback.
#[derive(Debug, Default)]
pub struct TwccRecorder {
    /// Times count from the first arrival.
    epoch: Option<Instant>,
    /// (extended transport-wide number, arrival in us since the epoch), by number.
    arrivals: Vec<(u64, i64)>,
    highest: Option<u64>,
    /// First number that no feedback described yet.
    next: u64,
    count: u8,
}

impl TwccRecorder {
    /// A packet with this transport-wide number arrived.
    pub fn record(&mut self, now: Instant, number: u16) {
        let extended = self.extend(number);
        if self.arrivals.len() >= limits::TWCC_ARRIVALS {
            return;
        }
        let arrival = now
            .saturating_duration_since(*self.epoch.get_or_insert(now))
            .as_micros() as i64;
        match self
            .arrivals
            .binary_search_by_key(&extended, |(known, _)| *known)
        {
            Ok(_) => {}
            Err(at) => self.arrivals.insert(at, (extended, arrival)),
        }
    }

    /// Whether there is something to tell.
    pub fn is_pending(&self) -> bool {
        !self.arrivals.is_empty()
    }

    /// Append feedback packets for all arrivals since the last call.
    pub fn feedback(&mut self, sender: u32, media: u32, out: &mut Vec<u8>) {
        let arrivals = std::mem::take(&mut self.arrivals);
        let mut rest = arrivals.as_slice();
        while let Some(&(first, _)) = rest.first() {
            let near = first >= self.next && first - self.next < STATUSES / 2;
            let base = if near { self.next } else { first };
            let taken = self.write(sender, media, base, rest, out);
            self.next = self.next.max(rest[taken - 1].0 + 1);
            rest = &rest[taken..];
        }
        // The allocation is kept for the next interval.
        self.arrivals = arrivals;
        self.arrivals.clear();
    }

    fn extend(&mut self, number: u16) -> u64 {
        let Some(highest) = self.highest else {
            // One cycle up, so that earlier packets have a place below.
            let extended = 0x1_0000 | u64::from(number);
            (self.highest, self.next) = (Some(extended), extended);
            return extended;
        };
        let distance = i64::from(number.wrapping_sub(highest as u16) as i16);
        let extended = highest.saturating_add_signed(distance);
        self.highest = Some(highest.max(extended));
        extended
    }

    /// Write one packet from `base`; returns how many arrivals it describes, at least one.
    fn write(
        &mut self,
        sender: u32,
        media: u32,
        base: u64,
        arrivals: &[(u64, i64)],
        out: &mut Vec<u8>,
    ) -> usize {
        let reference = arrivals[0].1.div_euclid(REFERENCE_US);
        let mut clock = reference * REFERENCE_US;
        let mut symbols = Vec::with_capacity(arrivals.len());
        let mut deltas = Vec::with_capacity(arrivals.len() * 2);
        let mut taken = 0;
        for &(number, arrival) in arrivals {
            let delta = (arrival - clock).div_euclid(TICK_US);
            let Ok(large) = i16::try_from(delta) else {
                break;
            };
            if number - base >= STATUSES {
                break;
            }
            symbols.resize((number - base) as usize, 0u8);
            if let Ok(small) = u8::try_from(delta) {
                symbols.push(1);
                deltas.push(small);
            } else {
                symbols.push(2);
                deltas.extend_from_slice(&large.to_be_bytes());
            }
            // What was rounded off is not lost: the next delta counts from the rounded time.
            clock += delta * TICK_US;
            taken += 1;
        }
        let start = start_packet(out, 15, TRANSPORT_FEEDBACK);
        out.extend_from_slice(&sender.to_be_bytes());
        out.extend_from_slice(&media.to_be_bytes());
        out.extend_from_slice(&(base as u16).to_be_bytes());
        out.extend_from_slice(&(symbols.len() as u16).to_be_bytes());
        out.extend_from_slice(&((reference as u32) << 8 | u32::from(self.count)).to_be_bytes());
        self.count = self.count.wrapping_add(1);
        write_chunks(&symbols, out);
        out.extend_from_slice(&deltas);
        end_packet(out, start);
        taken
    }
}

/// Packet status chunks: a run where it pays, else 14 one-bit or 7 two-bit symbols.
fn write_chunks(mut symbols: &[u8], out: &mut Vec<u8>) {
    while let Some(&first) = symbols.first() {
        let run = symbols
            .iter()
            .take_while(|symbol| **symbol == first)
            .count()
            .min(0x1fff);
        let simple = symbols.iter().take(14).all(|symbol| *symbol < 2);
        let (chunk, taken) = if run >= if simple { 14 } else { 7 } || run == symbols.len() {
            (u16::from(first) << 13 | run as u16, run)
        } else if simple {
            let bits = pack(symbols, 14, 1);
            (0x8000 | bits, 14)
        } else {
            (0xc000 | pack(symbols, 7, 2), 7)
        };
        out.extend_from_slice(&chunk.to_be_bytes());
        symbols = symbols.get(taken..).unwrap_or(&[]);
    }
}

fn pack(symbols: &[u8], count: usize, bits: usize) -> u16 {
    let padded = symbols
        .iter()
        .copied()
        .chain(std::iter::repeat(0))
        .take(count);
    padded.fold(0, |packed, symbol| packed << bits | u16::from(symbol))
}

#[cfg(test)]
#[path = "twcc_tests.rs"]
mod tests;
