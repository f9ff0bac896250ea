//! What exists, as the callers know it: the reason that wrong handles are refused at once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use engine_core::sdp::{MediaKind, Negotiated};
use engine_core::{Handle, Role, limits};

use super::negotiation::Negotiation;
use crate::activity::Signs;
use crate::error::EngineError;

/// A track that somebody publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Track {
    pub(super) transport: Handle,
    pub(super) kind: MediaKind,
    /// The codec that was negotiated first.
    pub(super) codec: Option<&'static str>,
}

struct Participant {
    room: Handle,
    transports: HashSet<Handle>,
    signs: Arc<Signs>,
}

struct Transport {
    participant: Handle,
    negotiation: Arc<Mutex<Negotiation>>,
}

#[derive(Default)]
pub(super) struct Registry {
    rooms: HashMap<Handle, HashSet<Handle>>,
    listeners: HashMap<Handle, HashSet<String>>,
    participants: HashMap<Handle, Participant>,
    transports: HashMap<Handle, Transport>,
    tracks: HashMap<Handle, Track>,
}

type Result<T> = std::result::Result<T, EngineError>;

impl Registry {
    pub(super) fn open_room(&mut self, room: Handle) -> Result<()> {
        new_handle("room", room, self.rooms.contains_key(&room))?;
        self.rooms.insert(room, HashSet::new());
        Ok(())
    }

    /// The tracks that ended by it are returned, here and below.
    pub(super) fn close_room(&mut self, room: Handle) -> Result<Vec<Handle>> {
        let members = self
            .rooms
            .get(&room)
            .ok_or_else(|| EngineError::unknown("room", room))?;
        let mut ended = Vec::new();
        for participant in members.clone() {
            ended.extend(self.remove_participant(participant)?);
        }
        self.rooms.remove(&room);
        self.listeners.remove(&room);
        Ok(ended)
    }

    pub(super) fn check_room(&self, room: Handle) -> Result<()> {
        known("room", room, self.rooms.contains_key(&room))
    }

    /// Too many identities in one room are refused.
    pub(super) fn listen(&mut self, room: Handle, identity: &str) -> Result<()> {
        self.check_room(room)?;
        let known = self.listeners.entry(room).or_default();
        if known.len() >= limits::LISTENERS && !known.contains(identity) {
            let text = format!("the server answers to {} identities already", known.len());
            return Err(EngineError::Invalid(text));
        }
        known.insert(identity.to_owned());
        Ok(())
    }

    pub(super) fn unlisten(&mut self, room: Handle, identity: &str) -> Result<()> {
        self.check_room(room)?;
        if let Some(known) = self.listeners.get_mut(&room) {
            known.remove(identity);
        }
        Ok(())
    }

    pub(super) fn add_participant(
        &mut self,
        room: Handle,
        participant: Handle,
        signs: Signs,
    ) -> Result<()> {
        let exists = self.participants.contains_key(&participant);
        let members = self
            .rooms
            .get_mut(&room)
            .ok_or_else(|| EngineError::unknown("room", room))?;
        new_handle("participant", participant, exists)?;
        members.insert(participant);
        self.participants.insert(
            participant,
            Participant {
                room,
                transports: HashSet::new(),
                signs: Arc::new(signs),
            },
        );
        Ok(())
    }

    pub(super) fn check_participant(&self, participant: Handle) -> Result<()> {
        known(
            "participant",
            participant,
            self.participants.contains_key(&participant),
        )
    }

    pub(super) fn signs(&self, participant: Handle) -> Result<Arc<Signs>> {
        self.participants
            .get(&participant)
            .map(|found| Arc::clone(&found.signs))
            .ok_or_else(|| EngineError::unknown("participant", participant))
    }

    /// The signs of the participant whose transport it is.
    pub(super) fn signs_of_transport(&self, transport: Handle) -> Result<Arc<Signs>> {
        let found = self.transports.get(&transport);
        let owner = found.and_then(|found| self.participants.get(&found.participant));
        owner
            .map(|owner| Arc::clone(&owner.signs))
            .ok_or_else(|| EngineError::unknown("transport", transport))
    }

