//! Numbers of one outgoing stream: sequence, timestamp and picture counters go on without a jump
//! over layer switches, pauses, frames left out and new sources.
//!
//! An epoch is a stretch from one source; a segment is a stretch of it without anything left out.
//! Within a segment every number differs from the source's by a constant, so a packet that is late
//! or asked for again finds its number by its segment.

use std::collections::VecDeque;
use std::time::Instant;

use super::gap::Edge;
use crate::codec::descriptor::TEMPLATE_IDS;
use crate::ingress::{Clock, Packet};

/// Epochs and segments remembered for late packets and NACKs.
const EPOCHS: usize = 6;
const SEGMENTS: usize = 256;

/// Where packets come from, and what is added to their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    id: u64,
    pub layer: usize,
    pub generation: u32,
    /// Added to the source's, each modulo its width.
    pub timestamp: u32,
    pub tl0: u8,
    pub frame: u16,
    pub template: u8,
}

/// Source packets that are or may be sent, each one number after the other.
#[derive(Clone, Copy, Debug)]
struct Segment {
    epoch: u64,
    /// Source sequence numbers, both inside.
    first: u64,
    last: u64,
    /// The outgoing number of the first.
    index: u64,
    picture: u16,
    target: u8,
}

/// A packet's place in the outgoing stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// Extended sequence number.
    pub index: u64,
    pub epoch: Epoch,
    /// Added to picture ids.
    pub picture: u16,
    /// The decode target that was sent there.
    pub target: u8,
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
    next_index: u64,
    first_timestamp: u32,
    epochs: VecDeque<Epoch>,
    segments: VecDeque<Segment>,
    begun: u64,
    /// The newest packet of the current epoch that was looked at.
    edge: Option<Edge>,
    /// Added to picture ids of the current epoch's next segment.
    shift: u16,
    newest: Option<Newest>,
    picture: Option<u16>,
    tl0: Option<u8>,
    frame: Option<u16>,
    /// The template id after those of the last structure sent.
    template: Option<u8>,
}

impl Rewriter {
    /// A stream that begins at these numbers. `first_index` should be below 32,768 (RFC 3711 leaves
    /// room for loss at the start).
    pub fn new(first_index: u64, first_timestamp: u32) -> Self {
        Self {
            next_index: first_index,
            first_timestamp,
            epochs: VecDeque::new(),
            segments: VecDeque::new(),
            begun: 0,
            edge: None,
            shift: 0,
            newest: None,
            picture: None,
            tl0: None,
            frame: None,
            template: None,
        }
    }

