//! What must not bring the engine down: silence, garbage, wrong handles, our own faults.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

use engine_core::{Role, SubscriptionSettings};

use super::client::Client;
use super::world::{ROOM, World, participant, transport};
use crate::{Engine, EngineConfig, EngineError, EngineEvent, Failure};

#[test]
fn a_silent_client_is_given_up_once_and_only_it() {
    let mut world = World::with_timeout(Duration::from_millis(800));
    let (alice, bob) = (world.join_for_data(), world.join_for_data());
    let gone = world.clients.remove(alice);
    // Checks of a live client come every few seconds; messages keep it alive here.
    let failed = EngineEvent::TransportFailed {
        transport: transport(alice),
        reason: Failure::Timeout,
    };
    let end = Instant::now() + Duration::from_millis(2_500);
    while Instant::now() < end {
        world.clients[bob - 1].send_message("_lossy", b"\x12\x00");
        world.run_for(Duration::from_millis(50));
    }
    assert_eq!(
        world
            .events
            .iter()
            .filter(|event| **event == failed)
            .count(),
        1
    );
    let others = |event: &&EngineEvent| matches!(event, EngineEvent::TransportFailed { .. });
    assert_eq!(
        world.events.iter().filter(others).count(),
        1,
        "{:?}",
        world.events
    );
    drop(gone);
}

#[test]
fn a_client_that_never_comes_is_given_up() {
    let mut world = World::with_timeout(Duration::from_millis(300));
    let client = world.join(Role::Single);
    let (offer, ()) = world.clients[client].offer(|_| ());
    world
        .engine
        .answer(transport(client), &offer, &[], &[])
        .unwrap();
    let reason = Failure::Timeout;
    world.wait("the timeout", |world| {
        world.saw(&EngineEvent::TransportFailed {
            transport: transport(client),
            reason,
        })
    });
}

#[test]
fn garbage_is_counted_and_changes_nothing() {
    let mut world = World::new();
    let (alice, bob) = (world.join_for_data(), world.join_for_data());
    let before = world.engine.stats().unwrap();
    let stranger = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let to = (Ipv4Addr::LOCALHOST, world.engine.port());
    let mut state = 1u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for index in 0..3_000usize {
        let mut bytes: Vec<u8> = (0..index % 700).map(|_| random()).collect();
        if let Some(first) = bytes.first_mut() {
            // Every sort: STUN, DTLS, SRTP, neither.
            *first = [0, 1, 22, 100, 128, 144, 200, *first][index % 8];
        }
        if index % 16 == 0 && bytes.len() >= 20 {
            // A header that passes for STUN.
            let length = ((bytes.len() - 20) as u16).to_be_bytes();
            bytes[..8].copy_from_slice(&[0, 1, length[0], length[1], 0x21, 0x12, 0xa4, 0x42]);
        }
        stranger.send_to(&bytes, to).unwrap();
        if index % 64 == 0 {
            world.step();
        }
    }
    world.wait("the count", |world| {
        let stats = world.engine.stats().unwrap();
        stats.packets_dropped - before.packets_dropped >= 3_000
    });
    world.clients[alice].send_message("_reliable", b"\x12\x03\x12\x01x");
    world.wait("a message after it all", |world| {
        !world.clients[bob].messages.is_empty()
    });
}

#[test]
fn a_fault_ends_the_transport_it_hit_and_no_other() {
    let mut world = World::new();
    let (alice, bob) = (world.join_for_data(), world.join_for_data());
    let carol = world.join_for_data();
    world.engine.panic(transport(alice)).unwrap();
    let reason = Failure::Internal;
    world.wait("the failure", |world| {
        world.saw(&EngineEvent::TransportFailed {
            transport: transport(alice),
            reason,
        })
    });
    world.clients[bob].send_message("_reliable", b"\x12\x03\x12\x01x");
    world.wait("a message between the others", |world| {
        !world.clients[carol].messages.is_empty()
    });
}

#[test]
fn handles_are_checked_at_once() {
    let world = World::new();
    let engine = &world.engine;
    let unknown = |result: Result<(), EngineError>| matches!(result, Err(EngineError::Unknown(_)));
    assert!(unknown(engine.close_room(77)));
    assert!(unknown(engine.add_participant(
        77,
        5,
        "PA".into(),
        "x".into(),
        true
    )));
    assert!(unknown(engine.remove_participant(77)));
    assert!(unknown(engine.add_transport(77, 5, Role::Single)));
    assert!(unknown(engine.remove_transport(77)));
    assert!(unknown(engine.answer(77, "v=0", &[], &[]).map(drop)));
    assert!(unknown(engine.add_candidate(77, "candidate:x")));
    assert!(unknown(engine.set_track_muted(77, true)));
    assert!(unknown(engine.unpublish(77)));
    assert!(unknown(engine.set_subscription(
        77,
        77,
        SubscriptionSettings::default()
    )));
    assert!(unknown(engine.request_keyframe(77)));
    let twice = engine.open_room(ROOM);
    assert!(matches!(twice, Err(EngineError::Invalid(_))));
}

#[test]
fn what_is_removed_is_unknown_afterwards() {
    let mut world = World::new();
    let client = world.join_for_data();
    world
        .engine
        .remove_participant(participant(client))
        .unwrap();
    let candidate = world.engine.add_candidate(transport(client), "candidate:x");
    assert!(matches!(candidate, Err(EngineError::Unknown(_))));
    let stats = world.engine.stats().unwrap();
    assert_eq!((stats.participants, stats.transports), (0, 0));
    world.engine.close_room(ROOM).unwrap();
    assert_eq!(world.engine.stats().unwrap().rooms, 0);
}

#[test]
fn the_wrong_side_cannot_offer() {
    let mut world = World::new();
    let (single, subscriber) = (world.join(Role::Single), world.join(Role::Subscriber));
    let (offer, ()) = Client::new().offer(|_| ());
    let engine = &world.engine;
    let invalid =
        |result: Result<String, EngineError>| matches!(result, Err(EngineError::Invalid(_)));
    assert!(invalid(engine.offer(transport(single), &[], false)));
    assert!(invalid(engine.answer(
        transport(subscriber),
        &offer,
        &[],
        &[]
    )));
}

#[test]
fn a_closed_engine_says_so_and_frees_its_port() {
    let world = World::new();
    let port = world.engine.port();
    world.engine.close();
    world.engine.close();
    assert_eq!(world.engine.open_room(5), Err(EngineError::Closed));
    assert_eq!(world.engine.stats().map(drop), Err(EngineError::Closed));
    let config = EngineConfig {
        bind: Ipv4Addr::LOCALHOST.into(),
        port,
        ..EngineConfig::default()
    };
    let again = Engine::open(&config).unwrap();
    assert!(matches!(Engine::open(&config), Err(EngineError::Failed(_))));
    again.close();
}
