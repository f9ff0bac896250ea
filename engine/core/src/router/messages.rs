//! Data messages between the participants of a room.

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Instant;

use super::timers::Timer;
use super::topology::{Participant, Room};
use super::{DataKind, Handle, Router, RouterEvent};
use crate::data::{Author, Relayed, relay};
use crate::error::Error;
use crate::limits;

/// Takes a message for a transport.
pub type DataSink<'a> = dyn FnMut(Handle, DataKind, &Arc<[u8]>) + 'a;

/// A message on its way to some transports.
#[derive(Debug)]
pub(super) struct Message {
    kind: DataKind,
    bytes: Arc<[u8]>,
    transports: Vec<Handle>,
}

impl Router {
    /// A `livekit.DataPacket` from a client: stamped and queued for everybody it is for. Dropped if
    /// it is malformed or too large, if the sender may not, or if it was relayed before.
    pub fn handle_data(&mut self, now: Instant, transport: Handle, kind: DataKind, message: &[u8]) {
        if self.relay_data(now, transport, kind, message).is_none() {
            self.stats.packets_dropped += 1;
        }
    }

    fn relay_data(
        &mut self,
        now: Instant,
        transport: Handle,
        kind: DataKind,
        message: &[u8],
    ) -> Option<()> {
        let index = self.transport_index.get(&transport)?;
        let author = self.transports.get(*index)?.participant;
        let participant = self.participants.get_mut(&author)?;
        if !participant.can_publish_data || message.len() > limits::DATA_PACKET_BYTES {
            return None;
        }
        let stamp = Author {
            sid: &participant.sid,
            identity: &participant.identity,
        };
        let relayed = relay(message, kind, stamp)?;
        let counted = kind == DataKind::Reliable && relayed.sequence > 0;
        if counted {
            if relayed.sequence <= participant.last_sequence {
                return None;
            }
            participant.last_sequence = relayed.sequence;
        }
        let (sid, handle) = (participant.sid.clone(), participant.room);
        let recipients = self.recipients(handle, author, &relayed)?;
        let bytes: Arc<[u8]> = relayed.bytes.into();
        let transports = recipients
            .iter()
            .filter_map(|to| self.participants.get(to))
            .filter_map(|to| self.data_transport(to))
            // Counted messages reach a client that is still connecting when its channels open.
            .filter(|to| !counted || self.is_data_open(*to))
            .collect();
        self.messages.push(Message {
            kind,
            bytes: Arc::clone(&bytes),
            transports,
        });
        let room = self.rooms.get_mut(&handle)?;
        if relayed
            .identities
            .iter()
            .any(|to| room.listeners.contains(to))
        {
            self.events.push_back(RouterEvent::ServerData {
                room: handle,
                participant: author,
                packet: Arc::clone(&bytes),
            });
        }
        if counted && !recipients.is_empty() {
            let history = room.histories.entry(sid).or_default();
            history.push(now, relayed.sequence, bytes, recipients.into());
            if !std::mem::replace(&mut room.histories_armed, true) {
                let at = now + limits::HISTORY_AGE;
                self.timers.push(Reverse((at, Timer::Histories(handle))));
            }
        }
        Some(())
    }

    /// Forget old messages, and look again while some are left.
    pub(super) fn expire_histories(&mut self, handle: Handle, now: Instant) {
        let Some(room) = self.rooms.get_mut(&handle) else {
            return;
        };
        room.histories.retain(|_, history| history.expire(now));
        room.histories_armed = !room.histories.is_empty();
        if room.histories_armed {
            let at = now + limits::HISTORY_AGE / 4;
            self.timers.push(Reverse((at, Timer::Histories(handle))));
        }
    }

