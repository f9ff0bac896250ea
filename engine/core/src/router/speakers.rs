//! Active speakers of each room, told when they change.

use std::cmp::Reverse;
use std::time::Instant;

use super::timers::Timer;
use super::{Handle, Router, RouterEvent};
use crate::levels;
use crate::sdp::MediaKind;

impl Router {
    /// Somebody's audio arrived: measure the room at the end of the interval.
    pub(super) fn heard(&mut self, participant: Handle, now: Instant) {
        let Some(participant) = self.participants.get(&participant) else {
            return;
        };
        let Some(room) = self.rooms.get_mut(&participant.room) else {
            return;
        };
        if room.armed.is_none() {
            let at = now + self.config.speaker_interval;
            room.armed = Some(at);
            self.timers
                .push(Reverse((at, Timer::Room(participant.room))));
        }
    }

    pub(super) fn room_due(&mut self, handle: Handle, at: Instant, now: Instant) {
        let Some(room) = self
            .rooms
            .get_mut(&handle)
            .filter(|room| room.armed == Some(at))
        else {
            return;
        };
        room.armed = None;
        let mut speakers: Vec<(Handle, f64)> = Vec::new();
        let mut fading = false;
        for participant in &room.participants {
            let Some(known) = self.participants.get(participant) else {
                continue;
            };
            let transports = known.transports.iter().filter_map(|handle| {
                self.transport_index
                    .get(handle)
                    .and_then(|index| self.transports.get(*index))
            });
            let mut loudest: Option<f64> = None;
            for index in transports.flat_map(|transport| &transport.inbound.publications) {
                let publication = self.tracks.get_mut(*index);
                let audio = publication.filter(|one| one.kind == MediaKind::Audio);
                let Some(publication) = audio else { continue };
                let level = publication.loudness.close(self.config.speaker_interval);
                fading |= publication.loudness.is_fading();
                let level = level.filter(|_| !publication.muted);
                loudest = level.into_iter().chain(loudest).reduce(f64::max);
            }
            speakers.extend(loudest.map(|level| (*participant, level)));
        }
        speakers.sort_by(|one, other| other.1.total_cmp(&one.1));
        let speakers: Vec<(Handle, f32)> = speakers
            .into_iter()
            .map(|(who, level)| (who, levels::told(level)))
            .collect();
        if speakers != room.speakers {
            room.speakers.clone_from(&speakers);
            self.events.push_back(RouterEvent::Speakers {
                room: handle,
                levels: speakers,
            });
        }
        if fading || !room.speakers.is_empty() {
            let at = now + self.config.speaker_interval;
            room.armed = Some(at);
            self.timers.push(Reverse((at, Timer::Room(handle))));
        }
    }
}
