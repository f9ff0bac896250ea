//! A transport against str0m as the client, in memory and with a driven clock.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use engine_core::DataKind;
use engine_core::sdp::RemoteTransport;
use engine_core::stun::BindingRequest;
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output as RtcOutput, Rtc, RtcConfig};

use super::keytap::Keys;
use super::{Credentials, Identity, Lost, Output, Path, Transport, TransportPlan};

const SERVER: &str = "198.51.100.1:7882";
const STEP: Duration = Duration::from_millis(10);

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// Both sides and the link between them.
struct World {
    now: Instant,
    client: Rtc,
    client_address: SocketAddr,
    server: Transport,
    plan: TransportPlan,
    to_client: Vec<(SocketAddr, Vec<u8>)>,
    seen: Seen,
}

#[derive(Default)]
struct Seen {
    keys: Option<Keys>,
    server_connected: bool,
    channels_open: bool,
    messages: Vec<(DataKind, Vec<u8>)>,
    lost: Option<Lost>,
    client_channels: Vec<(String, ChannelId)>,
    client_messages: Vec<Vec<u8>>,
}

struct Setup {
    opens_channels: bool,
    client_active: bool,
    wrong_fingerprint: bool,
}

const USUAL: Setup = Setup {
    opens_channels: false,
    client_active: true,
    wrong_fingerprint: false,
};

impl World {
    fn new(setup: &Setup) -> Self {
        let now = Instant::now();
        let identity = Identity::new().unwrap();
        let mut client = RtcConfig::new().build(now);
        let client_address = address("203.0.113.9:4000");
        client.add_local_candidate(Candidate::host(client_address, "udp").unwrap());
        client.add_remote_candidate(Candidate::host(address(SERVER), "udp").unwrap());
        let creds = client.direct_api().local_ice_credentials();
        let mut fingerprint = client.direct_api().local_dtls_fingerprint().to_string();
        if setup.wrong_fingerprint {
            fingerprint = identity.fingerprint.clone();
        }
        let plan = TransportPlan {
            local: Credentials::random().unwrap(),
            remote: RemoteTransport {
                ufrag: creds.ufrag,
                pwd: creds.pass,
                fingerprint,
                dtls_setup_active: setup.client_active,
                candidates: Vec::new(),
                ice_lite: false,
            },
            opens_channels: setup.opens_channels,
            has_data: true,
        };
        let mut api = client.direct_api();
        api.set_ice_controlling(true);
        api.set_remote_ice_credentials(plan.local.for_ice());
        api.set_remote_fingerprint(identity.fingerprint.parse().unwrap());
        api.start_dtls(setup.client_active).unwrap();
        api.start_sctp(setup.client_active);
        let server = Transport::new(now, &identity, &plan).ok().unwrap();
        let (to_client, seen) = (Vec::new(), Seen::default());
        Self {
            now,
            client,
            client_address,
            server,
            plan,
            to_client,
            seen,
        }
    }

    fn open_client_channels(&mut self) {
        let lossy = Reliability::MaxRetransmits { retransmits: 0 };
        for (label, reliability) in [("_reliable", Reliability::Reliable), ("_lossy", lossy)] {
            self.client.direct_api().create_data_channel(ChannelConfig {
                label: label.into(),
                ordered: label == "_reliable",
                reliability,
                ..ChannelConfig::default()
            });
        }
    }

    /// Pass datagrams and time until the condition holds; false when it never does.
    fn run(&mut self, done: impl Fn(&Self) -> bool) -> bool {
        for _ in 0..2_000 {
            if done(self) {
                return true;
            }
            self.now += STEP;
            let _ = self.client.handle_input(Input::Timeout(self.now));
            self.drain_client();
            if self.server.next_timeout() <= self.now {
                let mut out = Vec::new();
                self.server.handle_timeout(self.now, &mut out);
                self.take(out);
            }
            for (source, bytes) in std::mem::take(&mut self.to_client) {
                let receive =
                    Receive::new(Protocol::Udp, source, self.client_address, &bytes).unwrap();
                let _ = self.client.handle_input(Input::Receive(self.now, receive));
                self.drain_client();
            }
        }
        done(self)
    }

