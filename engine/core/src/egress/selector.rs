//! Which frames of a layered stream a subscriber gets: those of one decode target, changed only where
//! everything that follows can be decoded (RTP Payload Format For AV1, sections A.4.3 and A.4.4).

use crate::codec::{Frame, LayerPoint, Targets};
use crate::ingress::Packet;

/// After a change the active targets are told on the first packets of this many frames.
const TOLD: u8 = 8;

/// One subscription's choice within one stream.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    current: Option<u8>,
    most: LayerPoint,
    wanted: Option<u8>,
    /// Frames that were sent: bit i is the one i before `newest`.
    sent: u64,
    newest: u16,
    /// The picture at hand, and its newest packet.
    timestamp: Option<u32>,
    sequence: Option<u64>,
    tell: u8,
}

impl Selector {
    /// Aim at the best target within a place; it is reached at the next frame that allows it.
    /// `targets` are those of the stream that is sent.
    pub fn aim(&mut self, targets: &Targets, most: LayerPoint) {
        self.most = most;
        self.wanted = targets.choose(most);
    }

    /// Whether only a keyframe leads to what is aimed at.
    pub fn wants_keyframe(&self, targets: &Targets) -> bool {
        let (Some(current), Some(wanted)) = (self.current, self.wanted) else {
            return false;
        };
        let other = targets.point(current).spatial != targets.point(wanted).spatial;
        other && !targets.is_inside(wanted, current)
    }

    /// The layers sent now.
    pub fn point(&self, targets: &Targets) -> Option<LayerPoint> {
        self.current.map(|current| targets.point(current))
    }

    /// Begin anew with a keyframe. Returns the target.
    pub fn begin(&mut self, targets: &Targets, packet: &Packet) -> u8 {
        *self = Self {
            most: self.most,
            wanted: targets.choose(self.most),
            ..Self::default()
        };
        (self.timestamp, self.sequence) = (Some(packet.timestamp), Some(packet.sequence));
        self.restart(targets, packet.facts.frame.unwrap_or_default().switches)
    }

    fn restart(&mut self, targets: &Targets, switches: u32) -> u8 {
        let best = targets.best(switches, self.most);
        let chosen = best.or_else(|| targets.choose(self.most)).unwrap_or(0);
        self.become_target(chosen);
        chosen
    }

    fn become_target(&mut self, target: u8) {
        if self.current != Some(target) {
            self.current = Some(target);
            self.tell = TOLD;
        }
    }

    /// Look at the next packet of the stream, in order: whether it is sent, and as part of which
    /// target. `None`: nothing is known of its frame yet.
    pub fn look(&mut self, targets: &Targets, packet: &Packet) -> Option<(bool, u8)> {
        let frame = packet.facts.frame?;
        let current = self.current?;
        // The lowest layer is always first; of another one only the packet before it tells.
        let first =
            frame.spatial == 0 || self.sequence.is_some_and(|one| one + 1 == packet.sequence);
        let opens = first && self.timestamp != Some(packet.timestamp);
        self.sequence = Some(packet.sequence);
        self.timestamp = Some(packet.timestamp);
        if packet.facts.keyframe && frame.present != 0 {
            self.restart(targets, frame.switches);
        } else if Some(current) != self.wanted && frame.starts {
            self.change(targets, &frame, current, opens);
        }
        let target = self.current?;
        Some((is_in(&frame, target), target))
    }

    /// Change the target if this frame allows it. `opens`: it is the first of its picture.
    fn change(&mut self, targets: &Targets, frame: &Frame, current: u8, opens: bool) {
        let now = targets.point(current);
        let sent_now = targets.active >> current & 1 == 1;
        let too_high = !now.is_within(self.most) || !sent_now;
        if too_high && opens {
            // Down to what was sent all along, at once.
            let inside = (0..targets.len() as u8)
                .filter(|inner| targets.is_inside(*inner, current))
                .fold(0u32, |mask, inner| mask | 1 << inner);
            if let Some(lower) = targets.best(inside, self.most) {
                self.become_target(lower);
            }
        }
        let Some(current) = self.current else { return };
        let now = targets.point(current);
        if frame.from >> current & 1 == 0 || !self.has_all_for(frame) {
            return;
        }
        let Some(next) = targets.best(frame.switches, self.most) else {
            return;
        };
        let point = targets.point(next);
        // Another spatial layer in the middle of a picture would end the picture twice.
        let crosses = point.spatial != now.spatial && !(opens && frame.number.is_some());
        if !crosses && (point > now || !now.is_within(self.most)) {
            self.become_target(next);
        }
    }

    /// Whether all frames that this one needs were sent.
    fn has_all_for(&self, frame: &Frame) -> bool {
        let Some(number) = frame.number else {
            return true;
        };
        let ahead = number.wrapping_sub(self.newest) as i16;
        let there = match i32::from(ahead) {
            ahead @ 1.. => self.sent.checked_shl(ahead as u32 - 1),
            behind => self.sent.checked_shr((1 - behind) as u32),
        };
        frame.needs & !there.unwrap_or(0) == 0 && !frame.needs_far
    }

    /// A frame's packet was sent.
    pub fn sent(&mut self, packet: &Packet) {
        let Some(frame) = packet.facts.frame else {
            return;
        };
        let Some(number) = frame.number else { return };
        let ahead = i32::from(number.wrapping_sub(self.newest) as i16);
        if self.sent == 0 || ahead > 0 {
            let gone = if self.sent == 0 { 64 } else { ahead as u32 };
            self.sent = self.sent.checked_shl(gone).unwrap_or(0) | 1;
            self.newest = number;
        } else {
            self.sent |= 1u64.checked_shl(ahead.unsigned_abs()).unwrap_or(0);
        }
    }

    /// The active targets to tell on this packet: always with a structure, a few times after a change
    /// (section A.4.4).
    pub fn told(&mut self, targets: &Targets, target: u8, packet: &Packet) -> Option<u32> {
        let frame = packet.facts.frame?;
        let attached = packet.described.attached.is_some();
        let due = attached || (self.tell > 0 && frame.starts);
        if !due || packet.described.targets == 0 {
            return None;
        }
        self.tell = self.tell.saturating_sub(u8::from(frame.starts));
        Some(targets.active_within(targets.point(target)) | 1 << target)
    }
}

/// Whether a frame belongs to a target.
pub fn is_in(frame: &Frame, target: u8) -> bool {
    frame.present >> target & 1 == 1
}

/// Whether a packet of a target is the last of its picture: the sender's marker is behind the highest
/// layer, which may be left out.
pub fn ends_picture(targets: &Targets, target: u8, packet: &Packet) -> bool {
    let layered = packet.facts.frame.filter(|frame| {
        frame.ends && frame.spatial == targets.point(target).spatial && targets.len() > 1
    });
    packet.marker || layered.is_some()
}
