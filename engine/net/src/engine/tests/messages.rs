//! Data messages between clients and from the server.

use std::time::Duration;

use engine_core::DataKind;

use super::world::{ROOM, World, participant};

/// A `livekit.DataPacket` with a user packet: field 2, in it field 2, the payload.
fn user_packet(payload: &[u8]) -> Vec<u8> {
    let mut user = vec![0x12, payload.len() as u8];
    user.extend(payload);
    let mut packet = vec![0x12, user.len() as u8];
    packet.extend(user);
    packet
}

fn contains(message: &[u8], part: &[u8]) -> bool {
    message.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_message_reaches_the_others_stamped_and_never_its_sender() {
    let mut world = World::new();
    let (alice, bob) = (world.join_for_data(), world.join_for_data());
    for (label, text) in [("_reliable", &b"hello bob"[..]), ("_lossy", b"quick one")] {
        world.clients[alice].send_message(label, &user_packet(text));
        world.wait("the message", |world| {
            world.clients[bob].messages.iter().any(|(on, message)| {
                on == label && contains(message, text) && contains(message, b"user-0")
            })
        });
    }
    world.run_for(Duration::from_millis(100));
    assert!(world.clients[alice].messages.is_empty());
}

#[test]
fn the_server_talks_to_all_or_to_some() {
    let mut world = World::new();
    let (alice, bob) = (world.join_for_data(), world.join_for_data());
    let to = Some(vec![participant(bob)]);
    let packet = user_packet(b"for bob");
    world
        .engine
        .send_data(ROOM, DataKind::Reliable, packet, to)
        .unwrap();
    world
        .engine
        .send_data(ROOM, DataKind::Reliable, user_packet(b"for all"), None)
        .unwrap();
    world.wait("both messages", |world| {
        world.clients[bob].messages.len() == 2 && world.clients[alice].messages.len() == 1
    });
    assert!(contains(&world.clients[bob].messages[0].1, b"for bob"));
    assert!(contains(&world.clients[alice].messages[0].1, b"for all"));
}

#[test]
fn who_may_not_publish_data_is_not_heard() {
    let mut world = World::new();
    let (alice, bob) = (world.join_for_data(), world.join_for_data());
    world
        .engine
        .set_can_publish_data(participant(alice), false)
        .unwrap();
    world.engine.stats().unwrap();
    world.clients[alice].send_message("_reliable", &user_packet(b"psst"));
    world.run_for(Duration::from_millis(300));
    assert!(world.clients[bob].messages.is_empty());
}

#[test]
fn a_hundred_messages_keep_their_order() {
    let mut world = World::new();
    let (alice, bob) = (world.join_for_data(), world.join_for_data());
    for index in 0..100 {
        world.clients[alice].send_message("_reliable", &user_packet(&[index; 20]));
    }
    world.wait("all messages", |world| {
        world.clients[bob].messages.len() == 100
    });
    for (index, (_, message)) in world.clients[bob].messages.iter().enumerate() {
        assert!(
            contains(message, &[index as u8; 20]),
            "message {index} is out of place"
        );
    }
}
