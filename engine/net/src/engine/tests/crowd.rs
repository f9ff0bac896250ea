//! A crowd at the door: joins that begin and never end must not disturb a running call.

use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use engine_core::Role;
use str0m::Rtc;
use str0m::media::MediaKind;
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Input, Output, RtcConfig};

use super::media::send_video;
use super::world::{ROOM, World};

const CROWD: u64 = 500;
const VIDEO: u64 = 12;

/// The first flight of a client: its check and its ClientHello, for any transport.
pub(super) struct Template {
    offer: String,
    hello: Vec<u8>,
}

pub(super) fn credential(sdp: &str, name: &str) -> String {
    let line = sdp
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    line.trim().to_owned()
}

/// A binding request with USE-CANDIDATE, authentic for the answer's credentials.
pub(super) fn check(offer: &str, answer: &str) -> Vec<u8> {
    let username = format!(
        "{}:{}",
        credential(answer, "a=ice-ufrag:"),
        credential(offer, "a=ice-ufrag:")
    );
    let message = str0m::ice::StunMessage::binding_request(
        &username,
        str0m::ice::TransId::new(),
        true,
        7,
        1_000_000,
        true,
    );
    let hmac = str0m::crypto::from_feature_flags().sha1_hmac_provider;
    let mut buffer = [0; 512];
    let password = credential(answer, "a=ice-pwd:");
    let length = message
        .to_bytes(Some(password.as_bytes()), &mut buffer, |key, parts| {
            hmac.sha1_hmac(key, parts)
        })
        .unwrap();
    buffer[..length].to_vec()
}

/// Let a client talk to a made-up server until it sends its ClientHello.
fn template() -> Template {
    let now = Instant::now();
    let make = |address: &str| {
        let mut rtc: Rtc = RtcConfig::new().build(now);
        rtc.add_local_candidate(Candidate::host(address.parse().unwrap(), "udp").unwrap());
        rtc
    };
    let (mut client, mut server) = (make("192.0.2.1:1000"), make("192.0.2.2:1000"));
    let mut api = client.sdp_api();
    api.add_channel("_reliable".into());
    let (offer, pending) = api.apply().unwrap();
    let text = offer.to_sdp_string();
    let answer = server.sdp_api().accept_offer(offer).unwrap();
    client.sdp_api().accept_answer(pending, answer).unwrap();
    for tick in 0..1_000 {
        let now = now + Duration::from_millis(tick * 10);
        if let Some(hello) = exchange(&mut client, &mut server, now) {
            return Template { offer: text, hello };
        }
        let _ = exchange(&mut server, &mut client, now);
    }
    panic!("no ClientHello came");
}

/// Deliver what one side sends; answers its first DTLS record instead of delivering it. What the
/// other side says to it is delivered when its turn comes.
fn exchange(from: &mut Rtc, to: &mut Rtc, now: Instant) -> Option<Vec<u8>> {
    let _ = from.handle_input(Input::Timeout(now));
    loop {
        match from.poll_output().unwrap() {
            Output::Timeout(_) => return None,
            Output::Event(_) => {}
            Output::Transmit(sent) if sent.contents[0] == 22 => {
                return Some(sent.contents.to_vec());
            }
            Output::Transmit(sent) => {
                let received =
                    Receive::new(Protocol::Udp, sent.source, sent.destination, &sent.contents);
                let _ = to.handle_input(Input::Receive(now, received.unwrap()));
            }
        }
    }
}

fn crowd_in(world: &World, template: &Template, begun: &AtomicUsize) {
    let engine = &world.engine;
    let to = (Ipv4Addr::LOCALHOST, engine.port());
    let mut sockets = Vec::new();
    for index in 0..CROWD {
        let (participant, transport) = (10_000 + index, 20_000 + index);
        let (sid, identity) = (format!("PA_c{index}"), format!("crowd-{index}"));
        engine
            .add_participant(ROOM, participant, sid, identity, true)
            .unwrap();
        engine
            .add_transport(participant, transport, Role::Single)
            .unwrap();
        let answer = engine.answer(transport, &template.offer, &[], &[]).unwrap();
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket
            .send_to(&check(&template.offer, &answer), to)
            .unwrap();
        socket.send_to(&template.hello, to).unwrap();
        begun.fetch_add(1, Ordering::Relaxed);
        sockets.push(socket);
    }
}

#[test]
fn five_hundred_half_open_joins_never_stall_a_running_call() {
    let template = template();
    let mut world = World::new();
    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    let (viewer, _) = world.join_to_receive(&[(MediaKind::Video, VIDEO)]);
    let index = send_video(&mut world, sender, mids[0], 0, "the call", |world| {
        world.clients[viewer].frames.len() >= 10
    });
    let begun = AtomicUsize::new(0);
    let before = world.clients[viewer].frames.len();
    // The crowd comes from a thread of its own; the world only lends it the engine.
    let World {
        engine,
        clients,
        events,
        ..
    } = world;
    let lent = World {
        engine,
        clients: Vec::new(),
        events: Vec::new(),
        udp_is_blocked: false,
    };
    let mut call = Call {
        world: &lent,
        clients,
        events,
    };
    std::thread::scope(|scope| {
        let crowd = scope.spawn(|| crowd_in(&lent, &template, &begun));
        call.run(sender, mids[0], index, || crowd.is_finished());
    });
    let frames = &call.clients[viewer].frames[before..];
    let gap = frames
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .max()
        .unwrap();
    assert_eq!(begun.load(Ordering::Relaxed), CROWD as usize);
    assert!(
        gap < Duration::from_millis(500),
        "the call stalled for {gap:?}"
    );
    assert_eq!(lent.engine.stats().unwrap().transports, CROWD + 2);
}

/// The running call, driven while the crowd comes and a second longer.
struct Call<'a> {
    world: &'a World,
    clients: Vec<super::client::Client>,
    events: Vec<crate::EngineEvent>,
}

impl Call<'_> {
    fn run(
        &mut self,
        sender: usize,
        mid: str0m::media::Mid,
        mut index: u64,
        crowd_is_in: impl Fn() -> bool,
    ) {
        let mut end = None;
        let mut next = Instant::now();
        loop {
            let now = Instant::now();
            if end.is_none() && crowd_is_in() {
                end = Some(now + Duration::from_secs(1));
            }
            if end.is_some_and(|end| now >= end) {
                return;
            }
            if now >= next {
                let frame = super::client::vp8_frame(index, index.is_multiple_of(30), 3_000);
                self.clients[sender].send_frame(mid, MediaKind::Video, index, &frame);
                index += 1;
                next += Duration::from_millis(33);
            }
            for client in &mut self.clients {
                client.step();
            }
            self.events.extend(self.world.engine.drain().unwrap());
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