    fn recipients(&self, room: Handle, author: Handle, relayed: &Relayed) -> Option<Vec<Handle>> {
        let others = self.rooms.get(&room)?.participants.iter().copied();
        let is_for = |other: &Handle| {
            self.participants
                .get(other)
                .is_some_and(|one| relayed.is_for(&one.sid, &one.identity))
        };
        Some(
            others
                .filter(|other| *other != author)
                .filter(is_for)
                .collect(),
        )
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
        if packet.len() > limits::DATA_PACKET_BYTES {
            return Err(Error::Invalid(
                "the data message is longer than 64,000 bytes".to_owned(),
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
            bytes: packet.into(),
            transports,
        });
        Ok(())
    }

    /// Tell of messages to this identity with `RouterEvent::ServerData`. Errors: unknown room, or
    /// too many such identities.
    pub fn listen(&mut self, room: Handle, identity: String) -> Result<(), Error> {
        let room = self.room_mut(room)?;
        if room.listeners.len() >= limits::LISTENERS && !room.listeners.contains(&identity) {
            return Err(Error::Invalid(format!(
                "the server answers to {} identities already",
                limits::LISTENERS
            )));
        }
        room.listeners.insert(identity);
        Ok(())
    }

    /// Undo `listen`; nothing if it was not called.
    pub fn unlisten(&mut self, room: Handle, identity: &str) -> Result<(), Error> {
        self.room_mut(room)?.listeners.remove(identity);
        Ok(())
    }

    /// The highest sequence number of a participant's reliable messages; 0 before the first.
    pub fn last_sequence(&self, participant: Handle) -> Result<u32, Error> {
        let found = self.participants.get(&participant);
        let found = found.ok_or_else(|| Error::unknown("participant", participant))?;
        Ok(found.last_sequence)
    }

    /// Send again what a participant that resumed missed. `seen`: the last sequence number it has
    /// of each publisher (by sid), as it says itself (`SyncState.datachannel_receive_states`); of
    /// publishers that it does not name it has nothing. A client that names nobody may be one that
    /// does not count: it gets nothing, as it could not tell what it has twice.
    pub fn resend_data(
        &mut self,
        participant: Handle,
        seen: &[(String, u32)],
        now: Instant,
    ) -> Result<(), Error> {
        let found = self.participants.get(&participant);
        let found = found.ok_or_else(|| Error::unknown("participant", participant))?;
        let transport = self.data_transport(found);
        if let Some(transport) = transport.filter(|to| !seen.is_empty() && self.is_data_open(*to)) {
            self.replay(found.room, participant, transport, seen, now);
        }
        Ok(())
    }

    /// The data channels of a transport can be written from now on: what its participant was sent
    /// while it connected follows.
    pub fn data_opened(&mut self, transport: Handle, now: Instant) {
        let Ok(index) = self.transport_of(transport) else {
            return;
        };
        let Some(opened) = self.transports.get_mut(index) else {
            return;
        };
        if !opened.carries_data_out() || std::mem::replace(&mut opened.data_open, true) {
            return;
        }
        let owner = opened.participant;
        if let Some(room) = self.participants.get(&owner).map(|owner| owner.room) {
            self.replay(room, owner, transport, &[], now);
        }
    }

    fn replay(
        &mut self,
        room: Handle,
        receiver: Handle,
        transport: Handle,
        seen: &[(String, u32)],
        now: Instant,
    ) {
        let Some(room) = self.rooms.get_mut(&room) else {
            return;
        };
        for (publisher, history) in &mut room.histories {
            history.expire(now);
            let named = seen.iter().find(|(sid, _)| sid == publisher);
            let after = named.map_or(0, |(_, sequence)| *sequence);
            let missed = history.missed(receiver, after);
            self.messages.extend(missed.map(|bytes| Message {
                kind: DataKind::Reliable,
                bytes: Arc::clone(bytes),
                transports: vec![transport],
            }));
        }
    }

    /// Hand out the data messages of the last batch, in order.
    pub fn drain_data(&mut self, sink: &mut DataSink<'_>) {
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

    fn is_data_open(&self, transport: Handle) -> bool {
        let index = self.transport_index.get(&transport);
        let found = index.and_then(|index| self.transports.get(*index));
        found.is_some_and(|transport| transport.data_open)
    }

    fn room_mut(&mut self, room: Handle) -> Result<&mut Room, Error> {
        self.rooms
            .get_mut(&room)
            .ok_or_else(|| Error::unknown("room", room))
    }
}
