//! Data messages between the participants of a room.

use super::topology::Participant;
use super::{DataKind, Handle, Router};
use crate::data::{Author, relay};
use crate::error::Error;
use crate::limits;

/// A message on its way to some transports.
#[derive(Debug)]
pub(super) struct Message {
    kind: DataKind,
    bytes: Vec<u8>,
    transports: Vec<Handle>,
}

impl Router {
    /// A `livekit.DataPacket` from a client: stamped and queued for everybody it is for. Dropped if
    /// it is malformed or too large, if the sender may not, or if it was relayed before.
    pub fn handle_data(&mut self, transport: Handle, kind: DataKind, message: &[u8]) {
        if self.relay_data(transport, kind, message).is_none() {
            self.stats.packets_dropped += 1;
        }
    }

    fn relay_data(&mut self, transport: Handle, kind: DataKind, message: &[u8]) -> Option<()> {
        let index = self.transport_index.get(&transport)?;
        let author = self.transports.get(*index)?.participant;
        let participant = self.participants.get_mut(&author)?;
        if !participant.can_publish_data || message.len() > limits::DATA_BYTES {
            return None;
        }
        let stamp = Author {
            sid: &participant.sid,
            identity: &participant.identity,
        };
        let relayed = relay(message, kind, stamp)?;
        if kind == DataKind::Reliable && relayed.sequence > 0 {
            if relayed.sequence <= participant.last_sequence {
                return None;
            }
            participant.last_sequence = relayed.sequence;
        }
        let room = self.rooms.get(&participant.room)?;
        let others = room.participants.iter().filter(|other| **other != author);
        let transports = others
            .filter_map(|other| self.participants.get(other))
            .filter(|other| relayed.is_for(&other.sid, &other.identity))
            .filter_map(|other| self.data_transport(other))
            .collect();
        self.messages.push(Message {
            kind,
            bytes: relayed.bytes,
            transports,
        });
        Some(())
    }

    /// A `livekit.DataPacket` from the server, to all in the room or to these participants. Errors:
    /// unknown room, or a packet that is too large. Participants that are not there are left out.
    pub fn send_data(
        &mut self,
        room: Handle,
        kind: DataKind,
        packet: &[u8],
        to: Option<&[Handle]>,
    ) -> Result<(), Error> {
        let entry = self
            .rooms
            .get(&room)
            .ok_or_else(|| Error::unknown("room", room))?;
        if packet.len() > limits::DATA_BYTES {
            return Err(Error::Invalid(
                "the data packet is longer than 64,000 bytes".to_owned(),
            ));
        }
        let chosen = entry
            .participants
            .iter()
            .filter(|one| to.is_none_or(|to| to.contains(one)));
        let transports = chosen
            .filter_map(|one| self.participants.get(one))
            .filter_map(|one| self.data_transport(one))
            .collect();
        self.messages.push(Message {
            kind,
            bytes: packet.to_vec(),
            transports,
        });
        Ok(())
    }

    /// Hand out the data messages of the last batch, in order.
    pub fn drain_data(&mut self, sink: &mut dyn FnMut(Handle, DataKind, &[u8])) {
        for message in self.messages.drain(..) {
            for transport in message.transports {
                sink(transport, message.kind, &message.bytes);
            }
        }
    }

    fn data_transport(&self, participant: &Participant) -> Option<Handle> {
        participant.transports.iter().copied().find(|handle| {
            let index = self.transport_index.get(handle);
            let transport = index.and_then(|index| self.transports.get(*index));
            transport.is_some_and(|transport| transport.carries_data_out())
        })
    }
}
