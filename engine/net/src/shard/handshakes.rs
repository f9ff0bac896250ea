//! DTLS handshakes in small portions, so that a crowd at the door never stalls a running call.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use engine_core::Handle;

use super::Shard;

/// Records that wait; a client repeats what is lost here after a second.
const MAX_WAITING: usize = 1_024;
/// Of these, from one client: a handshake is a dozen records.
const MAX_WAITING_OF_ONE: usize = 32;
/// CPU time for handshakes in one turn of the loop. One record takes well under a millisecond.
const BUDGET: Duration = Duration::from_millis(2);

struct Record {
    handle: Handle,
    source: SocketAddr,
    packet: Vec<u8>,
}

#[derive(Default)]
pub(super) struct Handshakes(VecDeque<Record>);

impl Handshakes {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// False when the queue, or this client's part of it, is full.
    pub(super) fn push(&mut self, handle: Handle, source: SocketAddr, packet: &[u8]) -> bool {
        let of_one = self.0.iter().filter(|record| record.handle == handle);
        if self.0.len() >= MAX_WAITING || of_one.count() >= MAX_WAITING_OF_ONE {
            return false;
        }
        self.0.push_back(Record {
            handle,
            source,
            packet: packet.to_vec(),
        });
        true
    }
}

impl Shard {
    pub(super) fn run_handshakes(&mut self) {
        let end = Instant::now() + BUDGET;
        while let Some(record) = self.handshakes.0.pop_front() {
            let now = Instant::now();
            self.serve(record.handle, now, |transport, outputs| {
                transport.handle_dtls(now, record.source, &record.packet, outputs);
            });
            self.peers.arm(record.handle);
            if Instant::now() >= end {
                return;
            }
        }
    }
}
