//! ICE-TCP: a listener and its connections, passive as RFC 6544 calls it, framed by RFC 4571.
//!
//! Nothing here waits: a slow reader loses media, a slow writer is heard when it has written, and
//! whoever shows no authentic check in time is closed.

mod connection;
mod door;

use std::collections::{HashMap, VecDeque};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use engine_core::Handle;
use engine_core::framing::Deframer;

use crate::io::{Epoll, Ready, Sent, canonical};

use connection::Connection;
pub(crate) use connection::Urgency;
pub(crate) use door::TcpLimits;
use door::{Answer, Door};

/// From a connection to its first authentic check; a client checks at once.
const PENDING_TIME: Duration = Duration::from_secs(10);
/// Without a whole frame; clients check every live path every few seconds.
const IDLE_TIME: Duration = Duration::from_secs(30);
/// Bytes taken before anything authentic: a few checks.
const UNPROVEN: usize = 8 << 10;
/// Connections of one transport; the oldest goes for a new one.
const PER_TRANSPORT: usize = 16;
/// Connections accepted before other work has its turn.
const ACCEPTED: usize = 16;
/// How long no connection is accepted when the system has no descriptors left.
const EXHAUSTED: Duration = Duration::from_secs(1);
/// How often times are looked at.
const SWEEP: Duration = Duration::from_secs(1);
/// The listener's token; connections count from one.
const LISTENER: u64 = 0;

/// Names one connection for the life of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ConnectionId(u64);

/// A connection that is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) id: ConnectionId,
    pub(crate) remote: SocketAddr,
}

/// The listener and all connections.
pub(crate) struct Streams {
    listener: TcpListener,
    epoll: Epoll,
    open: HashMap<ConnectionId, Connection>,
    /// Oldest first; may name connections that are pending no more.
    pending: VecDeque<ConnectionId>,
    door: Door,
    last: u64,
    /// Told to the shard by `take_closed`.
    closed: Vec<Closed>,
    refused: u64,
    exhausted_until: Option<Instant>,
    sweep_at: Option<Instant>,
}

impl Streams {
    /// Listen; port 0 takes a free one.
    pub(crate) fn listen(ip: IpAddr, port: u16, limits: TcpLimits) -> io::Result<Self> {
        let listener = TcpListener::bind((ip, port))?;
        listener.set_nonblocking(true)?;
        let epoll = Epoll::new()?;
        epoll.add(&listener, LISTENER)?;
        Ok(Self {
            listener,
            epoll,
            open: HashMap::new(),
            pending: VecDeque::new(),
            door: Door::new(limits),
            last: LISTENER,
            closed: Vec::new(),
            refused: 0,
            exhausted_until: None,
            sweep_at: None,
        })
    }

    pub(crate) fn port(&self) -> io::Result<u16> {
        Ok(self.listener.local_addr()?.port())
    }

    /// Readable while something is to do.
    pub(crate) fn raw_fd(&self) -> RawFd {
        self.epoll.raw()
    }

