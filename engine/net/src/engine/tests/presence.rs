//! Signs of life as their owner reads them.

use str0m::media::MediaKind;

use super::media::send_video;
use super::world::{World, participant};
use crate::{Activity, EngineError};

const VIDEO: u64 = 12;

fn read(world: &World, client: usize) -> Activity {
    world.engine.activity(participant(client)).unwrap()
}

#[test]
fn media_data_and_checks_are_signs_of_their_own() {
    let mut world = World::new();
    let data = world.join_for_data();
    let signs = read(&world, data);
    assert!(signs.connectivity.is_some() && signs.media.is_none() && signs.data.is_none());
    world.clients[data].send_message("_reliable", b"\x12\x03\x12\x01x");
    world.wait("the message", |world| read(world, data).data.is_some());

    let (sender, mids) = world.join_to_send(&[MediaKind::Video], VIDEO);
    send_video(&mut world, sender, mids[0], 0, "media", |world| {
        read(world, sender).media.is_some()
    });
    assert!(read(&world, sender).data.is_none() && read(&world, data).media.is_none());
}

#[test]
fn the_age_grows_when_a_client_falls_silent_and_ends_with_the_participant() {
    let mut world = World::new();
    let client = world.join_for_data();
    let before = read(&world, client).connectivity.unwrap();
    let silent = world.clients.remove(client);
    world.wait("age", |world| {
        read(world, client).connectivity.unwrap() > before + std::time::Duration::from_millis(200)
    });
    drop(silent);
    world
        .engine
        .remove_participant(participant(client))
        .unwrap();
    let gone = world.engine.activity(participant(client));
    assert!(matches!(gone, Err(EngineError::Unknown(_))));
}
