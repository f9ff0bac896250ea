//! One TCP connection: frames out of a bounded buffer, bytes in.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Instant;

use engine_core::Handle;
use engine_core::framing::{Deframer, FRAME_HEADER, push_frame};

use crate::io::{Sent, bound_send_buffer};

/// Bytes that wait for a slow reader, beside what the kernel holds; media beyond them is dropped.
const UNSENT: usize = 256 << 10;
/// Room above that for STUN and DTLS, so that a slow path is not taken for a dead one.
const RESERVE: usize = 32 << 10;
/// Bytes that the kernel holds; its own choice would be seconds of stale media.
const KERNEL_BUFFER: libc::c_int = 128 << 10;

/// What is sent: media is worth nothing when it is late, the rest keeps the path alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    Media,
    Control,
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) remote: SocketAddr,
    pub(super) local: Option<IpAddr>,
    pub(super) deframer: Deframer,
    /// The transport that an authentic check came for.
    pub(super) owner: Option<Handle>,
    pub(super) opened: Instant,
    pub(super) last_heard: Instant,
    /// Bytes that came before anything authentic.
    pub(super) unproven: usize,
    pub(super) watches_writable: bool,
    unsent: Vec<u8>,
    /// How many bytes at the start of `unsent` are gone already.
    gone: usize,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, remote: SocketAddr, now: Instant) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        bound_send_buffer(&stream, KERNEL_BUFFER)?;
        let local = stream.local_addr().ok();
        Ok(Self {
            stream,
            remote,
            local: local.map(|address| address.ip().to_canonical()),
            deframer: Deframer::default(),
            owner: None,
            opened: now,
            last_heard: now,
            unproven: 0,
            watches_writable: false,
            unsent: Vec::new(),
            gone: 0,
        })
    }

    pub(super) fn waiting(&self) -> usize {
        self.unsent.len() - self.gone
    }

    /// Queue datagrams of `segment` bytes each (the last may be shorter) as frames.
    pub(super) fn queue(&mut self, datagrams: &[u8], segment: usize, urgency: Urgency) -> Sent {
        let room = match urgency {
            Urgency::Media => UNSENT,
            Urgency::Control => UNSENT + RESERVE,
        };
        let mut sent = Sent::default();
        for datagram in datagrams.chunks(segment.max(1)) {
            let fits = self.waiting() + FRAME_HEADER + datagram.len() <= room;
            if fits && push_frame(&mut self.unsent, datagram) {
                sent.packets += 1;
                sent.bytes += datagram.len() as u64;
            } else {
                sent.refused += 1;
            }
        }
        sent
    }

    /// Hand the kernel what it takes. An error ends the connection.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        while self.waiting() > 0 {
            match self.stream.write(&self.unsent[self.gone..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => self.gone += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        if self.waiting() == 0 {
            // Memory for those only that are slow.
            self.unsent = Vec::new();
            self.gone = 0;
        } else if self.gone > UNSENT / 2 {
            self.unsent.drain(..self.gone);
            self.gone = 0;
        }
        Ok(())
    }

    /// Read what waits, up to the buffer's size. `None`: nothing waits. An error or the stream's
    /// end (`UnexpectedEof`) ends the connection.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match self.stream.read(buffer) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => Ok(Some(count)),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::Interrupted => Ok(None),
                _ => Err(error),
            },
        }
    }
}
