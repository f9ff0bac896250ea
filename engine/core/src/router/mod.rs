//! Ties the packet modules together: one router a shard.
//!
//! Handles come from the caller. Packets and messages go in, datagrams and messages are drained out
//! after each batch; everything that depends on time takes it as an argument.

mod types;

use std::time::Instant;

use crate::error::Error;
use crate::sdp::Negotiated;
use crate::srtp::Profile;

pub use types::{DataKind, Egress, Handle, Role, RouterConfig, RouterEvent, RouterStats};

/// All rooms, transports and tracks of a shard.
#[derive(Debug)]
pub struct Router {
    config: RouterConfig,
}

impl Router {
    /// An empty router; `rng_seed` feeds sequence numbers and SSRCs only.
    pub fn new(config: RouterConfig, rng_seed: [u8; 32]) -> Self {
        let _ = rng_seed;
        Self { config }
    }

    /// Begin a room. Opening an open one does nothing.
    pub fn open_room(&mut self, room: Handle) {
        let _ = (room, &self.config);
    }

    /// End a room and everything in it; returns the transports that are gone.
    pub fn close_room(&mut self, room: Handle) -> Result<Vec<Handle>, Error> {
        Err(Error::unknown("room", room))
    }

    pub fn add_participant(
        &mut self,
        room: Handle,
        participant: Handle,
        sid: String,
        identity: String,
        can_publish_data: bool,
    ) -> Result<(), Error> {
        let _ = (participant, sid, identity, can_publish_data);
        Err(Error::unknown("room", room))
    }

    pub fn set_can_publish_data(
        &mut self,
        participant: Handle,
        allowed: bool,
    ) -> Result<(), Error> {
        let _ = allowed;
        Err(Error::unknown("participant", participant))
    }

    /// Remove a participant with its tracks; returns the transports that are gone.
    pub fn remove_participant(&mut self, participant: Handle) -> Result<Vec<Handle>, Error> {
        Err(Error::unknown("participant", participant))
    }

    pub fn add_transport(
        &mut self,
        participant: Handle,
        transport: Handle,
        role: Role,
    ) -> Result<(), Error> {
        let _ = (transport, role);
        Err(Error::unknown("participant", participant))
    }

    /// Remove a transport with its tracks and subscriptions.
    pub fn remove_transport(&mut self, transport: Handle) -> Result<(), Error> {
        Err(Error::unknown("transport", transport))
    }

    /// After a negotiation: what this transport publishes and sends, whole, diffed against the last.
    pub fn apply(
        &mut self,
        transport: Handle,
        negotiated: &Negotiated,
        now: Instant,
    ) -> Result<(), Error> {
        let _ = (negotiated, now);
        Err(Error::unknown("transport", transport))
    }

    /// The keys of DTLS (RFC 5764 section 4.2). `dtls_active`: we were the DTLS client. The same
    /// material again changes nothing: its packet counters live on.
    pub fn set_keys(
        &mut self,
        transport: Handle,
        profile: Profile,
        keying_material: &[u8],
        dtls_active: bool,
    ) -> Result<(), Error> {
        let _ = (profile, keying_material, dtls_active);
        Err(Error::unknown("transport", transport))
    }

    /// Stop or resume forwarding a track to everybody.
    pub fn set_track_muted(
        &mut self,
        track: Handle,
        muted: bool,
        now: Instant,
    ) -> Result<(), Error> {
        let _ = (muted, now);
        Err(Error::unknown("track", track))
    }

    /// End a track and everybody's subscriptions to it.
    pub fn unpublish(&mut self, track: Handle) -> Result<(), Error> {
        Err(Error::unknown("track", track))
    }

    /// Pause or resume one subscription and cap its layer (0 low, 1 medium, 2 high).
    pub fn set_subscription(
        &mut self,
        transport: Handle,
        track: Handle,
        enabled: bool,
        max_quality: u8,
        now: Instant,
    ) -> Result<(), Error> {
        let _ = (track, enabled, max_quality, now);
        Err(Error::unknown("transport", transport))
    }

    /// Ask the publisher for a keyframe on every layer somebody watches (throttled).
    pub fn request_keyframe(&mut self, track: Handle, now: Instant) -> Result<(), Error> {
        let _ = now;
        Err(Error::unknown("track", track))
    }

    /// An SRTP or SRTCP packet (first byte 128 to 191, RFC 7983), decrypted in place.
    /// `true` if it was authentic.
    pub fn handle_srtp(&mut self, now: Instant, transport: Handle, packet: &mut [u8]) -> bool {
        let _ = (now, transport, packet);
        false
    }

    /// A `livekit.DataPacket` from a client.
    pub fn handle_data(&mut self, transport: Handle, kind: DataKind, message: &[u8]) {
        let _ = (transport, kind, message);
    }

    /// A `livekit.DataPacket` from the server, to all in the room or to these participants.
    pub fn send_data(
        &mut self,
        room: Handle,
        kind: DataKind,
        packet: &[u8],
        to: Option<&[Handle]>,
    ) -> Result<(), Error> {
        let _ = (kind, packet, to);
        Err(Error::unknown("room", room))
    }

    /// Do what is due: feedback, reports, repeated requests, speakers.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// When `handle_timeout` is wanted next; `None` while nothing is going on.
    pub fn next_timeout(&self) -> Option<Instant> {
        None
    }

    /// Hand out the datagrams of the last batch. Each run goes out whole or is lost.
    pub fn drain_egress(&mut self, sink: &mut dyn FnMut(Egress<'_>)) {
        let _ = sink;
    }

    /// Hand out the data messages of the last batch, in order.
    pub fn drain_data(&mut self, sink: &mut dyn FnMut(Handle, DataKind, &[u8])) {
        let _ = sink;
    }

    /// The next event, oldest first.
    pub fn poll_event(&mut self) -> Option<RouterEvent> {
        None
    }

    /// Counters and what is held now.
    pub fn stats(&self) -> RouterStats {
        RouterStats::default()
    }
}
