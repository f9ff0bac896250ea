//! What the engine tells its owner: a vector behind a lock and a descriptor to wait on.

use std::os::fd::RawFd;
use std::sync::{Arc, Mutex, PoisonError};

use engine_core::Handle;

use crate::io::EventFd;

/// More events than this wait only when nobody drains; newer ones are then lost.
const MAX_WAITING: usize = 100_000;
/// Bytes of data packets that wait; newer packets are then lost.
const MAX_BYTES: usize = 8 << 20;

/// Why a transport failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing valid arrived for the configured time.
    Timeout,
    /// The handshake failed.
    Dtls,
    /// The client closed it.
    Closed,
    /// It did not read its reliable messages.
    Slow,
    /// A fault of ours.
    Internal,
}

impl Failure {
    /// The word that Python is told.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Dtls => "dtls",
            Self::Closed => "closed",
            Self::Slow => "slow",
            Self::Internal => "internal",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineEvent {
    TransportConnected {
        transport: Handle,
    },
    TransportFailed {
        transport: Handle,
        reason: Failure,
    },
    DataChannelsOpen {
        transport: Handle,
    },
    TrackStarted {
        track: Handle,
        codec: &'static str,
    },
    TrackLayers {
        track: Handle,
        alive: Vec<u8>,
    },
    Speakers {
        room: Handle,
        levels: Vec<(Handle, f32)>,
    },
    StreamStates {
        transport: Handle,
        states: Vec<(Handle, bool)>,
    },
    /// A data packet to an identity that the server answers to (`Engine::listen`).
    ServerData {
        room: Handle,
        participant: Handle,
        packet: Arc<[u8]>,
    },
}

#[derive(Default)]
struct Waiting {
    events: Vec<EngineEvent>,
    bytes: usize,
}

/// Events on their way from the shard to the owner.
pub(crate) struct EventQueue {
    waiting: Mutex<Waiting>,
    readable: EventFd,
}

impl EventQueue {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            waiting: Mutex::default(),
            readable: EventFd::new()?,
        })
    }

    pub(crate) fn raw_fd(&self) -> RawFd {
        self.readable.raw()
    }

    pub(crate) fn push(&self, event: EngineEvent) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match &event {
            EngineEvent::ServerData { packet, .. } => packet.len(),
            _ => 0,
        };
        if waiting.events.len() < MAX_WAITING && waiting.bytes + bytes <= MAX_BYTES {
            waiting.bytes += bytes;
            waiting.events.push(event);
        }
        // Under the lock, so that a drain cannot clear the mark of an event it did not take.
        self.readable.notify();
    }

    pub(crate) fn drain(&self) -> Vec<EngineEvent> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        self.readable.clear();
        std::mem::take(&mut *waiting).events
    }
}
