//! Sealing what we send. The rule of this file: under one key, no (SSRC, index) ever protects two
//! different packets, because with GCM that gives the key away.

use super::cipher::Cipher;
use super::window::Window;
use super::{Profile, SrtpError, read_u32, rtp_header_len};
use crate::hash::IntMap;
use crate::limits;

/// Sent packets whose tags are kept on streams that repeat packets.
const REPEATABLE: usize = 128;
/// 48 bits of index (RFC 3711 section 3.3.1), 31 for RTCP.
const MAX_INDEX: u64 = 1 << 48;
const MAX_RTCP_INDEX: u32 = 1 << 31;

/// An SSRC's place in its `SrtpTx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamSlot(usize);

/// The sending half of a transport's SRTP.
#[derive(Debug)]
pub struct SrtpTx {
    cipher: Cipher,
    streams: Vec<Stream>,
    by_ssrc: IntMap<u32, usize>,
    rtcp_index: u32,
}

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    used: Window,
    /// (index, first half of the tag) of the last packets, by index.
    sent: Option<Box<[(u64, u64)]>>,
}

impl SrtpTx {
    pub(super) fn new(cipher: Cipher) -> Self {
        Self {
            cipher,
            streams: Vec::new(),
            by_ssrc: IntMap::default(),
            rtcp_index: 0,
        }
    }

    /// The profile of the keys.
    pub fn profile(&self) -> Profile {
        self.cipher.profile
    }

    /// The stream of an SSRC. One that was used before goes on where it was. `repeats`: packets may
    /// be sent a second time by `seal_again`.
    pub fn stream(&mut self, ssrc: u32, repeats: bool) -> Result<StreamSlot, SrtpError> {
        let slot = match self.by_ssrc.get(&ssrc) {
            Some(slot) => *slot,
            None if self.streams.len() >= limits::SSRCS => return Err(SrtpError::Exhausted),
            None => {
                self.streams.push(Stream {
                    ssrc,
                    used: Window::default(),
                    sent: None,
                });
                self.by_ssrc.insert(ssrc, self.streams.len() - 1);
                self.streams.len() - 1
            }
        };
        let stream = &mut self.streams[slot];
        if repeats && stream.sent.is_none() {
            stream.sent = Some(vec![(u64::MAX, 0); REPEATABLE].into_boxed_slice());
        }
        Ok(StreamSlot(slot))
    }

    /// The highest index sealed on a stream.
    pub fn highest(&self, slot: StreamSlot) -> Option<u64> {
        self.streams
            .get(slot.0)
            .and_then(|stream| stream.used.highest())
    }

    /// Seal a packet in place. `index` is the extended sequence number (roll-over count * 65,536 +
    /// sequence number); the last `rtp_overhead` bytes of `packet` are room for the tag.
    pub fn seal(
        &mut self,
        slot: StreamSlot,
        index: u64,
        packet: &mut [u8],
    ) -> Result<(), SrtpError> {
        let header = self.check(slot, index, packet)?;
        let stream = &mut self.streams[slot.0];
        if !stream.used.is_unused(index) {
            return Err(SrtpError::Repeated);
        }
        stream.used.mark(index);
        self.cipher.seal_rtp(header, index, packet)?;
        if let Some(sent) = &mut stream.sent {
            sent[index as usize % REPEATABLE] = (index, tag_of(self.cipher.profile, packet));
        }
        Ok(())
    }

    /// Seal a packet that was sealed before, for repeating it without RTX. Only the very same
    /// packet comes out; for any other the buffer is cleared and the call refused.
    pub fn seal_again(
        &mut self,
        slot: StreamSlot,
        index: u64,
        packet: &mut [u8],
    ) -> Result<(), SrtpError> {
        let header = self.check(slot, index, packet)?;
        let sent = self.streams[slot.0]
            .sent
            .as_ref()
            .ok_or(SrtpError::Repeated)?;
        let (sent_index, tag) = sent[index as usize % REPEATABLE];
        if sent_index != index {
            return Err(SrtpError::Repeated);
        }
        let sealed = self.cipher.seal_rtp(header, index, packet);
        if sealed.is_err() || tag_of(self.cipher.profile, packet) != tag {
            packet.fill(0);
            return Err(SrtpError::Repeated);
        }
        Ok(())
    }

    /// Seal a compound RTCP packet: encrypts it and appends tag and index. All senders of the
    /// transport share one index, so no pair repeats whatever their SSRC.
    pub fn seal_rtcp(&mut self, packet: &mut Vec<u8>) -> Result<(), SrtpError> {
        if packet.len() < 8 {
            return Err(SrtpError::Malformed);
        }
        if self.rtcp_index >= MAX_RTCP_INDEX {
            return Err(SrtpError::Exhausted);
        }
        let index = self.rtcp_index;
        self.rtcp_index += 1;
        self.cipher.seal_rtcp(index, packet)
    }

    /// The header's length, if the packet is what stream and index say it is.
    fn check(&self, slot: StreamSlot, index: u64, packet: &[u8]) -> Result<usize, SrtpError> {
        let stream = self.streams.get(slot.0).ok_or(SrtpError::Malformed)?;
        if index >= MAX_INDEX {
            return Err(SrtpError::Exhausted);
        }
        let header = rtp_header_len(packet).ok_or(SrtpError::Malformed)?;
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        let fits = packet.len() >= header + self.cipher.profile.rtp_overhead();
        if !fits || read_u32(packet, 8) != Some(stream.ssrc) || sequence != index as u16 {
            return Err(SrtpError::Malformed);
        }
        Ok(header)
    }
}

fn tag_of(profile: Profile, packet: &[u8]) -> u64 {
    let at = packet.len() - profile.rtp_overhead();
    packet[at..]
        .first_chunk()
        .map_or(0, |half| u64::from_be_bytes(*half))
}
