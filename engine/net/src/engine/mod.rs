//! The engine as its owner sees it: calls from any thread, none of which waits for the network.
//!
//! Descriptions are read and written on the caller's thread; what follows from them goes to the
//! shard as a command.

mod config;
mod descriptions;
mod negotiation;
mod registry;

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use engine_core::{DataKind, Handle, Role, SubscriptionSettings, TransportReport, limits};

use crate::activity::{Activity, Signs};
use crate::error::EngineError;
use crate::event::{EngineEvent, EventQueue};
use crate::peer::{Identity, candidate_lines, tcp_candidate_lines};
use crate::shard::{Codecs, Command, Inbox, Shard, ShardParts, Sockets};
use crate::stats::EngineStats;
use crate::streams::Streams;

pub use config::EngineConfig;
use negotiation::Local;
use registry::Registry;

/// How long `stats` waits for the shard's turn; a turn takes milliseconds at most.
const STATS_WAIT: Duration = Duration::from_secs(2);

/// What to send to the client on a section; kind and codec follow from the track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendPlan {
    pub mid: String,
    pub track: Handle,
    pub stream_id: String,
    pub track_id: String,
}

type Result<T> = std::result::Result<T, EngineError>;

/// The media engine. Every method may be called from any thread.
pub struct Engine {
    registry: Mutex<Registry>,
    codecs: Codecs,
    local: Local,
    inbox: Arc<Inbox>,
    events: Arc<EventQueue>,
    port: u16,
    tcp_port: Option<u16>,
    epoch: Instant,
    closed: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Engine {
    /// Bind the socket and start the thread. `Invalid` for bad settings, `Failed` when the system
    /// refuses (the port is taken).
    pub fn open(config: &EngineConfig) -> Result<Self> {
        config.check()?;
        let sockets = Sockets::open(config)?;
        let port = sockets.udp.local_address()?.port();
        let tcp_port = sockets.tcp.as_ref().map(Streams::port).transpose()?;
        let addresses = config.candidate_addresses()?;
        let mut candidates = candidate_lines(&addresses, port);
        candidates
            .extend(tcp_port.map_or(Vec::new(), |port| tcp_candidate_lines(&addresses, port)));
        let identity = Arc::new(Identity::new()?);
        let mut seed = [0; 32];
        aws_lc_rs::rand::fill(&mut seed)
            .map_err(|_| EngineError::Failed("no randomness".into()))?;
        let (inbox, events) = (Arc::new(Inbox::new()?), Arc::new(EventQueue::new()?));
        let codecs = Codecs::default();
        let parts = ShardParts {
            sockets,
            identity: Arc::clone(&identity),
            inbox: Arc::clone(&inbox),
            events: Arc::clone(&events),
            codecs: Arc::clone(&codecs),
            transport_timeout: config.transport_timeout,
            bytes_per_second: config.bytes_per_second.max(1),
            speaker_interval: config.speaker_interval,
            seed,
        };
        let thread = std::thread::Builder::new()
            .name("engine-shard-0".into())
            .spawn(move || Shard::new(parts).run())?;
        Ok(Self {
            registry: Mutex::default(),
            codecs,
            local: Local {
                identity,
                candidates,
            },
            inbox,
            events,
            port,
            tcp_port,
            epoch: Instant::now(),
            closed: AtomicBool::new(false),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The UDP port that media arrives on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The TCP port that media arrives on where UDP is blocked.
    pub fn tcp_port(&self) -> Option<u16> {
        self.tcp_port
    }

    /// Stop the thread and close the socket. Safe to repeat.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.inbox.close();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // The thread catches its panics; there is nothing to learn from its end.
            let _ = thread.join();
        }
    }

    /// A descriptor that is readable while events wait. It lives as long as the engine value.
    pub fn event_fd(&self) -> RawFd {
        self.events.raw_fd()
    }

    /// Take all waiting events, oldest first.
    pub fn drain(&self) -> Result<Vec<EngineEvent>> {
        self.check_open()?;
        Ok(self.events.drain())
    }

    pub fn open_room(&self, room: Handle) -> Result<()> {
        let mut registry = self.registry()?;
        registry.open_room(room)?;
        self.inbox.send(Command::OpenRoom(room))
    }

    /// Tell receivers of a room's video when to show it, in milliseconds after its capture.
    pub fn set_playout_delay(&self, room: Handle, min_ms: u32, max_ms: u32) -> Result<()> {
        self.registry()?.check_room(room)?;
        self.inbox.send(Command::SetPlayoutDelay {
            room,
            min_ms,
            max_ms,
        })
    }

    pub fn close_room(&self, room: Handle) -> Result<()> {
        let mut registry = self.registry()?;
        let ended = registry.close_room(room)?;
        self.forget_codecs(&ended);
        self.inbox.send(Command::CloseRoom(room))
    }

    pub fn add_participant(
        &self,
        room: Handle,
        participant: Handle,
        sid: String,
        identity: String,
        can_publish_data: bool,
    ) -> Result<()> {
        let mut registry = self.registry()?;
        registry.add_participant(room, participant, Signs::new(self.epoch))?;
        self.inbox.send(Command::AddParticipant {
            room,
            participant,
            sid,
            identity,
            can_publish_data,
        })
    }

    pub fn set_can_publish_data(&self, participant: Handle, allowed: bool) -> Result<()> {
        self.registry()?.check_participant(participant)?;
        self.inbox
            .send(Command::SetCanPublishData(participant, allowed))
    }

    /// When the participant last showed life. Reads what the packets left behind: cheap, and
    /// unknown as soon as the participant is removed.
    pub fn activity(&self, participant: Handle) -> Result<Activity> {
        let signs = self.registry()?.signs(participant)?;
        Ok(signs.read(Instant::now()))
    }

    pub fn remove_participant(&self, participant: Handle) -> Result<()> {
        let mut registry = self.registry()?;
        let ended = registry.remove_participant(participant)?;
        self.forget_codecs(&ended);
        self.inbox.send(Command::RemoveParticipant(participant))
    }

    pub fn add_transport(&self, participant: Handle, transport: Handle, role: Role) -> Result<()> {
        let mut registry = self.registry()?;
        registry.add_transport(participant, transport, role)?;
        self.inbox.send(Command::AddTransport {
            participant,
            transport,
            role,
        })
    }

    pub fn remove_transport(&self, transport: Handle) -> Result<()> {
        let mut registry = self.registry()?;
        let ended = registry.remove_transport(transport)?;
        self.forget_codecs(&ended);
        self.inbox.send(Command::RemoveTransport(transport))
    }

    /// A trickled candidate of the client. A lite agent only answers checks, so that it has no use
    /// for them (RFC 8445 section 2.5): the checks show where the client is.
    pub fn add_candidate(&self, transport: Handle, _candidate: &str) -> Result<()> {
        self.registry()?.check_transport(transport)
    }

    pub fn set_track_muted(&self, track: Handle, muted: bool) -> Result<()> {
        self.registry()?.track(track)?;
        self.inbox.send(Command::SetTrackMuted(track, muted))
    }

    pub fn unpublish(&self, track: Handle) -> Result<()> {
        let mut registry = self.registry()?;
        registry.remove_track(track)?;
        self.forget_codecs(&[track]);
        self.inbox.send(Command::Unpublish(track))
    }

    /// Pause or resume a subscription, and cap its layer and frame rate.
    pub fn set_subscription(
        &self,
        transport: Handle,
        track: Handle,
        settings: SubscriptionSettings,
    ) -> Result<()> {
        let registry = self.registry()?;
        registry.check_transport(transport)?;
        registry.track(track)?;
        let max_quality = settings.max_quality;
        if usize::from(max_quality) >= limits::LAYERS {
            return Err(EngineError::Invalid(format!(
                "max_quality {max_quality} is not 0, 1 or 2"
            )));
        }
        self.inbox.send(Command::SetSubscription {
            transport,
            track,
            settings,
        })
    }

    pub fn request_keyframe(&self, track: Handle) -> Result<()> {
        self.registry()?.track(track)?;
        self.inbox.send(Command::RequestKeyframe(track))
    }

    /// Send an encoded `livekit.DataPacket` to all in a room or to some of them.
    pub fn send_data(
        &self,
        room: Handle,
        kind: DataKind,
        packet: Vec<u8>,
        to: Option<Vec<Handle>>,
    ) -> Result<()> {
        let registry = self.registry()?;
        registry.check_room(room)?;
        for participant in to.iter().flatten() {
            registry.check_participant(*participant)?;
        }
        if packet.len() > limits::DATA_PACKET_BYTES {
            let text = format!(
                "a data packet of {} bytes is over {}",
                packet.len(),
                limits::DATA_PACKET_BYTES
            );
            return Err(EngineError::Invalid(text));
        }
        self.inbox.send(Command::SendData {
            room,
            kind,
            packet,
            to,
        })
    }

    /// Tell of data packets to this identity, which nobody in the room has (`ServerData`).
    pub fn listen(&self, room: Handle, identity: String) -> Result<()> {
        self.registry()?.listen(room, &identity)?;
        self.inbox.send(Command::Listen { room, identity })
    }

    /// Undo `listen`; nothing if it was not called.
    pub fn unlisten(&self, room: Handle, identity: String) -> Result<()> {
        self.registry()?.unlisten(room, &identity)?;
        self.inbox.send(Command::Unlisten { room, identity })
    }

    /// The highest sequence number of a participant's reliable messages so far; 0: none.
    pub fn last_sequence(&self, participant: Handle) -> Result<u32> {
        self.registry()?.check_participant(participant)?;
        self.ask(|reply| Command::LastSequence(participant, reply))
    }

    /// Send again what a participant missed; `seen`: its last sequence number of each publisher.
    pub fn resend_data(&self, participant: Handle, seen: Vec<(String, u32)>) -> Result<()> {
        self.registry()?.check_participant(participant)?;
        self.inbox.send(Command::ResendData { participant, seen })
    }

    /// Counters, after all calls made before this one have taken effect.
    pub fn stats(&self) -> Result<EngineStats> {
        self.check_open()?;
        self.ask(Command::Stats)
    }

    /// How a transport does, after all calls made before this one have taken effect.
    pub fn transport_report(&self, transport: Handle) -> Result<TransportReport> {
        self.registry()?.check_transport(transport)?;
        let report = self.ask(|reply| Command::TransportReport(transport, reply))?;
        // It failed meanwhile, and its owner has not taken that event yet.
        Ok(report?)
    }

    /// Have the shard answer something, in its next turn.
    fn ask<T>(&self, command: impl FnOnce(mpsc::SyncSender<T>) -> Command) -> Result<T> {
        let (reply, answer) = mpsc::sync_channel(1);
        self.inbox.send(command(reply))?;
        answer.recv_timeout(STATS_WAIT).map_err(|_| {
            if self.closed.load(Ordering::Acquire) {
                EngineError::Closed
            } else {
                EngineError::Failed("the engine does not answer".into())
            }
        })
    }

    fn check_open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            Err(EngineError::Closed)
        } else {
            Ok(())
        }
    }

    /// The registry, locked. Commands are sent while it is, so that they arrive in its order.
    fn registry(&self) -> Result<MutexGuard<'_, Registry>> {
        self.check_open()?;
        Ok(lock(&self.registry))
    }

    fn forget_codecs(&self, tracks: &[Handle]) {
        let mut codecs = lock(&self.codecs);
        for track in tracks {
            codecs.remove(track);
        }
    }

    /// For tests of what a fault does: make the shard panic while it serves this transport.
    #[cfg(test)]
    pub(crate) fn panic(&self, transport: Handle) -> Result<()> {
        self.inbox.send(Command::Panic(transport))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}

/// No lock is held across anything that can panic half way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
