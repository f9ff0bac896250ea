//! The world of a scenario: a router, a driven clock, and clients that speak SDP, SRTP and RTCP.

pub mod client;
pub mod decodable;
pub mod encoder;
pub mod link;
pub mod offers;
pub mod stage;

use std::time::{Duration, Instant};

use engine_core::sdp::{LocalTransport, MediaKind, PublishSection, SendSection};
use engine_core::{Role, Router, RouterConfig, RouterEvent, SubscriptionSettings};

pub use client::Client;

/// A router with one room, and a clock that only moves when told.
pub struct World {
    pub router: Router,
    pub now: Instant,
    pub events: Vec<RouterEvent>,
}

pub const ROOM: u64 = 1;

pub fn local() -> LocalTransport {
    LocalTransport {
        ufrag: "abcd".to_owned(),
        pwd: "0123456789abcdefghijkl".to_owned(),
        fingerprint: format!("sha-256 {}", ["AB"; 32].join(":")),
        candidates: vec!["1 1 udp 2113937151 192.0.2.7 7882 typ host".to_owned()],
        ice_lite: true,
    }
}

impl World {
    pub fn new() -> Self {
        let mut router = Router::new(RouterConfig::default(), [5; 32]);
        router.open_room(ROOM);
        Self {
            router,
            now: Instant::now(),
            events: Vec::new(),
        }
    }

    /// A participant with one transport of the same handle, keys set on both sides.
    pub fn join(&mut self, handle: u64) -> Client {
        let (sid, identity) = (format!("PA_{handle}"), format!("user{handle}"));
        self.router
            .add_participant(ROOM, handle, sid, identity, true)
            .unwrap();
        self.router
            .add_transport(handle, handle, Role::Single)
            .unwrap();
        let client = Client::new(handle);
        self.router
            .set_keys(handle, client::PROFILE, &client.keys, false, self.now)
            .unwrap();
        self.router.data_opened(handle, self.now);
        client
    }

    /// Negotiate an offer; what the client publishes and receives is remembered by it.
    pub fn negotiate(
        &mut self,
        client: &mut Client,
        offer: &str,
        publish: &[PublishSection],
        send: &[SendSection],
    ) -> String {
        let (answer, negotiated) = client
            .session
            .answer(offer, &local(), publish, send)
            .unwrap();
        self.router
            .apply(client.handle, &negotiated, self.now)
            .unwrap();
        client.negotiated = Some(negotiated);
        answer
    }

    /// Let time pass in steps of a millisecond, doing what is due; packets reach `clients`.
    pub fn pass(&mut self, time: Duration, clients: &mut [&mut Client]) {
        let end = self.now + time;
        while self.now < end {
            self.now += Duration::from_millis(1);
            if self.router.next_timeout().is_some_and(|at| at <= self.now) {
                self.router.handle_timeout(self.now);
            }
            self.deliver(clients);
        }
    }

    /// Bring what was sent to the clients, and collect events.
    pub fn deliver(&mut self, clients: &mut [&mut Client]) {
        self.router.drain_egress(&mut |egress| {
            for packet in egress.datagrams.chunks(egress.segment) {
                if let Some(client) = clients
                    .iter_mut()
                    .find(|one| one.handle == egress.transport)
                {
                    client.receive(packet);
                }
            }
        });
        while let Some(event) = self.router.poll_event() {
            self.events.push(event);
        }
    }

    /// A sealed packet from a client arrives.
    pub fn arrive(&mut self, client: &Client, mut packet: Vec<u8>) -> bool {
        self.router
            .handle_srtp(self.now, client.handle, &mut packet)
    }
}

pub fn publish(mid: &str, track: u64) -> PublishSection {
    PublishSection {
        mid: mid.to_owned(),
        track,
        prefer_codec: None,
        dtx: true,
        stereo: false,
        red: true,
    }
}

/// A client's wish without a limit of frames.
pub fn settings(enabled: bool, max_quality: u8) -> SubscriptionSettings {
    SubscriptionSettings {
        enabled,
        max_quality,
        ..SubscriptionSettings::default()
    }
}

pub fn send(mid: &str, track: u64, kind: MediaKind) -> SendSection {
    SendSection {
        mid: mid.to_owned(),
        track,
        kind,
        codec: None,
        stream_id: "PA_1|TR_1".to_owned(),
        track_id: format!("TR_{track}"),
    }
}
