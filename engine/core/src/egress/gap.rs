//! What may be in a gap of a source: numbers are kept for packets that may still come and be wanted.

use crate::ingress::Packet;

/// A packet beside a gap, or the newest one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub sequence: u64,
    /// The decode target that was sent there.
    pub target: u8,
    number: Option<u16>,
    picture: Option<u16>,
    /// One less than the modulus of picture ids.
    mask: u16,
    counts_pictures: bool,
    spatial: u8,
    starts: bool,
    ends: bool,
    left_out: bool,
}

impl Edge {
    pub fn new(packet: &Packet, target: u8, left_out: bool) -> Self {
        let frame = packet.facts.frame.unwrap_or_default();
        let picture = packet.facts.picture_id;
        Self {
            sequence: packet.sequence,
            target,
            number: frame.number,
            picture: picture.map(|id| id.value),
            mask: picture.map_or(0, |id| id.mask()),
            counts_pictures: packet.facts.counts_pictures,
            spatial: frame.spatial,
            starts: frame.starts,
            ends: frame.ends,
            left_out,
        }
    }

    /// How many packets are missing up to a later one; none if all that can be missing belongs to
    /// frames that are left out.
    pub fn missing_wanted(&self, next: &Self) -> u64 {
        let missing = next.sequence.saturating_sub(self.sequence + 1);
        let rest_of_this = !self.ends && !self.left_out;
        let start_of_next = !next.starts && !next.left_out;
        if self.is_followed_by(next) && !rest_of_this && !start_of_next {
            return 0;
        }
        missing
    }

    /// The later packet is of the same frame or of the next one: no whole frame is between.
    fn is_followed_by(&self, next: &Self) -> bool {
        if let (Some(one), Some(other)) = (self.number, next.number) {
            return other.wrapping_sub(one) <= 1;
        }
        let (Some(one), Some(other)) = (self.picture, next.picture) else {
            return false;
        };
        match other.wrapping_sub(one) & next.mask {
            0 => next.spatial.wrapping_sub(self.spatial) <= 1,
            // The picture before may have gone on in higher layers, which were then left out like
            // this one; its last packet is known only if it was.
            1 => next.spatial == 0 && self.left_out,
            _ => false,
        }
    }

    /// This packet, which is left out, is of another picture than the one before it, of a stream
    /// whose pictures are counted without gaps.
    pub fn leaves_out_another_picture(&self, before: &Self) -> bool {
        self.counts_pictures && self.picture.is_some() && self.picture != before.picture
    }
}