    pub(super) fn remove_participant(&mut self, participant: Handle) -> Result<Vec<Handle>> {
        let gone = self
            .participants
            .remove(&participant)
            .ok_or_else(|| EngineError::unknown("participant", participant))?;
        if let Some(members) = self.rooms.get_mut(&gone.room) {
            members.remove(&participant);
        }
        let mut ended = Vec::new();
        for transport in gone.transports {
            self.transports.remove(&transport);
            ended.extend(self.end_tracks(transport, &HashSet::new()));
        }
        Ok(ended)
    }

    pub(super) fn add_transport(
        &mut self,
        participant: Handle,
        transport: Handle,
        role: Role,
    ) -> Result<()> {
        let exists = self.transports.contains_key(&transport);
        let owner = self
            .participants
            .get_mut(&participant)
            .ok_or_else(|| EngineError::unknown("participant", participant))?;
        new_handle("transport", transport, exists)?;
        owner.transports.insert(transport);
        let negotiation = Arc::new(Mutex::new(Negotiation::new(role)?));
        self.transports.insert(
            transport,
            Transport {
                participant,
                negotiation,
            },
        );
        Ok(())
    }

    pub(super) fn remove_transport(&mut self, transport: Handle) -> Result<Vec<Handle>> {
        let gone = self
            .transports
            .remove(&transport)
            .ok_or_else(|| EngineError::unknown("transport", transport))?;
        if let Some(owner) = self.participants.get_mut(&gone.participant) {
            owner.transports.remove(&transport);
        }
        Ok(self.end_tracks(transport, &HashSet::new()))
    }

    pub(super) fn check_transport(&self, transport: Handle) -> Result<()> {
        known(
            "transport",
            transport,
            self.transports.contains_key(&transport),
        )
    }

    pub(super) fn negotiation(&self, transport: Handle) -> Result<Arc<Mutex<Negotiation>>> {
        self.transports
            .get(&transport)
            .map(|found| Arc::clone(&found.negotiation))
            .ok_or_else(|| EngineError::unknown("transport", transport))
    }

    pub(super) fn track(&self, track: Handle) -> Result<&Track> {
        self.tracks
            .get(&track)
            .ok_or_else(|| EngineError::unknown("track", track))
    }

    /// A track may be published by one transport only, again and again.
    pub(super) fn check_publish(&self, transport: Handle, track: Handle) -> Result<()> {
        match self.tracks.get(&track) {
            Some(found) if found.transport != transport => Err(EngineError::Invalid(format!(
                "track {track} is published elsewhere"
            ))),
            _ => Ok(()),
        }
    }

    pub(super) fn remove_track(&mut self, track: Handle) -> Result<()> {
        self.tracks
            .remove(&track)
            .map(drop)
            .ok_or_else(|| EngineError::unknown("track", track))
    }

    /// Take over what a negotiation says the transport publishes. Returns the tracks it ended.
    pub(super) fn published(&mut self, transport: Handle, negotiated: &Negotiated) -> Vec<Handle> {
        if !self.transports.contains_key(&transport) {
            return Vec::new();
        }
        let kept = negotiated
            .receive
            .iter()
            .map(|section| section.track)
            .collect();
        let ended = self.end_tracks(transport, &kept);
        for section in &negotiated.receive {
            let codec = section.codecs.first().map(|first| first.codec.mime());
            let track = Track {
                transport,
                kind: section.kind,
                codec,
            };
            self.tracks.insert(section.track, track);
        }
        ended
    }

    fn end_tracks(&mut self, transport: Handle, kept: &HashSet<Handle>) -> Vec<Handle> {
        self.tracks
            .extract_if(|track, found| found.transport == transport && !kept.contains(track))
            .map(|(track, _)| track)
            .collect()
    }
}

fn known(what: &str, handle: Handle, exists: bool) -> Result<()> {
    if exists {
        Ok(())
    } else {
        Err(EngineError::unknown(what, handle))
    }
}

fn new_handle(what: &str, handle: Handle, exists: bool) -> Result<()> {
    if exists || handle == 0 {
        return Err(EngineError::Invalid(format!(
            "{what} {handle} is no new handle"
        )));
    }
    Ok(())
}
