//! Opening what arrives: index estimation and replay windows. State moves only on authentic packets.

use super::cipher::Cipher;
use super::window::Window;
use super::{SrtpError, read_u32, rtp_header_len};
use crate::hash::IntMap;
use crate::limits;

/// The receiving half of a transport's SRTP.
#[derive(Debug)]
pub struct SrtpRx {
    cipher: Cipher,
    rtp: IntMap<u32, Window>,
    rtcp: IntMap<u32, Window>,
}

impl SrtpRx {
    pub(super) fn new(cipher: Cipher) -> Self {
        Self {
            cipher,
            rtp: IntMap::default(),
            rtcp: IntMap::default(),
        }
    }

    /// Open an RTP packet in place; returns its plain length and its index (extended sequence
    /// number).
    pub fn open(&mut self, packet: &mut [u8]) -> Result<(usize, u64), SrtpError> {
        let header = rtp_header_len(packet).ok_or(SrtpError::Malformed)?;
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        let ssrc = read_u32(packet, 8).ok_or(SrtpError::Malformed)?;
        let known = self.rtp.get(&ssrc);
        if known.is_none() && self.rtp.len() >= limits::SSRCS {
            return Err(SrtpError::Exhausted);
        }
        let index = estimate(known.and_then(Window::highest), sequence);
        if known.is_some_and(|window| !window.is_unused(index)) {
            return Err(SrtpError::Replayed);
        }
        let len = self.cipher.open_rtp(header, index, packet)?;
        self.rtp.entry(ssrc).or_default().mark(index);
        Ok((len, index))
    }

    /// Open an RTCP packet in place; returns its plain length.
    pub fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, SrtpError> {
        let index = u64::from(self.cipher.rtcp_index(packet)?);
        let ssrc = read_u32(packet, 4).ok_or(SrtpError::Malformed)?;
        let known = self.rtcp.get(&ssrc);
        if known.is_none() && self.rtcp.len() >= limits::SSRCS {
            return Err(SrtpError::Exhausted);
        }
        if known.is_some_and(|window| !window.is_unused(index)) {
            return Err(SrtpError::Replayed);
        }
        let len = self.cipher.open_rtcp(packet)?;
        self.rtcp.entry(ssrc).or_default().mark(index);
        Ok(len)
    }
}

/// The index nearest to the highest one so far (RFC 3711 section 3.3.1).
fn estimate(highest: Option<u64>, sequence: u16) -> u64 {
    let Some(highest) = highest else {
        return u64::from(sequence);
    };
    let roll_over = highest >> 16;
    let last = highest as u16;
    let guess = if last < 0x8000 {
        if i32::from(sequence) - i32::from(last) > 0x8000 {
            roll_over.checked_sub(1).unwrap_or(roll_over)
        } else {
            roll_over
        }
    } else if i32::from(last) - 0x8000 > i32::from(sequence) {
        roll_over + 1
    } else {
        roll_over
    };
    guess << 16 | u64::from(sequence)
}
