//! Reliable messages over a resume, and messages to the server itself.

use std::time::Duration;

use crate::common::{ROOM, World};
use engine_core::{DataKind, Role, RouterEvent, limits};

/// A `livekit.DataPacket` with a sequence (field 16), a destination (5) and something else (9).
fn numbered(sequence: u8, to: Option<&str>) -> Vec<u8> {
    let mut message = vec![0x80, 0x01, sequence, 0x4a, 2, b'#', sequence];
    if let Some(to) = to {
        message.extend([0x2a, to.len() as u8]);
        message.extend(to.as_bytes());
    }
    message
}

/// Who was sent which number.
fn sent(world: &mut World) -> Vec<(u64, u8)> {
    let mut out = Vec::new();
    world.router.drain_data(&mut |to, _, bytes| {
        let mark = bytes.windows(2).position(|pair| pair == [2, b'#']);
        out.extend(mark.map(|at| (to, bytes[at + 2])));
    });
    out
}

fn say(world: &mut World, who: u64, sequence: u8, to: Option<&str>) {
    let message = numbered(sequence, to);
    world
        .router
        .handle_data(world.now, who, DataKind::Reliable, &message);
}

#[test]
fn a_resumed_receiver_gets_what_it_missed_and_no_more() {
    let mut world = World::new();
    for handle in [1, 2, 3] {
        world.join(handle);
    }
    for sequence in 1..=4 {
        say(&mut world, 1, sequence, None);
    }
    say(&mut world, 1, 5, Some("user3"));
    say(&mut world, 2, 1, None);
    sent(&mut world);
    assert_eq!(world.router.last_sequence(1), Ok(5));
    assert_eq!(world.router.last_sequence(3), Ok(0));

    let seen = [("PA_1".to_owned(), 2)];
    world.router.resend_data(3, &seen, world.now).unwrap();
    let mut again = sent(&mut world);
    again.sort_unstable();
    assert_eq!(again, [(3, 1), (3, 3), (3, 4), (3, 5)]);
    world.router.resend_data(2, &seen, world.now).unwrap();
    assert_eq!(sent(&mut world), [(2, 3), (2, 4)], "5 was not for it");
    world.router.resend_data(3, &[], world.now).unwrap();
    assert_eq!(sent(&mut world), [], "a client that does not count");
    assert!(world.router.resend_data(9, &seen, world.now).is_err());

    world.pass(limits::HISTORY_AGE * 2, &mut []);
    world.router.resend_data(3, &seen, world.now).unwrap();
    assert_eq!(sent(&mut world), [], "nobody wants it after that long");
    assert_eq!(
        world.router.next_timeout(),
        None,
        "and nothing is left to do"
    );
}

#[test]
fn what_is_sent_while_a_client_connects_follows_when_its_channels_open() {
    let mut world = World::new();
    world.join(1);
    world
        .router
        .add_participant(ROOM, 2, "PA_2".to_owned(), "user2".to_owned(), true)
        .unwrap();
    say(&mut world, 1, 1, None);
    world.router.add_transport(2, 2, Role::Single).unwrap();
    say(&mut world, 1, 2, None);
    assert_eq!(sent(&mut world), []);
    world.router.data_opened(2, world.now);
    assert_eq!(sent(&mut world), [(2, 1), (2, 2)]);
    world.router.data_opened(2, world.now);
    say(&mut world, 1, 3, None);
    assert_eq!(sent(&mut world), [(2, 3)]);
}

#[test]
fn messages_of_who_has_left_still_reach_who_resumes() {
    let mut world = World::new();
    for handle in [1, 2] {
        world.join(handle);
    }
    say(&mut world, 1, 1, None);
    world.router.remove_participant(1).unwrap();
    sent(&mut world);
    world.pass(Duration::from_secs(1), &mut []);
    let seen = [("PA_other".to_owned(), 7)];
    world.router.resend_data(2, &seen, world.now).unwrap();
    assert_eq!(sent(&mut world), [(2, 1)]);
}

#[test]
fn the_server_hears_what_is_for_it_alone() {
    let mut world = World::new();
    for handle in [1, 2] {
        world.join(handle);
    }
    world.router.listen(ROOM, "server".to_owned()).unwrap();
    say(&mut world, 1, 1, Some("server"));
    say(&mut world, 1, 2, Some("user2"));
    say(&mut world, 1, 3, None);
    assert_eq!(sent(&mut world), [(2, 2), (2, 3)]);
    world.router.unlisten(ROOM, "server").unwrap();
    say(&mut world, 1, 4, Some("server"));
    let mut packets = Vec::new();
    while let Some(event) = world.router.poll_event() {
        if let RouterEvent::ServerData {
            room,
            participant,
            packet,
        } = event
        {
            assert_eq!((room, participant), (ROOM, 1));
            packets.push(packet);
        }
    }
    assert_eq!(packets.len(), 1);
    assert!(
        packets[0].windows(5).any(|part| part == b"user1"),
        "stamped"
    );
    assert!(world.router.listen(9, "server".to_owned()).is_err());
}
