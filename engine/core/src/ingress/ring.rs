//! The last packets of a layer, by sequence number: the cache that answers every subscriber's NACK.

use std::sync::Arc;

use super::Packet;

/// A ring of shared packets.
#[derive(Debug)]
pub struct Ring {
    slots: Vec<Option<Arc<Packet>>>,
}

impl Ring {
    /// A ring for `capacity` packets.
    pub fn new(capacity: usize) -> Self {
        Self {
            slots: vec![None; capacity],
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
        if !newer {
            self.slots[at] = Some(packet);
        }
    }

    /// Let go of all packets.
    pub fn clear(&mut self) {
        self.slots.fill(None);
    }

    fn at(&self, sequence: u64) -> usize {
        (sequence % self.slots.len() as u64) as usize
    }
}
