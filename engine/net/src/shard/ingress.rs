//! Datagrams in: first byte (RFC 7983), then user fragment or address, tell whose they are.

use std::time::Instant;

use engine_core::Handle;
use engine_core::rtp::is_rtcp;
use engine_core::stun::BindingRequest;

use super::Shard;
use super::allowance::Allowance;
use crate::io::{Batch, Datagram};
use crate::peer::{Path, Source, Transport};
use crate::streams::ConnectionId;

/// Transports between their first check and the end of DTLS. More wait for the next check.
const MAX_HANDSHAKING: usize = 1_024;

impl Shard {
    pub(super) fn receive(&mut self, batch: &mut Batch) {
        let count = batch.receive(&self.parts.sockets.udp);
        if count == 0 {
            return;
        }
        let now = Instant::now();
        for index in 0..count {
            self.counters.packets_in += 1;
            match batch.datagram(index) {
                Some(datagram) => self.take_datagram(now, None, datagram),
                None => self.counters.dropped += 1,
            }
        }
    }

    /// A datagram, or a frame of a TCP connection.
    pub(super) fn take_datagram(
        &mut self,
        now: Instant,
        connection: Option<ConnectionId>,
        datagram: Datagram<'_>,
    ) {
        let from = Path {
            remote: datagram.source,
            local: datagram.local,
            connection,
        };
        self.counters.bytes_in += datagram.bytes.len() as u64;
        match datagram.bytes.first() {
            Some(128..=191) => self.take_srtp(now, from.source(), datagram.bytes),
            Some(0..=3) => {
                if !self.take_check(now, from, datagram.bytes) {
                    self.counters.dropped += 1;
                }
            }
            Some(20..=63) => self.take_dtls(now, from.source(), datagram.bytes),
            _ => self.counters.dropped += 1,
        }
    }

    fn take_srtp(&mut self, now: Instant, source: Source, packet: &mut [u8]) {
        let Some(handle) = self.peers.by_source(source) else {
            self.counters.dropped += 1;
            return;
        };
        if !self.allows(handle, |allowance| allowance.admits(now)) {
            return;
        }
        self.current = Some(handle);
        let authentic = self.router.handle_srtp(now, handle, packet);
        self.current = None;
        if authentic && let Some(peer) = self.peers.get_mut(handle) {
            peer.last_valid = now;
            peer.allowance.used(packet.len(), now);
            if is_rtcp(packet) {
                peer.signs.connectivity(now);
            } else {
                peer.signs.media(now);
            }
        }
    }

    /// Whether the client has not used up what it may; counted when it has.
    fn allows(&mut self, handle: Handle, ask: impl FnOnce(&mut Allowance) -> bool) -> bool {
        let allowed = self
            .peers
            .get_mut(handle)
            .is_none_or(|peer| ask(&mut peer.allowance));
        self.counters.limited += u64::from(!allowed);
        allowed
    }

    /// A connectivity check. False if it was for nobody or not authentic.
    fn take_check(&mut self, now: Instant, from: Path, packet: &[u8]) -> bool {
        let Some(request) = BindingRequest::parse(packet) else {
            return false;
        };
        let Some(handle) = self.peers.by_ufrag(request.local_ufrag) else {
            return false;
        };
        if !self.allows(handle, |allowance| allowance.check(now)) {
            return true;
        }
        if !self.start_transport(handle, now) {
            return false;
        }
        let mut authentic = false;
        self.serve_from(handle, now, Some(from), |transport, outputs| {
            authentic = transport.handle_stun(now, from, &request, packet, outputs);
        });
        if authentic {
            self.peers.claim(from.source(), handle);
            if let (Some(id), Some(tcp)) = (from.connection, &mut self.parts.sockets.tcp) {
                tcp.prove(id, handle);
            }
            if let Some(peer) = self.peers.get_mut(handle) {
                peer.last_valid = now;
                peer.signs.connectivity(now);
            }
            self.peers.arm(handle);
        }
        authentic
    }

    /// Make the transport at the client's first check, while not too many are being set up.
    fn start_transport(&mut self, handle: Handle, now: Instant) -> bool {
        let Some(peer) = self.peers.get(handle) else {
            return false;
        };
        if peer.transport.is_some() {
            return true;
        }
        if self.peers.handshaking() >= MAX_HANDSHAKING {
            return false;
        }
        match Transport::new(now, &self.parts.identity, &peer.plan) {
            Ok(transport) => self.peers.started(handle, transport),
            Err(lost) => {
                self.fail(handle, lost.into());
                return false;
            }
        }
        true
    }

    /// Records of a finished handshake carry data and go on at once; a handshake waits its turn.
    fn take_dtls(&mut self, now: Instant, source: Source, packet: &[u8]) {
        let Some(handle) = self.peers.by_source(source) else {
            self.counters.dropped += 1;
            return;
        };
        if !self.allows(handle, |allowance| allowance.record(now)) {
            return;
        }
        if self
            .peers
            .transport(handle)
            .is_some_and(|transport| transport.is_connected())
        {
            self.serve(handle, now, |transport, outputs| {
                transport.handle_dtls(now, source.remote, packet, outputs);
            });
            self.peers.arm(handle);
        } else if !self.handshakes.push(handle, source.remote, packet) {
            self.counters.dropped += 1;
        }
    }
}
