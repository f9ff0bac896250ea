//! The last packets of a layer, by sequence number: the cache that answers every subscriber's NACK.

use std::sync::Arc;

use crate::limits;

use super::Packet;

/// A ring of shared packets, bounded in number and in age: a slow layer would otherwise hold
/// minutes of video that nobody asks for again.
#[derive(Debug)]
pub struct Ring {
    slots: Vec<Option<Arc<Packet>>>,
    /// Everything below this sequence number has been let go.
    tail: u64,
}

impl Ring {
    /// A ring for `capacity` packets.
    pub fn new(capacity: usize) -> Self {
        Self {
            slots: vec![None; capacity],
            tail: 0,
        }
    }

    /// The packet with this extended sequence number, if it is still here.
    pub fn get(&self, sequence: u64) -> Option<&Arc<Packet>> {
        let slot = self.slots[self.at(sequence)].as_ref();
        slot.filter(|packet| packet.sequence == sequence)
    }

    /// Keep a packet; a newer one in its place stays.
    pub fn put(&mut self, packet: Arc<Packet>) {
        let at = self.at(packet.sequence);
        let newer = self.slots[at]
            .as_ref()
            .is_some_and(|old| old.sequence > packet.sequence);
        if newer {
            return;
        }
        let span = self.slots.len() as u64 - 1;
        self.tail = self.tail.max(packet.sequence.saturating_sub(span));
        let newest = (packet.sequence, packet.timestamp);
        let oldest = limits::RING_SECONDS * packet.codec.clock_rate();
        self.slots[at] = Some(packet);
        self.let_go(newest, oldest);
    }

    /// Let go of all packets.
    pub fn clear(&mut self) {
        self.slots.fill(None);
        self.tail = 0;
    }

    /// Let go of what is more than `oldest` ticks older than the newest packet, and of gaps.
    fn let_go(&mut self, (sequence, timestamp): (u64, u32), oldest: u32) {
        while self.tail < sequence {
            let young = self.get(self.tail).is_some_and(|packet| {
                timestamp.wrapping_sub(packet.timestamp).cast_signed() <= oldest.cast_signed()
            });
            if young {
                return;
            }
            let at = self.at(self.tail);
            self.slots[at] = None;
            self.tail += 1;
        }
    }

    fn at(&self, sequence: u64) -> usize {
        (sequence % self.slots.len() as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::super::Layering;
    use super::*;
    use crate::rtp::RtpPacket;
    use crate::sdp::{Codec, ExtensionIds};

    fn packet(sequence: u64, timestamp: u32) -> Arc<Packet> {
        let mut bytes = vec![0x80, 96, 0, 0];
        bytes.extend_from_slice(&timestamp.to_be_bytes());
        bytes.extend_from_slice(&[0, 0, 0, 1, 0x10, 0]);
        let received = RtpPacket::parse(&bytes).expect("a packet");
        let ids = ExtensionIds::default();
        Arc::new(Packet::new(
            &received,
            &ids,
            &[0x10, 0],
            sequence,
            (96, Codec::Vp8),
            &mut Layering::default(),
        ))
    }

    fn held(ring: &Ring) -> Vec<u64> {
        (0..200).filter(|at| ring.get(*at).is_some()).collect()
    }

    #[test]
    fn a_slow_layer_holds_seconds_not_its_capacity() {
        let mut ring = Ring::new(64);
        let second = Codec::Vp8.clock_rate();
        for sequence in 100..140 {
            ring.put(packet(sequence, (sequence as u32) * second));
        }
        let kept = u64::from(limits::RING_SECONDS);
        assert_eq!(held(&ring), (139 - kept..=139).collect::<Vec<_>>());
    }

    #[test]
    fn gaps_and_late_packets_are_found_while_they_are_young() {
        let mut ring = Ring::new(8);
        for sequence in [10, 11, 13] {
            ring.put(packet(sequence, 90 * sequence as u32));
        }
        assert!(ring.get(12).is_none());
        ring.put(packet(12, 90 * 12));
        assert_eq!(held(&ring), [10, 11, 12, 13]);
        for sequence in 14..30 {
            ring.put(packet(sequence, 90 * sequence as u32));
        }
        assert_eq!(held(&ring), (22..30).collect::<Vec<_>>());
    }
}
