//! Numbers of one outgoing stream: sequence, timestamp and picture counters go on without a jump
//! over layer switches, pauses and new sources.
//!
//! An epoch is a stretch from one source. Within it every number differs from the source's by a
//! constant, so a packet that is late or asked for again finds its number without any table.

use std::collections::VecDeque;
use std::time::Instant;

use crate::ingress::{Clock, Packet};

/// Epochs remembered for late packets and NACKs.
const EPOCHS: usize = 6;

/// Where an epoch's packets come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    pub layer: usize,
    pub generation: u32,
    /// Outgoing index minus the source's sequence number.
    sequence: i64,
    /// Added to the source's, each modulo its width.
    pub timestamp: u32,
    pub picture: u16,
    pub tl0: u8,
    pub frame: u16,
    first: u64,
    last: u64,
}

/// A packet's place in the outgoing stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// Extended sequence number.
    pub index: u64,
    pub epoch: Epoch,
}

/// The newest packet sent.
#[derive(Clone, Copy, Debug)]
struct Newest {
    index: u64,
    timestamp: u32,
    at: Instant,
}

/// The state of one outgoing stream.
#[derive(Debug)]
pub struct Rewriter {
    first_index: u64,
    first_timestamp: u32,
    epochs: VecDeque<Epoch>,
    newest: Option<Newest>,
    picture: Option<u16>,
    tl0: Option<u8>,
    frame: Option<u16>,
}

impl Rewriter {
    /// A stream that begins at these numbers. `first_index` should be below 32,768 (RFC 3711 leaves
    /// room for loss at the start).
    pub fn new(first_index: u64, first_timestamp: u32) -> Self {
        Self {
            first_index,
            first_timestamp,
            epochs: VecDeque::new(),
            newest: None,
            picture: None,
            tl0: None,
            frame: None,
        }
    }

    /// Go on from `packet`, the first of a new epoch. `clock` gives the sender report of a layer in
    /// a generation.
    pub fn begin(
        &mut self,
        now: Instant,
        (layer, generation): (usize, u32),
        packet: &Packet,
        clock_rate: u32,
        clock: impl Fn(usize, u32) -> Option<Clock>,
    ) {
        let next = self
            .newest
            .map_or(self.first_index, |newest| newest.index + 1);
        let timestamp = match self.newest {
            None => self.first_timestamp,
            Some(newest) => {
                self.next_timestamp(now, newest, (layer, generation), packet, clock_rate, clock)
            }
        };
        if let (Some(last), Some(newest)) = (self.epochs.back_mut(), self.newest) {
            last.last = newest.index;
        }
        if self.epochs.len() == EPOCHS {
            self.epochs.pop_front();
        }
        let picture = packet.facts.picture_id.map_or(0, |id| {
            self.picture
                .map_or(0, |last| last.wrapping_add(1).wrapping_sub(id.value))
        });
        let tl0 = packet.facts.tl0.map_or(0, |(_, value)| {
            self.tl0
                .map_or(0, |last| last.wrapping_add(1).wrapping_sub(value))
        });
        let frame = packet.frame_number().map_or(0, |value| {
            self.frame
                .map_or(0, |last| last.wrapping_add(1).wrapping_sub(value))
        });
        self.epochs.push_back(Epoch {
            layer,
            generation,
            sequence: next as i64 - packet.sequence as i64,
            timestamp: timestamp.wrapping_sub(packet.timestamp),
            picture,
            tl0,
            frame,
            first: next,
            last: u64::MAX,
        });
    }

    /// The timestamp of the first packet of a new epoch.
    fn next_timestamp(
        &self,
        now: Instant,
        newest: Newest,
        (layer, generation): (usize, u32),
        packet: &Packet,
        clock_rate: u32,
        clock: impl Fn(usize, u32) -> Option<Clock>,
    ) -> u32 {
        let elapsed = now.saturating_duration_since(newest.at).as_micros() as u64;
        let elapsed = (elapsed * u64::from(clock_rate) / 1_000_000) as u32;
        let before = self.epochs.back();
        let exact = before.and_then(|before| {
            if (before.layer, before.generation) == (layer, generation) {
                return Some(packet.timestamp.wrapping_add(before.timestamp));
            }
            // Two sources share a wall clock through their sender reports.
            let ntp = clock(layer, generation)?.ntp_of(packet.timestamp, clock_rate);
            let there = clock(before.layer, before.generation)?.timestamp_at(ntp, clock_rate);
            Some(there.wrapping_add(before.timestamp))
        });
        // An exact time that contradicts the arrival by more than a second is not believed; one
        // slightly in the past (layers are encoded one after the other) becomes the next tick.
        let believable = exact
            .map(|exact| exact.wrapping_sub(newest.timestamp) as i32)
            .filter(|ahead| (i64::from(*ahead) - i64::from(elapsed)).abs() < i64::from(clock_rate));
        let ahead = believable
            .map_or(elapsed, |ahead| ahead.max(1) as u32)
            .max(1);
        newest.timestamp.wrapping_add(ahead)
    }

    /// The place of a source's packet, if an epoch holds it.
    pub fn map(&self, layer: usize, generation: u32, sequence: u64) -> Option<Mapped> {
        self.epochs.iter().rev().find_map(|epoch| {
            let index = sequence.checked_add_signed(epoch.sequence)?;
            let ours = (epoch.layer, epoch.generation) == (layer, generation);
            let holds = ours && (epoch.first..=epoch.last).contains(&index);
            holds.then_some(Mapped {
                index,
                epoch: *epoch,
            })
        })
    }

    /// The source sequence number and place of an outgoing sequence number.
    pub fn find(&self, sequence: u16) -> Option<(u64, Mapped)> {
        let newest = self.newest?.index;
        let distance = i64::from(sequence.wrapping_sub(newest as u16) as i16);
        let index = newest
            .checked_add_signed(distance)
            .filter(|index| *index <= newest)?;
        let epoch = self
            .epochs
            .iter()
            .find(|epoch| (epoch.first..=epoch.last).contains(&index))?;
        let source = index.checked_add_signed(-epoch.sequence)?;
        Some((
            source,
            Mapped {
                index,
                epoch: *epoch,
            },
        ))
    }

    /// A packet was sent at its place.
    pub fn sent(&mut self, now: Instant, mapped: &Mapped, packet: &Packet) {
        if self
            .newest
            .is_some_and(|newest| newest.index >= mapped.index)
        {
            return;
        }
        let timestamp = packet.timestamp.wrapping_add(mapped.epoch.timestamp);
        self.newest = Some(Newest {
            index: mapped.index,
            timestamp,
            at: now,
        });
        if let Some(id) = packet.facts.picture_id {
            self.picture = Some(id.value.wrapping_add(mapped.epoch.picture) & id.mask());
        }
        if let Some((_, value)) = packet.facts.tl0 {
            self.tl0 = Some(value.wrapping_add(mapped.epoch.tl0));
        }
        if let Some(frame) = packet.frame_number() {
            self.frame = Some(frame.wrapping_add(mapped.epoch.frame));
        }
    }

    /// The current epoch, if anything was sent.
    pub fn current(&self) -> Option<&Epoch> {
        self.epochs.back()
    }

    /// Forget the sources: their layers are gone. The numbers go on.
    pub fn forget_sources(&mut self) {
        self.epochs.clear();
    }
}

#[cfg(test)]
#[path = "rewriter_tests.rs"]
mod tests;