    fn drain_client(&mut self) {
        loop {
            match self.client.poll_output() {
                Ok(RtcOutput::Timeout(_)) | Err(_) => return,
                Ok(RtcOutput::Transmit(transmit)) => self.reach_server(&transmit.contents),
                Ok(RtcOutput::Event(Event::ChannelOpen(id, label))) => {
                    self.seen.client_channels.push((label, id));
                }
                Ok(RtcOutput::Event(Event::ChannelData(data))) => {
                    self.seen.client_messages.push(data.data);
                }
                Ok(RtcOutput::Event(_)) => {}
            }
        }
    }

    fn reach_server(&mut self, bytes: &[u8]) {
        let mut out = Vec::new();
        let from = Path {
            remote: self.client_address,
            local: Some(address(SERVER).ip()),
            connection: None,
        };
        if bytes[0] < 4 {
            if let Some(request) = BindingRequest::parse(bytes) {
                self.server
                    .handle_stun(self.now, from, &request, bytes, &mut out);
            }
        } else {
            self.server
                .handle_dtls(self.now, from.remote, bytes, &mut out);
        }
        self.take(out);
    }

    fn take(&mut self, out: Vec<Output>) {
        for output in out {
            match output {
                Output::Reply(_, bytes) | Output::ToPeer(bytes) => {
                    self.to_client.push((address(SERVER), bytes.to_vec()));
                }
                Output::Keys(keys) => self.seen.keys = Some(keys),
                Output::Connected => {
                    assert!(self.seen.keys.is_some(), "connected before its keys");
                    self.seen.server_connected = true;
                }
                Output::ChannelsOpen => self.seen.channels_open = true,
                Output::Message(kind, message) => self.seen.messages.push((kind, message)),
                Output::Lost(lost) => self.seen.lost = Some(lost),
            }
        }
    }

    fn write(&mut self, kind: DataKind, message: &[u8]) -> u64 {
        let mut out = Vec::new();
        let lost = self.server.write(self.now, kind, &message.into(), &mut out);
        self.take(out);
        lost
    }

    fn client_write(&mut self, label: &str, message: &[u8]) {
        let (_, id) = self
            .seen
            .client_channels
            .iter()
            .find(|(l, _)| l == label)
            .unwrap();
        assert!(
            self.client
                .channel(*id)
                .unwrap()
                .write(true, message)
                .unwrap()
        );
        self.drain_client();
    }
}

#[test]
fn a_client_connects_and_the_keys_are_ours() {
    for client_active in [true, false] {
        let mut world = World::new(&Setup {
            client_active,
            ..USUAL
        });
        assert!(world.run(|w| w.seen.server_connected && w.client.is_connected()));
        let keys = world.seen.keys.as_ref().unwrap();
        assert_eq!(keys.active, !client_active);
        assert!(keys.material.len() >= 56 && keys.material.iter().any(|byte| *byte != 0));
        assert_eq!(world.server.path().unwrap().remote, world.client_address);
    }
}

#[test]
fn data_goes_both_ways_on_channels_that_the_client_opens() {
    let mut world = World::new(&USUAL);
    world.open_client_channels();
    assert!(world.run(|w| w.seen.channels_open && w.seen.client_channels.len() == 2));
    world.client_write("_reliable", b"from the client");
    world.client_write("_lossy", b"quick");
    world.write(DataKind::Reliable, b"from the server");
    assert!(world.run(|w| w.seen.messages.len() == 2 && !w.seen.client_messages.is_empty()));
    assert!(
        world
            .seen
            .messages
            .contains(&(DataKind::Reliable, b"from the client".to_vec()))
    );
    assert!(
        world
            .seen
            .messages
            .contains(&(DataKind::Lossy, b"quick".to_vec()))
    );
    assert_eq!(world.seen.client_messages, [b"from the server".to_vec()]);
}

#[test]
fn the_server_opens_three_channels_on_a_subscriber_transport() {
    let mut world = World::new(&Setup {
        opens_channels: true,
        ..USUAL
    });
    assert!(world.run(|w| w.seen.channels_open && w.seen.client_channels.len() == 3));
    let mut labels: Vec<_> = world
        .seen
        .client_channels
        .iter()
        .map(|(l, _)| l.as_str())
        .collect();
    labels.sort_unstable();
    assert_eq!(labels, ["_data_track", "_lossy", "_reliable"]);
}