    /// When to call `sweep`.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.sweep_at
    }

    #[cfg(test)]
    fn count(&self) -> usize {
        self.open.len()
    }

    /// Connections turned away or cut off since the last call.
    pub(crate) fn take_refused(&mut self) -> u64 {
        std::mem::take(&mut self.refused)
    }

    /// Connections closed since the last call, by either side.
    pub(crate) fn take_closed(&mut self) -> Vec<Closed> {
        std::mem::take(&mut self.closed)
    }

    /// Accept and write what can be; the connections with something to read are returned.
    pub(crate) fn poll(&mut self, now: Instant) -> Vec<ConnectionId> {
        let mut readable = Vec::new();
        for Ready {
            token,
            readable: reads,
            writable,
        } in self.epoll.ready()
        {
            if token == LISTENER {
                self.accept(now);
                continue;
            }
            let id = ConnectionId(token);
            if writable {
                self.flush(id);
            }
            if reads {
                readable.push(id);
            }
        }
        readable
    }

    fn accept(&mut self, now: Instant) {
        for _ in 0..ACCEPTED {
            match self.listener.accept() {
                Ok((stream, remote)) => self.welcome(stream, canonical(remote), now),
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => return,
                    ErrorKind::Interrupted | ErrorKind::ConnectionAborted => {}
                    // No descriptors: the listener would stay ready and the loop would spin.
                    _ => {
                        let _ = self.epoll.watch(&self.listener, LISTENER, false, false);
                        self.exhausted_until = Some(now + EXHAUSTED);
                        self.sweep_at.get_or_insert(now + EXHAUSTED);
                        return;
                    }
                },
            }
        }
    }

    fn welcome(&mut self, stream: TcpStream, remote: SocketAddr, now: Instant) {
        match self.door.ask(remote.ip()) {
            Answer::Welcome => {}
            Answer::InPlaceOfPending => self.close_oldest_pending(),
            Answer::Refused => {
                self.refused += 1;
                return;
            }
        }
        let id = ConnectionId(self.last + 1);
        let Ok(connection) = Connection::new(stream, remote, now) else {
            return;
        };
        if self.epoll.add(&connection.stream, id.0).is_err() {
            return;
        }
        self.last = id.0;
        self.door.came(remote.ip());
        self.open.insert(id, connection);
        self.pending.push_back(id);
        self.sweep_at.get_or_insert(now + SWEEP);
    }

    fn close_oldest_pending(&mut self) {
        while let Some(id) = self.pending.pop_front() {
            if self.is_pending(id) {
                self.refused += 1;
                self.close(id);
                return;
            }
        }
    }

    fn is_pending(&self, id: ConnectionId) -> bool {
        let found = self.open.get(&id);
        found.is_some_and(|connection| connection.owner.is_none())
    }

    /// Read once into `buffer`: how many bytes came, and between whom. `None`: nothing, or the
    /// connection has ended.
    pub(crate) fn read(&mut self, id: ConnectionId, buffer: &mut [u8]) -> Option<Read> {
        let connection = self.open.get_mut(&id)?;
        let read = connection.read(buffer);
        let enough = connection.owner.is_some() || connection.unproven < UNPROVEN;
        match read {
            Ok(Some(count)) if enough => {
                if connection.owner.is_none() {
                    connection.unproven += count;
                }
                Some(Read {
                    count,
                    remote: connection.remote,
                    local: connection.local,
                    deframer: std::mem::take(&mut connection.deframer),
                })
            }
            Ok(None) => None,
            Ok(Some(_)) => {
                self.refused += 1;
                self.close(id);
                None
            }
            Err(_) => {
                self.close(id);
                None
            }
        }
    }

    /// Give the deframer of a `read` back, after whole frames (`heard`) or without.
    pub(crate) fn after_read(
        &mut self,
        id: ConnectionId,
        deframer: Deframer,
        heard: bool,
        now: Instant,
    ) {
        if let Some(connection) = self.open.get_mut(&id) {
            connection.deframer = deframer;
            if heard {
                connection.last_heard = now;
            }
        }
    }

    /// An authentic check of this transport came over the connection.
    pub(crate) fn prove(&mut self, id: ConnectionId, owner: Handle) {
        let Some(connection) = self.open.get_mut(&id) else {
            return;
        };
        let address = connection.remote.ip();
        match connection.owner.replace(owner) {
            None => self.door.proved(address),
            Some(before) if before == owner => return,
            Some(_) => {}
        }
        let mut of_owner: Vec<_> = self.of(owner).collect();
        if of_owner.len() > PER_TRANSPORT {
            of_owner.sort_unstable();
            self.close(of_owner[0]);
        }
    }

    fn of(&self, owner: Handle) -> impl Iterator<Item = ConnectionId> {
        let open = self.open.iter();
        open.filter(move |(_, one)| one.owner == Some(owner))
            .map(|(id, _)| *id)
    }

    /// The transport is gone: so are its connections.
    pub(crate) fn close_all_of(&mut self, owner: Handle) {
        let ids: Vec<_> = self.of(owner).collect();
        for id in ids {
            self.close(id);
        }
    }

    /// Send datagrams of `segment` bytes each; the last may be shorter.
    pub(crate) fn send(
        &mut self,
        id: ConnectionId,
        datagrams: &[u8],
        segment: usize,
        urgency: Urgency,
    ) -> Sent {
        let Some(connection) = self.open.get_mut(&id) else {
            let refused = datagrams.len().div_ceil(segment.max(1)) as u64;
            return Sent {
                refused,
                ..Sent::default()
            };
        };
        let sent = connection.queue(datagrams, segment, urgency);
        self.flush(id);
        sent
    }

    fn flush(&mut self, id: ConnectionId) {
        let Some(connection) = self.open.get_mut(&id) else {
            return;
        };
        if connection.flush().is_err() {
            self.close(id);
            return;
        }
        let waits = connection.waiting() > 0;
        if waits != connection.watches_writable {
            connection.watches_writable = waits;
            let _ = self.epoll.watch(&connection.stream, id.0, true, waits);
        }
    }

    /// End a connection.
    pub(crate) fn close(&mut self, id: ConnectionId) {
        let Some(connection) = self.open.remove(&id) else {
            return;
        };
        let remote = connection.remote;
        self.door.left(remote.ip(), connection.owner.is_none());
        self.closed.push(Closed { id, remote });
    }

    /// Close what waited too long, and accept again after an exhaustion.
    pub(crate) fn sweep(&mut self, now: Instant) {
        if self.exhausted_until.is_some_and(|until| until <= now) {
            self.exhausted_until = None;
            let _ = self.epoll.watch(&self.listener, LISTENER, true, false);
        }
        let late = |connection: &Connection| match connection.owner {
            None => now >= connection.opened + PENDING_TIME,
            Some(_) => now >= connection.last_heard + IDLE_TIME,
        };
        let all = self.open.iter();
        let late: Vec<_> = all
            .filter(|(_, one)| late(one))
            .map(|(id, _)| *id)
            .collect();
        self.refused += late.len() as u64;
        for id in late {
            self.close(id);
        }
        let open = &self.open;
        self.pending
            .retain(|id| open.get(id).is_some_and(|one| one.owner.is_none()));
        let busy = !self.open.is_empty() || self.exhausted_until.is_some();
        self.sweep_at = busy.then_some(now + SWEEP);
    }
}

/// What `Streams::read` found.
pub(crate) struct Read {
    pub(crate) count: usize,
    pub(crate) remote: SocketAddr,
    pub(crate) local: Option<IpAddr>,
    pub(crate) deframer: Deframer,
}

#[cfg(test)]
mod tests;