    /// Go on from `packet`, the first of a new epoch, which is sent. `clock` gives the sender report
    /// of a layer in a generation.
    pub fn begin(
        &mut self,
        now: Instant,
        (layer, generation): (usize, u32),
        packet: &Packet,
        clock_rate: u32,
        clock: impl Fn(usize, u32) -> Option<Clock>,
    ) {
        let timestamp = match self.newest {
            None => self.first_timestamp,
            Some(newest) => {
                self.next_timestamp(now, newest, (layer, generation), packet, clock_rate, clock)
            }
        };
        if self.epochs.len() == EPOCHS {
            self.epochs.pop_front();
        }
        self.shift = match (self.picture, packet.facts.picture_id) {
            (Some(last), Some(id)) => last.wrapping_add(1).wrapping_sub(id.value),
            _ => 0,
        };
        let tl0 = match (self.tl0, packet.facts.tl0) {
            (Some(last), Some((_, value))) => last.wrapping_add(1).wrapping_sub(value),
            _ => 0,
        };
        let frame = match (self.frame, packet.frame_number()) {
            (Some(last), Some(value)) => last.wrapping_add(1).wrapping_sub(value),
            _ => 0,
        };
        let template = match (self.template, packet.described.attached) {
            (Some(next), Some((offset, _))) => next.wrapping_sub(offset) % TEMPLATE_IDS,
            _ => 0,
        };
        self.begun += 1;
        self.edge = None;
        self.epochs.push_back(Epoch {
            id: self.begun,
            layer,
            generation,
            timestamp: timestamp.wrapping_sub(packet.timestamp),
            tl0,
            frame,
            template,
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

    /// Whether a packet of the current epoch comes after all that were looked at.
    pub fn is_next(&self, sequence: u64) -> bool {
        self.edge.is_none_or(|edge| sequence > edge.sequence)
    }

    /// Give the next packet of the current epoch its number. Packets missing before it keep theirs,
    /// unless it is plain that they will not be wanted.
    pub fn take(&mut self, packet: &Packet, target: u8) -> Option<Mapped> {
        let epoch = *self.epochs.back()?;
        self.look_at(epoch.id, Edge::new(packet, target, false));
        self.count(epoch.id, packet.sequence, packet.sequence, target);
        Some(Mapped {
            index: self.next_index - 1,
            epoch,
            picture: self.shift,
            target,
        })
    }

    /// Leave out the next packet of the current epoch: those after it take its number.
    pub fn leave_out(&mut self, packet: &Packet, target: u8) {
        let Some(epoch) = self.epochs.back() else {
            return;
        };
        let edge = Edge::new(packet, target, true);
        let before = self.look_at(epoch.id, edge);
        if before.is_some_and(|before| edge.leaves_out_another_picture(&before)) {
            self.shift = self.shift.wrapping_sub(1);
        }
    }

    /// Go on to a packet. What is missing before it belongs to the target that was sent until then.
    fn look_at(&mut self, epoch: u64, edge: Edge) -> Option<Edge> {
        let before = self.edge.replace(edge)?;
        let kept = before.missing_wanted(&edge);
        if kept > 0 {
            let first = edge.sequence - kept;
            self.count(epoch, first, edge.sequence - 1, before.target);
        }
        Some(before)
    }

    /// Give numbers to a stretch of source packets.
    fn count(&mut self, epoch: u64, first: u64, last: u64, target: u8) {
        let goes_on = self.segments.back_mut().filter(|segment| {
            let same = (segment.target, segment.picture) == (target, self.shift);
            segment.epoch == epoch && segment.last + 1 == first && same
        });
        match goes_on {
            Some(segment) => segment.last = last,
            None => self.open(epoch, first, last, target),
        }
        self.next_index += last - first + 1;
    }

    fn open(&mut self, epoch: u64, first: u64, last: u64, target: u8) {
        if self.segments.len() == SEGMENTS {
            self.segments.pop_front();
        }
        self.segments.push_back(Segment {
            epoch,
            first,
            last,
            index: self.next_index,
            picture: self.shift,
            target,
        });
    }

    /// The place of a source's packet that was counted before.
    pub fn map(&self, layer: usize, generation: u32, sequence: u64) -> Option<Mapped> {
        self.segments.iter().rev().find_map(|segment| {
            if !(segment.first..=segment.last).contains(&sequence) {
                return None;
            }
            let epoch = self.epoch(segment.epoch)?;
            let ours = (epoch.layer, epoch.generation) == (layer, generation);
            ours.then(|| segment.mapped(epoch, segment.index + (sequence - segment.first)))
        })
    }

    /// The source sequence number and place of an outgoing sequence number.
    pub fn find(&self, sequence: u16) -> Option<(u64, Mapped)> {
        let newest = self.next_index.checked_sub(1)?;
        let distance = i64::from(sequence.wrapping_sub(newest as u16) as i16);
        let index = newest
            .checked_add_signed(distance)
            .filter(|index| *index <= newest)?;
        let segment = self
            .segments
            .iter()
            .rev()
            .find(|segment| segment.index <= index)?;
        let source = segment.first + (index - segment.index);
        let epoch = self.epoch(segment.epoch)?;
        (source <= segment.last).then(|| (source, segment.mapped(epoch, index)))
    }

    fn epoch(&self, id: u64) -> Option<&Epoch> {
        self.epochs.iter().rev().find(|epoch| epoch.id == id)
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
            self.picture = Some(id.value.wrapping_add(mapped.picture) & id.mask());
        }
        if let Some((_, value)) = packet.facts.tl0 {
            self.tl0 = Some(value.wrapping_add(mapped.epoch.tl0));
        }
        if let Some(frame) = packet.frame_number() {
            self.frame = Some(frame.wrapping_add(mapped.epoch.frame));
        }
        if let Some((offset, templates)) = packet.described.attached {
            let next = offset
                .wrapping_add(templates)
                .wrapping_add(mapped.epoch.template);
            self.template = Some(next % TEMPLATE_IDS);
        }
    }

    /// The timestamp of the newest packet sent.
    pub fn newest_timestamp(&self) -> u32 {
        self.newest
            .map_or(self.first_timestamp, |newest| newest.timestamp)
    }

    /// The current epoch, if anything was sent.
    pub fn current(&self) -> Option<&Epoch> {
        self.epochs.back()
    }

    /// Forget the sources: their layers are gone. The numbers go on.
    pub fn forget_sources(&mut self) {
        self.epochs.clear();
        self.segments.clear();
        self.edge = None;
    }
}

impl Segment {
    fn mapped(&self, epoch: &Epoch, index: u64) -> Mapped {
        Mapped {
            index,
            epoch: *epoch,
            picture: self.picture,
            target: self.target,
        }
    }
}

#[cfg(test)]
#[path = "rewriter_tests.rs"]
mod tests;
