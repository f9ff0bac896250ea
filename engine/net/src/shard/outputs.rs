//! What transports and the router want sent and told.

use std::sync::{Arc, PoisonError};
use std::time::Instant;

use engine_core::{DataKind, Handle, RouterEvent};

use super::Shard;
use crate::event::{EngineEvent, Failure};
use crate::peer::{Lost, Output, Path, Transport};

impl From<Lost> for Failure {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Dtls => Self::Dtls,
            Lost::Closed => Self::Closed,
            Lost::Slow => Self::Slow,
            Lost::Internal => Self::Internal,
        }
    }
}

impl Shard {
    /// Do something with a transport and carry out what it then wants.
    pub(super) fn serve(
        &mut self,
        handle: Handle,
        now: Instant,
        work: impl FnOnce(&mut Transport, &mut Vec<Output>),
    ) {
        self.serve_from(handle, now, None, work);
    }

    /// The same for work that a datagram from `from` caused: answers leave by the address it
    /// came to.
    pub(super) fn serve_from(
        &mut self,
        handle: Handle,
        now: Instant,
        from: Option<Path>,
        work: impl FnOnce(&mut Transport, &mut Vec<Output>),
    ) {
        let mut outputs = std::mem::take(&mut self.outputs);
        self.current = Some(handle);
        if let Some(transport) = self.peers.transport(handle) {
            work(transport, &mut outputs);
        }
        for output in outputs.drain(..) {
            self.carry_out(handle, now, from, output);
        }
        self.current = None;
        self.outputs = outputs;
    }

    fn carry_out(&mut self, handle: Handle, now: Instant, from: Option<Path>, output: Output) {
        match output {
            Output::Reply(to, bytes) => {
                // By the way that the request came, where it is the answer to one.
                let path = from.filter(|path| path.remote == to).unwrap_or(Path {
                    remote: to,
                    local: None,
                    connection: None,
                });
                let sent = self.parts.sockets.send(path, &bytes);
                self.counters.count_sent(sent);
            }
            Output::ToPeer(bytes) => {
                let path = self
                    .peers
                    .transport(handle)
                    .and_then(|transport| transport.path());
                if let Some(path) = path {
                    let sent = self.parts.sockets.send(path, &bytes);
                    self.counters.count_sent(sent);
                }
            }
            Output::Keys(keys) => {
                // Unknown only when the participant was removed meanwhile.
                let _ =
                    self.router
                        .set_keys(handle, keys.profile, &keys.material, keys.active, now);
            }
            Output::Connected => {
                self.peers.connected();
                if let Some(peer) = self.peers.get_mut(handle) {
                    peer.signs.connectivity(now);
                }
                self.parts
                    .events
                    .push(EngineEvent::TransportConnected { transport: handle });
            }
            Output::ChannelsOpen => {
                self.router.data_opened(handle, now);
                self.parts
                    .events
                    .push(EngineEvent::DataChannelsOpen { transport: handle });
            }
            Output::Message(kind, message) => {
                if let Some(peer) = self.peers.get_mut(handle) {
                    peer.last_valid = now;
                    peer.signs.data(now);
                }
                self.router.handle_data(now, handle, kind, &message);
            }
            Output::Lost(lost) => self.fail(handle, lost.into()),
        }
    }

    /// Send and tell what the router has gathered.
    pub(super) fn flush(&mut self, now: Instant) {
        self.flush_data(now);
        let Self {
            router,
            peers,
            parts,
            counters,
            ..
        } = self;
        router.drain_egress(&mut |run| {
            let path = peers
                .transport(run.transport)
                .and_then(|transport| transport.path());
            match path {
                Some(path) => {
                    let sent = parts.sockets.send_run(path, run.datagrams, run.segment);
                    counters.count_sent(sent);
                }
                None => counters.dropped += 1,
            }
        });
        while let Some(event) = self.router.poll_event() {
            self.tell(event);
        }
    }

    fn flush_data(&mut self, now: Instant) {
        let mut messages: Vec<(Handle, DataKind, Arc<[u8]>)> = Vec::new();
        self.router.drain_data(&mut |transport, kind, message| {
            messages.push((transport, kind, Arc::clone(message)));
        });
        for (handle, kind, message) in messages {
            let mut lost = 0;
            self.serve(handle, now, |transport, outputs| {
                lost = transport.write(now, kind, &message, outputs);
            });
            self.counters.dropped += lost;
            self.peers.arm(handle);
        }
    }

    fn tell(&mut self, event: RouterEvent) {
        self.parts.events.push(match event {
            RouterEvent::TrackStarted { track, codec } => {
                let mut codecs = self
                    .parts
                    .codecs
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                codecs.insert(track, codec);
                EngineEvent::TrackStarted { track, codec }
            }
            RouterEvent::TrackLayers { track, alive } => EngineEvent::TrackLayers { track, alive },
            RouterEvent::Speakers { room, levels } => EngineEvent::Speakers { room, levels },
            RouterEvent::StreamStates { transport, states } => {
                EngineEvent::StreamStates { transport, states }
            }
            RouterEvent::ServerData {
                room,
                participant,
                packet,
            } => EngineEvent::ServerData {
                room,
                participant,
                packet,
            },
        });
    }
}
