//! What callers ask of a shard, and the way it gets there.

use std::collections::VecDeque;
use std::os::fd::RawFd;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use engine_core::sdp::Negotiated;
use engine_core::{DataKind, Error, Handle, Role, SubscriptionSettings, TransportReport};

use crate::activity::Signs;
use crate::error::EngineError;
use crate::io::EventFd;
use crate::peer::Credentials;
use crate::stats::EngineStats;

/// Checked by the caller against the registry, so that refusals of the router are races only.
pub(crate) enum Command {
    OpenRoom(Handle),
    SetPlayoutDelay {
        room: Handle,
        min_ms: u32,
        max_ms: u32,
    },
    CloseRoom(Handle),
    AddParticipant {
        room: Handle,
        participant: Handle,
        sid: String,
        identity: String,
        can_publish_data: bool,
    },
    SetCanPublishData(Handle, bool),
    RemoveParticipant(Handle),
    AddTransport {
        participant: Handle,
        transport: Handle,
        role: Role,
    },
    RemoveTransport(Handle),
    Apply {
        transport: Handle,
        role: Role,
        local: Credentials,
        negotiated: Box<Negotiated>,
        signs: Arc<Signs>,
    },
    SetTrackMuted(Handle, bool),
    Unpublish(Handle),
    SetSubscription {
        transport: Handle,
        track: Handle,
        settings: SubscriptionSettings,
    },
    RequestKeyframe(Handle),
    SendData {
        room: Handle,
        kind: DataKind,
        packet: Vec<u8>,
        to: Option<Vec<Handle>>,
    },
    Listen {
        room: Handle,
        identity: String,
    },
    Unlisten {
        room: Handle,
        identity: String,
    },
    ResendData {
        participant: Handle,
        seen: Vec<(String, u32)>,
    },
    LastSequence(Handle, SyncSender<u32>),
    /// Answered after all commands before it are done.
    Stats(SyncSender<EngineStats>),
    /// Likewise, for one transport.
    TransportReport(Handle, SyncSender<Result<TransportReport, Error>>),
    /// For the test of what a fault of ours does.
    #[cfg(test)]
    Panic(Handle),
}

struct Queue {
    commands: VecDeque<Command>,
    open: bool,
}

/// The commands on their way to a shard.
pub(crate) struct Inbox {
    queue: Mutex<Queue>,
    wake: EventFd,
}

impl Inbox {
    pub(crate) fn new() -> std::io::Result<Self> {
        let queue = Mutex::new(Queue {
            commands: VecDeque::new(),
            open: true,
        });
        Ok(Self {
            queue,
            wake: EventFd::new()?,
        })
    }

    /// Append a command and wake the shard.
    pub(crate) fn send(&self, command: Command) -> Result<(), EngineError> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if !queue.open {
            return Err(EngineError::Closed);
        }
        queue.commands.push_back(command);
        self.wake.notify();
        Ok(())
    }

    /// Take no more commands; the shard stops when it has done those that wait.
    pub(crate) fn close(&self) {
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .open = false;
        self.wake.notify();
    }

    pub(super) fn raw_fd(&self) -> RawFd {
        self.wake.raw()
    }

    /// Take up to `limit` commands. None when the inbox is closed and empty.
    pub(super) fn take(&self, limit: usize) -> Option<VecDeque<Command>> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.commands.is_empty() && !queue.open {
            return None;
        }
        let count = limit.min(queue.commands.len());
        let taken: VecDeque<Command> = queue.commands.drain(..count).collect();
        // A closed inbox stays readable: the shard has to come back to find it empty.
        if queue.commands.is_empty() && queue.open {
            self.wake.clear();
        }
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::io::wait_readable;

    fn wakes(inbox: &Inbox) -> bool {
        let [readable] = wait_readable([inbox.raw_fd()], Duration::ZERO);
        readable
    }

    #[test]
    fn the_shard_is_woken_for_commands_and_not_without() {
        let inbox = Inbox::new().unwrap();
        assert!(!wakes(&inbox));
        inbox.send(Command::OpenRoom(1)).unwrap();
        assert!(wakes(&inbox));
        assert_eq!(inbox.take(8).map(|taken| taken.len()), Some(1));
        assert!(!wakes(&inbox));
    }

    #[test]
    fn a_close_behind_commands_wakes_the_shard_until_it_has_seen_it() {
        let inbox = Inbox::new().unwrap();
        inbox.send(Command::OpenRoom(1)).unwrap();
        inbox.close();
        assert_eq!(inbox.take(8).map(|taken| taken.len()), Some(1));
        assert!(wakes(&inbox));
        assert!(inbox.take(8).is_none());
        assert!(inbox.send(Command::OpenRoom(2)).is_err());
    }
}
