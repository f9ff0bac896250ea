//! Frames from TCP connections: the same datagrams by another way.

use std::time::Instant;

use super::Shard;
use crate::io::Datagram;
use crate::peer::Source;
use crate::streams::{Closed, ConnectionId};

/// Bytes read from one connection before the others have their turn.
const READ: usize = 16 << 10;
/// Largest frame taken; longer ones are no WebRTC traffic.
const FRAME: usize = 2_048;

impl Shard {
    pub(super) fn receive_streams(&mut self, now: Instant) {
        let Some(tcp) = &mut self.parts.sockets.tcp else {
            return;
        };
        for id in tcp.poll(now) {
            self.receive_stream(id, now);
        }
        self.note_closed();
    }

    fn receive_stream(&mut self, id: ConnectionId, now: Instant) {
        // Taken out, as what comes of a frame needs the shard; a panic leaves an empty one.
        let mut buffer = std::mem::take(&mut self.stream_buffer);
        buffer.resize(READ, 0);
        let tcp = self.parts.sockets.tcp.as_mut();
        let read = tcp.and_then(|tcp| tcp.read(id, &mut buffer));
        if let Some(read) = read {
            let (remote, local, mut deframer) = (read.remote, read.local, read.deframer);
            let mut heard = false;
            let fed = deframer.feed(&mut buffer[..read.count], FRAME, &mut |frame| {
                heard = true;
                self.counters.packets_in += 1;
                let datagram = Datagram {
                    source: remote,
                    local,
                    bytes: frame,
                };
                self.take_datagram(now, Some(id), datagram);
            });
            if let Some(tcp) = &mut self.parts.sockets.tcp {
                match fed {
                    Ok(()) => tcp.after_read(id, deframer, heard, now),
                    Err(_) => {
                        self.counters.dropped += 1;
                        tcp.close(id);
                    }
                }
            }
        }
        self.stream_buffer = buffer;
    }

    pub(super) fn sweep_streams(&mut self, now: Instant) {
        if let Some(tcp) = &mut self.parts.sockets.tcp
            && tcp.next_due().is_some_and(|at| at <= now)
        {
            tcp.sweep(now);
        }
        self.note_closed();
    }

    /// What a closed connection leaves behind.
    fn note_closed(&mut self) {
        let Some(tcp) = &mut self.parts.sockets.tcp else {
            return;
        };
        self.counters.connections_refused += tcp.take_refused();
        for Closed { id, remote } in tcp.take_closed() {
            self.peers.release(Source {
                remote,
                connection: Some(id),
            });
        }
    }
}
