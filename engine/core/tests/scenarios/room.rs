//! What belongs to a room: data messages and speakers.

use std::time::Duration;

use crate::common::client::Out;
use crate::common::{Client, ROOM, World, offers, publish};
use engine_core::{DataKind, RouterEvent};

fn field(out: &mut Vec<u8>, number: u8, value: &[u8]) {
    out.extend_from_slice(&[number << 3 | 2, value.len() as u8]);
    out.extend_from_slice(value);
}

fn drained(world: &mut World) -> Vec<(u64, DataKind, Vec<u8>)> {
    let mut out = Vec::new();
    world
        .router
        .drain_data(&mut |to, kind, bytes| out.push((to, kind, bytes.to_vec())));
    out
}

fn contains(message: &[u8], text: &str) -> bool {
    message
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

fn recipients(messages: &[(u64, DataKind, Vec<u8>)]) -> Vec<u64> {
    messages.iter().map(|(to, _, _)| *to).collect()
}

#[test]
fn messages_go_to_all_others_stamped_with_their_sender() {
    let mut world = World::new();
    for handle in [1, 2, 3] {
        world.join(handle);
    }
    let mut user = Vec::new();
    field(&mut user, 2, b"hello");
    let mut message = Vec::new();
    field(&mut message, 4, b"user3");
    field(&mut message, 2, &user);
    world
        .router
        .handle_data(world.now, 1, DataKind::Lossy, &message);
    let messages = drained(&mut world);
    assert_eq!(recipients(&messages), [2, 3], "never back to the sender");
    for (_, kind, bytes) in &messages {
        assert_eq!(*kind, DataKind::Lossy);
        assert!(contains(bytes, "hello") && contains(bytes, "PA_1") && contains(bytes, "user1"));
        assert!(!contains(bytes, "user3"));
    }
    assert!(drained(&mut world).is_empty());
}

#[test]
fn destinations_permissions_and_sizes_are_kept() {
    let mut world = World::new();
    for handle in [1, 2, 3] {
        world.join(handle);
    }
    let mut private = Vec::new();
    field(&mut private, 5, b"user3");
    field(&mut private, 9, b"psst");
    world
        .router
        .handle_data(world.now, 1, DataKind::Reliable, &private);
    assert_eq!(recipients(&drained(&mut world)), [3]);
    world.router.set_can_publish_data(1, false).unwrap();
    world
        .router
        .handle_data(world.now, 1, DataKind::Reliable, &private);
    assert!(drained(&mut world).is_empty());
    world
        .router
        .handle_data(world.now, 2, DataKind::Reliable, &vec![0x4a; 64_769]);
    world
        .router
        .handle_data(world.now, 99, DataKind::Reliable, &private);
    assert!(drained(&mut world).is_empty());
    assert_eq!(world.router.stats().packets_dropped, 3);

    world
        .router
        .send_data(ROOM, DataKind::Reliable, b"\x4a\x01x", None)
        .unwrap();
    assert_eq!(recipients(&drained(&mut world)), [1, 2, 3]);
    world
        .router
        .send_data(ROOM, DataKind::Reliable, b"\x4a\x01x", Some(&[2, 77]))
        .unwrap();
    assert_eq!(recipients(&drained(&mut world)), [2]);
    assert!(
        world
            .router
            .send_data(9, DataKind::Reliable, b"", None)
            .is_err()
    );
    assert!(
        world
            .router
            .send_data(ROOM, DataKind::Lossy, &[0; 64_769], None)
            .is_err()
    );
}

#[test]
fn a_reliable_message_that_was_resent_is_relayed_once() {
    let mut world = World::new();
    for handle in [1, 2] {
        world.join(handle);
    }
    let numbered = |sequence: u8| {
        let mut message = vec![0x80, 0x01, sequence];
        field(&mut message, 9, b"chat");
        message
    };
    for sequence in [1, 2, 2, 1, 3] {
        world
            .router
            .handle_data(world.now, 1, DataKind::Reliable, &numbered(sequence));
    }
    assert_eq!(drained(&mut world).len(), 3);
    world
        .router
        .handle_data(world.now, 1, DataKind::Lossy, &numbered(1));
    assert_eq!(
        drained(&mut world).len(),
        1,
        "lossy messages are not counted"
    );
}

fn talk(world: &mut World, clients: &mut [&mut Client], levels: &[u8], packets: u32) {
    for _ in 0..packets {
        for (client, level) in clients.iter_mut().zip(levels) {
            let ssrc = 100 + client.handle as u32;
            let timestamp = client.next_index(ssrc) as u32 * 960;
            let level = [*level];
            let elements: &[(u8, &[u8])] = &[(4, b"1"), (1, &level)];
            let packet = client.seal(&Out {
                ssrc,
                payload_type: 111,
                timestamp,
                marker: false,
                elements,
                payload: b"opus",
                padding: 0,
            });
            assert!(world.arrive(client, packet));
        }
        world.pass(Duration::from_millis(20), clients);
    }
}

fn speakers(world: &mut World) -> Vec<Vec<u64>> {
    let told = world.events.drain(..).filter_map(|event| match event {
        RouterEvent::Speakers { room: ROOM, levels } => {
            assert!(levels.iter().all(|(_, level)| (0.0..=1.0).contains(level)));
            assert!(levels.windows(2).all(|pair| pair[0].1 >= pair[1].1));
            Some(levels.into_iter().map(|(who, _)| who).collect())
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn speakers_are_told_loudest_first_and_only_when_they_change() {
    let mut world = World::new();
    let mut people: Vec<Client> = [1, 2, 3].map(|handle| world.join(handle)).into();
    for client in &mut people {
        let offer = offers::session(&["1"]) + &offers::audio("1", "sendonly", "s mic");
        let track = 50 + client.handle;
        world.negotiate(client, &offer, &[publish("1", track)], &[]);
    }
    let [one, two, three] = &mut people[..] else {
        panic!("three joined")
    };
    let mut clients = [one, two, three];
    talk(&mut world, &mut clients, &[30, 10, 127], 150);
    let told = speakers(&mut world);
    assert_eq!(told.last().unwrap(), &[2, 1]);
    assert!(
        told.len() <= 4,
        "steady voices are not told again and again: {told:?}"
    );
    talk(&mut world, &mut clients, &[30, 10, 127], 100);
    assert!(speakers(&mut world).is_empty());
    world.router.set_track_muted(52, true, world.now).unwrap();
    talk(&mut world, &mut clients, &[30, 10, 127], 60);
    assert_eq!(speakers(&mut world), [[1]]);
    // Packets stop altogether: the room falls silent and the timer stops.
    world.pass(Duration::from_secs(12), &mut clients);
    assert_eq!(speakers(&mut world).last().unwrap(), &Vec::<u64>::new());
    assert_eq!(world.router.next_timeout(), None);
}
