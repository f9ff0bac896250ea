//! The ways out and in of a shard: its UDP socket and, beside it, TCP connections.

use std::os::fd::RawFd;

use crate::engine::EngineConfig;
use crate::error::EngineError;
use crate::io::{MediaSocket, Sent, descriptor_limit};
use crate::peer::Path;
use crate::streams::{Streams, TcpLimits, Urgency};

pub(crate) struct Sockets {
    pub(crate) udp: MediaSocket,
    /// Where the owner wants ICE-TCP.
    pub(crate) tcp: Option<Streams>,
}

impl Sockets {
    /// Bind what the settings name; `Failed` says which address is refused.
    pub(crate) fn open(config: &EngineConfig) -> Result<Self, EngineError> {
        let refused = |protocol, port, error| {
            EngineError::Failed(format!("{protocol} {} port {port}: {error}", config.bind))
        };
        let udp = MediaSocket::bind(config.bind, config.port)
            .map_err(|error| refused("UDP", config.port, error))?;
        let limits = TcpLimits::of_this_process(descriptor_limit());
        let listen = |port| {
            Streams::listen(config.bind, port, limits).map_err(|error| refused("TCP", port, error))
        };
        let tcp = config.tcp_port.map(listen).transpose()?;
        Ok(Self { udp, tcp })
    }

    /// Send one datagram of STUN or DTLS.
    pub(super) fn send(&mut self, path: Path, bytes: &[u8]) -> Sent {
        match (path.connection, &mut self.tcp) {
            (Some(id), Some(tcp)) => tcp.send(id, bytes, bytes.len(), Urgency::Control),
            _ => self.udp.send(path.remote, path.local, bytes),
        }
    }

    /// Send a run of media of `segment` bytes each; the last may be shorter.
    pub(super) fn send_run(&mut self, path: Path, bytes: &[u8], segment: usize) -> Sent {
        match (path.connection, &mut self.tcp) {
            (Some(id), Some(tcp)) => tcp.send(id, bytes, segment, Urgency::Media),
            _ => self.udp.send_run(path.remote, path.local, bytes, segment),
        }
    }

    /// The descriptor of all TCP; one that is never readable without it.
    pub(super) fn tcp_fd(&self) -> RawFd {
        self.tcp.as_ref().map_or(-1, Streams::raw_fd)
    }
}
