//! Connections over loopback, with a driven clock.

use std::io::{Read as _, Write as _};
use std::net::Ipv4Addr;

use engine_core::framing::push_frame;

use super::*;

const SMALL: TcpLimits = TcpLimits {
    connections: 8,
    per_address: 8,
    pending: 2,
    pending_per_address: 8,
};

struct World {
    streams: Streams,
    now: Instant,
}

impl World {
    fn new(limits: TcpLimits) -> Self {
        Self {
            streams: Streams::listen(Ipv4Addr::LOCALHOST.into(), 0, limits).unwrap(),
            now: Instant::now(),
        }
    }

    fn connect(&mut self) -> (TcpStream, ConnectionId) {
        let port = self.streams.port().unwrap();
        let near = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let last = self.streams.last;
        self.until(|world| world.streams.last > last);
        (near, ConnectionId(last + 1))
    }

    fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(10);
        while !done(self) {
            assert!(Instant::now() < end, "waited in vain");
            self.streams.poll(self.now);
        }
    }

    fn later(&mut self, time: Duration) {
        self.now += time;
        self.streams.sweep(self.now);
    }

    fn frames(&mut self, id: ConnectionId) -> Option<Vec<Vec<u8>>> {
        let mut buffer = vec![0; 4_096];
        let mut read = self.streams.read(id, &mut buffer)?;
        let mut frames = Vec::new();
        let fed = read
            .deframer
            .feed(&mut buffer[..read.count], 2_048, &mut |frame| {
                frames.push(frame.to_vec());
            });
        assert!(fed.is_ok());
        self.streams.after_read(id, read.deframer, true, self.now);
        Some(frames)
    }
}

#[test]
fn frames_go_both_ways() {
    let mut world = World::new(SMALL);
    let (mut near, id) = world.connect();
    let mut bytes = Vec::new();
    push_frame(&mut bytes, b"hello");
    near.write_all(&bytes).unwrap();
    let end = Instant::now() + Duration::from_secs(10);
    let heard = loop {
        if let Some(frames) = world.frames(id) {
            break frames;
        }
        assert!(Instant::now() < end);
    };
    assert_eq!(heard, [b"hello"]);
    let sent = world.streams.send(id, b"onetwo", 3, Urgency::Media);
    assert_eq!((sent.packets, sent.bytes, sent.refused), (2, 6, 0));
    let mut answer = [0; 10];
    near.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"\0\x03one\0\x03two");
}

#[test]
fn a_peer_that_does_not_read_loses_media_and_holds_bounded_memory() {
    let mut world = World::new(SMALL);
    let (near, id) = world.connect();
    world.streams.prove(id, 5);
    let mut refused = 0;
    for _ in 0..4_000 {
        refused += world
            .streams
            .send(id, &[1; 1_200], 1_200, Urgency::Media)
            .refused;
    }
    assert!(refused > 2_000, "{refused} refused");
    let held = world.streams.open[&id].waiting();
    assert!(held <= 256 << 10, "{held} bytes are held");
    // What keeps the path alive still finds room.
    let control = world.streams.send(id, &[0; 100], 100, Urgency::Control);
    assert_eq!((control.packets, control.refused), (1, 0));
    // When the peer reads again, all that was taken arrives whole.
    let mut near = near;
    near.set_nonblocking(true).unwrap();
    let (mut buffer, mut got) = (vec![0; 1 << 16], Vec::new());
    let mut last = vec![0, 100];
    last.resize(102, 0);
    let end = Instant::now() + Duration::from_secs(10);
    while !got.ends_with(&last) {
        assert!(Instant::now() < end);
        if let Ok(count) = near.read(&mut buffer) {
            got.extend_from_slice(&buffer[..count]);
        }
        world.streams.poll(world.now);
    }
    assert_eq!((got.len() - 102) % 1_202, 0);
}

#[test]
fn who_proves_nothing_is_closed_and_who_is_silent_too() {
    let mut world = World::new(SMALL);
    let (_stranger, first) = world.connect();
    let (_client, second) = world.connect();
    world.streams.prove(second, 5);
    world.later(Duration::from_secs(11));
    assert!(!world.streams.open.contains_key(&first) && world.streams.open.contains_key(&second));
    world.later(Duration::from_secs(20));
    assert_eq!(world.streams.count(), 0);
    let closed: Vec<_> = world
        .streams
        .take_closed()
        .iter()
        .map(|one| one.id)
        .collect();
    assert_eq!(closed, [first, second]);
    assert_eq!(world.streams.next_due(), None);
}

#[test]
fn a_crowd_that_proves_nothing_pushes_itself_out_and_nobody_else() {
    let mut world = World::new(SMALL);
    let (_client, proved) = world.connect();
    world.streams.prove(proved, 5);
    let crowd: Vec<_> = (0..5).map(|_| world.connect()).collect();
    assert_eq!(world.streams.count(), 3);
    assert!(world.streams.open.contains_key(&proved));
    assert!(world.streams.open.contains_key(&crowd[4].1));
    assert_eq!(world.streams.take_refused(), 3);
}

#[test]
fn chatter_before_a_check_is_cut_off() {
    let mut world = World::new(SMALL);
    let (mut near, id) = world.connect();
    let mut bytes = Vec::new();
    while bytes.len() < 3 * UNPROVEN {
        push_frame(&mut bytes, &[9; 1_000]);
    }
    near.write_all(&bytes).unwrap();
    let end = Instant::now() + Duration::from_secs(10);
    while world.streams.open.contains_key(&id) {
        assert!(Instant::now() < end);
        world.frames(id);
    }
    assert_eq!(world.streams.take_refused(), 1);
}

#[test]
fn a_transport_keeps_its_newest_connections() {
    let mut world = World::new(TcpLimits {
        connections: 64,
        per_address: 64,
        ..SMALL
    });
    let kept: Vec<_> = (0..=PER_TRANSPORT)
        .map(|_| {
            let (near, id) = world.connect();
            world.streams.prove(id, 5);
            (near, id)
        })
        .collect();
    assert_eq!(world.streams.count(), PER_TRANSPORT);
    assert!(!world.streams.open.contains_key(&kept[0].1));
    world.streams.close_all_of(5);
    assert_eq!(world.streams.count(), 0);
}
