//! Rooms, participants and transports come and go.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use super::transport::Transport;
use super::{Handle, Role, Router};
use crate::data::History;
use crate::egress::PlayoutDelay;
use crate::error::Error;
use crate::limits;
use crate::srtp::{self, Profile};

/// A room: who is in it, and who was last told to speak.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub participants: Vec<Handle>,
    pub armed: Option<Instant>,
    /// What video packets tell their receivers; `None`: nothing.
    pub playout: Option<PlayoutDelay>,
    pub speakers: Vec<(Handle, f32)>,
    /// Identities that the server itself answers to.
    pub listeners: HashSet<String>,
    /// Reliable messages of late, by the sid of their publisher.
    pub histories: HashMap<String, History>,
    /// A timer will look at their age.
    pub histories_armed: bool,
}

/// A participant in the terms of data messages.
#[derive(Debug)]
pub(super) struct Participant {
    pub room: Handle,
    pub sid: String,
    pub identity: String,
    pub can_publish_data: bool,
    pub transports: Vec<Handle>,
    /// Of reliable messages; a client that resumes sends some again.
    pub last_sequence: u32,
}

impl Router {
    /// Begin a room. Opening an open one does nothing.
    pub fn open_room(&mut self, room: Handle) {
        self.rooms.entry(room).or_default();
    }

    /// Tell receivers of a room's video to show it so many milliseconds after it was captured, for
    /// what is subscribed from now on. Both zero: say nothing.
    pub fn set_playout_delay(
        &mut self,
        room: Handle,
        min_ms: u32,
        max_ms: u32,
    ) -> Result<(), Error> {
        let entry = self.rooms.get_mut(&room);
        let entry = entry.ok_or_else(|| Error::unknown("room", room))?;
        entry.playout = PlayoutDelay::new(min_ms, max_ms);
        Ok(())
    }

    /// The playout delay of a participant's room.
    pub(super) fn playout_of(&self, participant: Handle) -> Option<PlayoutDelay> {
        let room = self.participants.get(&participant)?.room;
        self.rooms.get(&room)?.playout
    }

    /// End a room and everything in it; returns the transports that are gone.
    pub fn close_room(&mut self, room: Handle) -> Result<Vec<Handle>, Error> {
        let ended = self
            .rooms
            .remove(&room)
            .ok_or_else(|| Error::unknown("room", room))?;
        let mut gone = Vec::new();
        for participant in ended.participants {
            gone.extend(self.remove_participant(participant)?);
        }
        Ok(gone)
    }

    /// Add a participant to a room. Errors: unknown room, or a handle that is there already.
    pub fn add_participant(
        &mut self,
        room: Handle,
        participant: Handle,
        sid: String,
        identity: String,
        can_publish_data: bool,
    ) -> Result<(), Error> {
        if self.participants.contains_key(&participant) {
            return Err(Error::Invalid(format!(
                "participant {participant} is there already"
            )));
        }
        let entry = self
            .rooms
            .get_mut(&room)
            .ok_or_else(|| Error::unknown("room", room))?;
        entry.participants.push(participant);
        let transports = Vec::new();
        let added = Participant {
            room,
            sid,
            identity,
            can_publish_data,
            transports,
            last_sequence: 0,
        };
        self.participants.insert(participant, added);
        Ok(())
    }

    /// Allow or forbid data messages from a participant.
    pub fn set_can_publish_data(
        &mut self,
        participant: Handle,
        allowed: bool,
    ) -> Result<(), Error> {
        let entry = self.participants.get_mut(&participant);
        let entry = entry.ok_or_else(|| Error::unknown("participant", participant))?;
        entry.can_publish_data = allowed;
        Ok(())
    }

    /// Remove a participant with its tracks; returns the transports that are gone.
    pub fn remove_participant(&mut self, participant: Handle) -> Result<Vec<Handle>, Error> {
        let Some(gone) = self.participants.remove(&participant) else {
            return Err(Error::unknown("participant", participant));
        };
        if let Some(room) = self.rooms.get_mut(&gone.room) {
            room.participants.retain(|handle| *handle != participant);
            // What was sent just before stays for receivers that resume, as long as they are few.
            let kept = room.histories.len().saturating_sub(room.participants.len());
            if kept > limits::HISTORY_DEPARTED {
                room.histories.remove(&gone.sid);
            }
        }
        for transport in &gone.transports {
            self.remove_transport(*transport)?;
        }
        Ok(gone.transports)
    }

    /// Add a transport to a participant. Errors: unknown participant, or a handle in use.
    pub fn add_transport(
        &mut self,
        participant: Handle,
        transport: Handle,
        role: Role,
    ) -> Result<(), Error> {
        if self.transport_index.contains_key(&transport) {
            return Err(Error::Invalid(format!(
                "transport {transport} is there already"
            )));
        }
        let owner = self.participants.get_mut(&participant);
        let owner = owner.ok_or_else(|| Error::unknown("participant", participant))?;
        owner.transports.push(transport);
        let added = Transport::new(transport, participant, role, self.random.ssrc());
        let index = self.transports.insert(added);
        self.transport_index.insert(transport, index);
        Ok(())
    }

    /// Remove a transport with its tracks and subscriptions.
    pub fn remove_transport(&mut self, transport: Handle) -> Result<(), Error> {
        let index = self.transport_of(transport)?;
        let Some(removed) = self.transports.get(index) else {
            return Err(Error::unknown("transport", transport));
        };
        let subscriptions = removed.subscriptions.clone();
        let publications = removed.inbound.publications.clone();
        for subscription in subscriptions {
            self.remove_subscription(subscription);
        }
        for publication in publications {
            self.remove_publication(publication);
        }
        self.transport_index.remove(&transport);
        if let Some(removed) = self.transports.remove(index)
            && let Some(owner) = self.participants.get_mut(&removed.participant)
        {
            owner.transports.retain(|handle| *handle != transport);
        }
        self.pacing.retain(|pacing| *pacing != index);
        self.reporting.retain(|reporting| *reporting != index);
        Ok(())
    }

    /// The keys of DTLS (RFC 5764 section 4.2). `dtls_active`: we were the DTLS client. The same
    /// material again changes nothing: its packet counters live on.
    pub fn set_keys(
        &mut self,
        transport: Handle,
        profile: Profile,
        keying_material: &[u8],
        dtls_active: bool,
        now: Instant,
    ) -> Result<(), Error> {
        let index = self.transport_of(transport)?;
        let Some(transport) = self.transports.get_mut(index) else {
            return Err(Error::unknown("transport", transport));
        };
        if transport.keyed_with == keying_material {
            return Ok(());
        }
        let (tx, rx) = srtp::contexts(profile, keying_material, dtls_active)
            .map_err(|error| Error::Invalid(error.to_string()))?;
        transport.keyed_with = keying_material.to_vec();
        transport.sender.srtp = Some(tx);
        transport.receiver = Some(rx);
        for subscription in transport.subscriptions.clone() {
            if let Some(subscription) = self.subscriptions.get_mut(subscription) {
                subscription.keys_changed();
            }
            self.retarget(subscription, now);
        }
        Ok(())
    }
}
