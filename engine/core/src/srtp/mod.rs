//! SRTP and SRTCP (RFC 3711, RFC 7714) with keys from DTLS (RFC 5764).
//!
//! One `SrtpTx` and one `SrtpRx` a transport, for the life of its keys. `SrtpTx` refuses to seal
//! two different packets under one (SSRC, index), whatever its caller does.

mod cipher;
mod keys;
mod rx;
mod tx;
mod window;

use std::fmt;

pub use rx::SrtpRx;
pub use tx::{SrtpTx, StreamSlot};

/// Protection profiles (RFC 5764, RFC 7714), in the names of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    Aes128CmSha1_80,
    AeadAes128Gcm,
    AeadAes256Gcm,
}

impl Profile {
    /// Bytes of a master key.
    pub fn key_len(self) -> usize {
        match self {
            Self::Aes128CmSha1_80 | Self::AeadAes128Gcm => 16,
            Self::AeadAes256Gcm => 32,
        }
    }

    /// Bytes of a master salt.
    pub fn salt_len(self) -> usize {
        match self {
            Self::Aes128CmSha1_80 => 14,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
        }
    }

    /// Bytes of the keying material of both sides.
    pub fn keying_material_len(self) -> usize {
        2 * (self.key_len() + self.salt_len())
    }

    /// Bytes that sealing adds to an RTP packet.
    pub fn rtp_overhead(self) -> usize {
        match self {
            Self::Aes128CmSha1_80 => 10,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 16,
        }
    }

    /// Bytes that sealing adds to an RTCP packet (tag and index).
    pub fn rtcp_overhead(self) -> usize {
        self.rtp_overhead() + 4
    }
}

/// Why a packet was not sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SrtpError {
    /// Shorter than its own headers, or not RTP.
    Malformed,
    /// The tag is wrong.
    Unauthentic,
    /// The index was seen before, or is older than the window can tell.
    Replayed,
    /// Sealing would use an (SSRC, index) a second time.
    Repeated,
    /// More SSRCs or packets than the keys may serve, or keys of the wrong length.
    Exhausted,
}

impl fmt::Display for SrtpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "malformed packet",
            Self::Unauthentic => "wrong authentication tag",
            Self::Replayed => "replayed packet",
            Self::Repeated => "index used before",
            Self::Exhausted => "keys exhausted or of wrong length",
        })
    }
}

impl std::error::Error for SrtpError {}

/// Both directions from the material that DTLS exports: client key, server key, client salt, server
/// salt (RFC 5764 section 4.2). `dtls_active`: we were the DTLS client.
pub fn contexts(
    profile: Profile,
    keying_material: &[u8],
    dtls_active: bool,
) -> Result<(SrtpTx, SrtpRx), SrtpError> {
    if keying_material.len() != profile.keying_material_len() {
        return Err(SrtpError::Exhausted);
    }
    let (keys, salts) = keying_material.split_at(2 * profile.key_len());
    let (client_key, server_key) = keys.split_at(profile.key_len());
    let (client_salt, server_salt) = salts.split_at(profile.salt_len());
    let client = cipher::Cipher::derive(profile, client_key, client_salt)?;
    let server = cipher::Cipher::derive(profile, server_key, server_salt)?;
    let (ours, theirs) = if dtls_active {
        (client, server)
    } else {
        (server, client)
    };
    Ok((SrtpTx::new(ours), SrtpRx::new(theirs)))
}

/// Bytes of an RTP header with CSRCs and extension (RFC 3550 section 5.1), checked against `packet`.
pub(crate) fn rtp_header_len(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    if first >> 6 != 2 {
        return None;
    }
    let mut len = 12 + 4 * usize::from(first & 0x0f);
    if first & 0x10 != 0 {
        let words = packet.get(len + 2..len + 4)?;
        len += 4 + 4 * usize::from(u16::from_be_bytes([words[0], words[1]]));
    }
    (len <= packet.len()).then_some(len)
}

pub(crate) fn read_u32(packet: &[u8], at: usize) -> Option<u32> {
    packet
        .get(at..at + 4)
        .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}
