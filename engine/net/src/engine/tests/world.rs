//! An engine with one room, its clients, and the loop that drives them.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use engine_core::sdp::PublishSection;
use engine_core::{Handle, Role};
use str0m::media::{Direction, MediaKind, Mid};

use super::client::Client;
use crate::{Engine, EngineConfig, EngineEvent, SendPlan};

pub(super) const ROOM: Handle = 1;
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct World {
    pub(super) engine: Engine,
    pub(super) clients: Vec<Client>,
    pub(super) events: Vec<EngineEvent>,
    /// Clients that join from now on have no UDP.
    pub(super) udp_is_blocked: bool,
}

/// Handles of the client with this index.
pub(super) fn participant(client: usize) -> Handle {
    100 + client as Handle
}

pub(super) fn transport(client: usize) -> Handle {
    200 + client as Handle
}

pub(super) fn publish(mid: Mid, track: Handle) -> PublishSection {
    PublishSection {
        mid: mid.to_string(),
        track,
        prefer_codec: None,
        dtx: true,
        stereo: false,
        red: false,
    }
}

pub(super) fn send(mid: &str, track: Handle) -> SendPlan {
    SendPlan {
        mid: mid.to_owned(),
        track,
        stream_id: "PA_sender".into(),
        track_id: format!("TR_{track}"),
    }
}

impl World {
    pub(super) fn new() -> Self {
        Self::with_timeout(Duration::from_secs(15))
    }

    pub(super) fn with_timeout(transport_timeout: Duration) -> Self {
        Self::with(EngineConfig {
            transport_timeout,
            ..EngineConfig::default()
        })
    }

    pub(super) fn with_bytes_per_second(bytes_per_second: u64) -> Self {
        Self::with(EngineConfig {
            bytes_per_second,
            ..EngineConfig::default()
        })
    }

    fn with(config: EngineConfig) -> Self {
        let engine = Engine::open(&EngineConfig {
            bind: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            tcp_port: Some(0),
            ..config
        })
        .unwrap();
        engine.open_room(ROOM).unwrap();
        Self {
            engine,
            clients: Vec::new(),
            events: Vec::new(),
            udp_is_blocked: false,
        }
    }

    /// A client that has joined the room, with nothing negotiated yet.
    pub(super) fn join(&mut self, role: Role) -> usize {
        let client = self.clients.len();
        let (sid, identity) = (format!("PA_{client}"), format!("user-{client}"));
        let handle = participant(client);
        self.engine
            .add_participant(ROOM, handle, sid, identity, true)
            .unwrap();
        self.engine
            .add_transport(handle, transport(client), role)
            .unwrap();
        let tcp_port = self.engine.tcp_port().filter(|_| self.udp_is_blocked);
        self.clients
            .push(tcp_port.map_or_else(Client::new, Client::over_tcp));
        client
    }

    /// A client with data channels only, connected.
    pub(super) fn join_for_data(&mut self) -> usize {
        let client = self.join(Role::Single);
        let (offer, ()) = self.clients[client].offer(|_| ());
        let answer = self
            .engine
            .answer(transport(client), &offer, &[], &[])
            .unwrap();
        self.clients[client].accept(&answer);
        self.wait("the data channels", |world| {
            world.saw(&EngineEvent::DataChannelsOpen {
                transport: transport(client),
            })
        });
        client
    }

    /// A client that sends these kinds, as tracks counted from `first`, connected.
    pub(super) fn join_to_send(&mut self, kinds: &[MediaKind], first: Handle) -> (usize, Vec<Mid>) {
        let client = self.join(Role::Single);
        let (offer, mids) = self.clients[client].offer(|api| {
            let add =
                |kind: &MediaKind| api.add_media(*kind, Direction::SendOnly, None, None, None);
            kinds.iter().map(add).collect::<Vec<_>>()
        });
        let plan: Vec<_> = mids
            .iter()
            .zip(first..)
            .map(|(mid, track)| publish(*mid, track))
            .collect();
        let answer = self
            .engine
            .answer(transport(client), &offer, &plan, &[])
            .unwrap();
        self.clients[client].accept(&answer);
        self.wait_connected(client);
        (client, mids)
    }

    /// A client that receives these tracks, each on a section of its own, connected.
    pub(super) fn join_to_receive(&mut self, tracks: &[(MediaKind, Handle)]) -> (usize, Vec<Mid>) {
        let client = self.join(Role::Single);
        let (offer, mids) = self.clients[client].offer(|api| {
            let add = |(kind, _): &(MediaKind, Handle)| {
                api.add_media(*kind, Direction::RecvOnly, None, None, None)
            };
            tracks.iter().map(add).collect::<Vec<_>>()
        });
        let plan: Vec<_> = mids
            .iter()
            .zip(tracks)
            .map(|(mid, (_, track))| send(&mid.to_string(), *track))
            .collect();
        let answer = self
            .engine
            .answer(transport(client), &offer, &[], &plan)
            .unwrap();
        self.clients[client].accept(&answer);
        self.wait_connected(client);
        (client, mids)
    }

    pub(super) fn saw(&self, event: &EngineEvent) -> bool {
        self.events.contains(event)
    }

    pub(super) fn wait_connected(&mut self, client: usize) {
        self.wait("the connection", |world| {
            world.saw(&EngineEvent::TransportConnected {
                transport: transport(client),
            }) && world.clients[client].rtc.is_connected()
        });
    }

    /// Serve every client and take the events.
    pub(super) fn step(&mut self) {
        for client in &mut self.clients {
            client.step();
        }
        self.events.extend(self.engine.drain().unwrap());
        std::thread::sleep(Duration::from_micros(500));
    }

    pub(super) fn run_for(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.step();
        }
    }

    /// Step until the condition holds; fails the test, naming what was awaited, when it never does.
    pub(super) fn wait(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(
                Instant::now() < end,
                "waited in vain for {what}; events: {:?}",
                self.events
            );
            self.step();
        }
    }
}