#[test]
fn a_burst_larger_than_the_buffers_arrives_whole_and_in_order() {
    let mut world = World::new(&USUAL);
    world.open_client_channels();
    assert!(world.run(|w| w.seen.channels_open));
    let messages: Vec<Vec<u8>> = (0..40).map(|index| vec![index; 60_000]).collect();
    let lost: u64 = messages
        .iter()
        .map(|message| world.write(DataKind::Reliable, message))
        .sum();
    assert_eq!(lost, 0);
    assert!(world.run(|w| w.seen.client_messages.len() == 40));
    assert_eq!(world.seen.client_messages, messages);
}

#[test]
fn lossy_messages_are_bounded_when_the_client_does_not_read() {
    let mut world = World::new(&USUAL);
    world.open_client_channels();
    assert!(world.run(|w| w.seen.channels_open));
    let lost: u64 = (0..1_000)
        .map(|_| world.write(DataKind::Lossy, &[1; 10_000]))
        .sum();
    assert!(lost > 900, "{lost} lost");
}

#[test]
fn a_wrong_certificate_is_refused() {
    let mut world = World::new(&Setup {
        wrong_fingerprint: true,
        ..USUAL
    });
    assert!(world.run(|w| w.seen.lost.is_some()));
    assert_eq!(world.seen.lost, Some(Lost::Dtls));
    assert!(!world.seen.server_connected);
}

#[test]
fn the_clients_close_is_told() {
    let mut world = World::new(&USUAL);
    world.open_client_channels();
    assert!(world.run(|w| w.seen.channels_open));
    world.client.close().unwrap();
    assert!(world.run(|w| w.seen.lost.is_some()));
    assert_eq!(world.seen.lost, Some(Lost::Closed));
}

#[test]
fn a_check_with_a_wrong_password_moves_nothing() {
    let mut world = World::new(&USUAL);
    assert!(world.run(|w| w.seen.server_connected));
    let mut stranger = World::new(&USUAL);
    stranger
        .client
        .direct_api()
        .set_remote_ice_credentials(str0m::ice::IceCreds {
            ufrag: world.plan.local.ufrag.clone(),
            pass: "not the password at all".into(),
        });
    let from = Path {
        remote: address("203.0.113.66:1"),
        local: None,
        connection: None,
    };
    let mut checks = 0;
    for _ in 0..100 {
        stranger.now += STEP;
        let _ = stranger.client.handle_input(Input::Timeout(stranger.now));
        while let Ok(RtcOutput::Transmit(transmit)) = stranger.client.poll_output() {
            let Some(request) = BindingRequest::parse(&transmit.contents) else {
                continue;
            };
            checks += 1;
            let mut out = Vec::new();
            let bytes = &transmit.contents;
            assert!(
                !world
                    .server
                    .handle_stun(world.now, from, &request, bytes, &mut out)
            );
            assert!(out.is_empty());
        }
    }
    assert!(checks > 0);
    assert_eq!(world.server.path().unwrap().remote, world.client_address);
}

#[test]
fn an_ice_restart_moves_the_path_and_keeps_dtls() {
    let mut world = World::new(&USUAL);
    world.open_client_channels();
    assert!(world.run(|w| w.seen.channels_open));
    let moved = address("203.0.113.77:5000");
    world.client_address = moved;
    world
        .client
        .add_local_candidate(Candidate::host(moved, "udp").unwrap());
    let fresh = str0m::ice::IceCreds::new();
    world.plan.local = Credentials::random().unwrap();
    world.plan.remote.ufrag = fresh.ufrag.clone();
    world.plan.remote.pwd = fresh.pass.clone();
    let mut api = world.client.direct_api();
    api.set_local_ice_credentials(fresh);
    api.set_remote_ice_credentials(world.plan.local.for_ice());
    let mut out = Vec::new();
    world
        .server
        .renegotiate(world.now, &world.plan.clone(), &mut out);
    world.take(out);
    assert!(world.run(|w| w.server.path().unwrap().remote == moved));
    world.write(DataKind::Reliable, b"still here");
    assert!(world.run(|w| w.seen.client_messages == [b"still here".to_vec()]));
}

#[test]
fn garbage_records_do_not_end_a_connection() {
    let mut world = World::new(&USUAL);
    world.open_client_channels();
    assert!(world.run(|w| w.seen.channels_open));
    for length in 0..200usize {
        let mut bytes = vec![0xa5; length + 1];
        bytes[0] = 20 + (length % 44) as u8;
        world.reach_server(&bytes);
    }
    world.write(DataKind::Reliable, b"after");
    assert!(world.run(|w| !w.seen.client_messages.is_empty()));
    assert_eq!(world.seen.lost, None);
}
