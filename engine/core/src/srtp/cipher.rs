//! One direction's session keys: seals and opens, knows no state. Key schedules are kept.

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::EncryptingKey;
use aws_lc_rs::hmac;

use super::{Profile, SrtpError, keys};

/// RTCP's encryption flag beside the index.
const ENCRYPTED: u32 = 1 << 31;

/// The session keys of one direction.
pub(super) struct Cipher {
    pub profile: Profile,
    rtp: Half,
    rtcp: Half,
}

enum Half {
    Gcm {
        key: Box<LessSafeKey>,
        salt: [u8; 12],
    },
    CmSha1(Box<CmSha1>),
}

struct CmSha1 {
    key: EncryptingKey,
    salt: [u8; 14],
    hmac: hmac::Key,
}

impl Cipher {
    /// Session keys from a master key and salt.
    pub fn derive(profile: Profile, key: &[u8], salt: &[u8]) -> Result<Self, SrtpError> {
        let half = |encryption: u8, authentication: u8, salting: u8| -> Result<Half, SrtpError> {
            let mut session_key = vec![0; profile.key_len()];
            keys::derive(key, salt, encryption, &mut session_key)?;
            let mut session_salt = vec![0; profile.salt_len()];
            keys::derive(key, salt, salting, &mut session_salt)?;
            let mut auth_key = [0; 20];
            keys::derive(key, salt, authentication, &mut auth_key)?;
            Half::new(profile, &session_key, &session_salt, &auth_key)
        };
        Ok(Self {
            profile,
            rtp: half(
                keys::RTP_ENCRYPTION,
                keys::RTP_AUTHENTICATION,
                keys::RTP_SALT,
            )?,
            rtcp: half(
                keys::RTCP_ENCRYPTION,
                keys::RTCP_AUTHENTICATION,
                keys::RTCP_SALT,
            )?,
        })
    }

    /// Seal an RTP packet whose last `rtp_overhead` bytes are room for the tag.
    pub fn seal_rtp(&self, header: usize, index: u64, packet: &mut [u8]) -> Result<(), SrtpError> {
        let ssrc = super::read_u32(packet, 8).ok_or(SrtpError::Malformed)?;
        let body = packet.len() - self.profile.rtp_overhead();
        let (packet, tag) = packet.split_at_mut(body);
        match &self.rtp {
            Half::Gcm { key, salt } => {
                let nonce = gcm_nonce(salt, ssrc, index);
                let (head, payload) = packet.split_at_mut(header);
                let sealed = key.seal_in_place_separate_tag(nonce, Aad::from(&*head), payload);
                tag.copy_from_slice(sealed.map_err(|_| SrtpError::Exhausted)?.as_ref());
            }
            Half::CmSha1(half) => {
                let CmSha1 { key, salt, hmac } = half.as_ref();
                keys::apply(key, cm_counter(salt, ssrc, index), &mut packet[header..])?;
                tag.copy_from_slice(&cm_tag(hmac, packet, (index >> 16) as u32)[..10]);
            }
        }
        Ok(())
    }

    /// Open an RTP packet in place; returns its length without the tag.
    pub fn open_rtp(
        &self,
        header: usize,
        index: u64,
        packet: &mut [u8],
    ) -> Result<usize, SrtpError> {
        let ssrc = super::read_u32(packet, 8).ok_or(SrtpError::Malformed)?;
        let body = packet.len().checked_sub(self.profile.rtp_overhead());
        let body = body
            .filter(|body| *body >= header)
            .ok_or(SrtpError::Malformed)?;
        let (packet, tag) = packet.split_at_mut(body);
        match &self.rtp {
            Half::Gcm { key, salt } => {
                let nonce = gcm_nonce(salt, ssrc, index);
                let (head, payload) = packet.split_at_mut(header);
                key.open_in_place_separate_tag(nonce, Aad::from(&*head), tag, payload)
                    .map_err(|_| SrtpError::Unauthentic)?;
            }
            Half::CmSha1(half) => {
                let CmSha1 { key, salt, hmac } = half.as_ref();
                verify(&cm_tag(hmac, packet, (index >> 16) as u32)[..10], tag)?;
                keys::apply(key, cm_counter(salt, ssrc, index), &mut packet[header..])?;
            }
        }
        Ok(body)
    }

    /// Append tag and index to a plain compound RTCP packet, encrypting it in place.
    pub fn seal_rtcp(&self, index: u32, packet: &mut Vec<u8>) -> Result<(), SrtpError> {
        let ssrc = super::read_u32(packet, 4).ok_or(SrtpError::Malformed)?;
        let trailer = (index | ENCRYPTED).to_be_bytes();
        match &self.rtcp {
            Half::Gcm { key, salt } => {
                let nonce = gcm_nonce(salt, ssrc, u64::from(index));
                let aad = rtcp_aad(packet, trailer);
                let sealed =
                    key.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut packet[8..]);
                packet.extend_from_slice(sealed.map_err(|_| SrtpError::Exhausted)?.as_ref());
                packet.extend_from_slice(&trailer);
            }
            Half::CmSha1(half) => {
                let CmSha1 { key, salt, hmac } = half.as_ref();
                let counter = cm_counter(salt, ssrc, u64::from(index));
                keys::apply(key, counter, &mut packet[8..])?;
                packet.extend_from_slice(&trailer);
                let tag = hmac::sign(hmac, packet);
                packet.extend_from_slice(&tag.as_ref()[..10]);
            }
        }
        Ok(())
    }

    /// Open an RTCP packet in place; returns its plain length.
    pub fn open_rtcp(&self, packet: &mut [u8]) -> Result<usize, SrtpError> {
        let ssrc = super::read_u32(packet, 4).ok_or(SrtpError::Malformed)?;
        let index = self.rtcp_index(packet)?;
        let body = packet.len() - self.profile.rtcp_overhead();
        match &self.rtcp {
            Half::Gcm { key, salt } => {
                let (packet, trailer) = packet.split_at_mut(body + 16);
                let trailer = [trailer[0], trailer[1], trailer[2], trailer[3]];
                let (packet, tag) = packet.split_at_mut(body);
                let nonce = gcm_nonce(salt, ssrc, u64::from(index));
                let aad = rtcp_aad(packet, trailer);
                key.open_in_place_separate_tag(nonce, Aad::from(aad), tag, &mut packet[8..])
                    .map_err(|_| SrtpError::Unauthentic)?;
            }
            Half::CmSha1(half) => {
                let CmSha1 { key, salt, hmac } = half.as_ref();
                let (signed, tag) = packet.split_at_mut(body + 4);
                verify(&hmac::sign(hmac, signed).as_ref()[..10], tag)?;
                let counter = cm_counter(salt, ssrc, u64::from(index));
                keys::apply(key, counter, &mut signed[8..body])?;
            }
        }
        Ok(body)
    }

    /// The index of a sealed RTCP packet. Unencrypted ones are refused: nobody negotiates them.
    pub fn rtcp_index(&self, packet: &[u8]) -> Result<u32, SrtpError> {
        let overhead = self.profile.rtcp_overhead();
        if packet.len() < 8 + overhead {
            return Err(SrtpError::Malformed);
        }
        let at = match self.rtcp {
            Half::Gcm { .. } => packet.len() - 4,
            Half::CmSha1(_) => packet.len() - 14,
        };
        let word = super::read_u32(packet, at).ok_or(SrtpError::Malformed)?;
        if word & ENCRYPTED == 0 {
            return Err(SrtpError::Unauthentic);
        }
        Ok(word & !ENCRYPTED)
    }
}

impl std::fmt::Debug for Cipher {
    /// Never prints keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cipher")
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

impl Half {
    fn new(profile: Profile, key: &[u8], salt: &[u8], auth: &[u8]) -> Result<Self, SrtpError> {
        let gcm = |algorithm| -> Result<Self, SrtpError> {
            let key = UnboundKey::new(algorithm, key).map_err(|_| SrtpError::Exhausted)?;
            let salt = salt.try_into().map_err(|_| SrtpError::Exhausted)?;
            Ok(Self::Gcm {
                key: Box::new(LessSafeKey::new(key)),
                salt,
            })
        };
        match profile {
            Profile::AeadAes128Gcm => gcm(&AES_128_GCM),
            Profile::AeadAes256Gcm => gcm(&AES_256_GCM),
            Profile::Aes128CmSha1_80 => Ok(Self::CmSha1(Box::new(CmSha1 {
                key: keys::counter_mode(key)?,
                salt: salt.try_into().map_err(|_| SrtpError::Exhausted)?,
                hmac: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, auth),
            }))),
        }
    }
}

/// RFC 7714 sections 8.1 and 9.1: two zero bytes, SSRC, 48-bit index; mixed with the salt.
fn gcm_nonce(salt: &[u8; 12], ssrc: u32, index: u64) -> Nonce {
    let mut nonce = *salt;
    for (byte, value) in nonce[2..6].iter_mut().zip(ssrc.to_be_bytes()) {
        *byte ^= value;
    }
    for (byte, value) in nonce[6..12].iter_mut().zip(&index.to_be_bytes()[2..]) {
        *byte ^= value;
    }
    Nonce::assume_unique_for_key(nonce)
}

/// RFC 3711 section 4.1.1: salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16.
fn cm_counter(salt: &[u8; 14], ssrc: u32, index: u64) -> [u8; 16] {
    let mut counter = [0; 16];
    counter[..14].copy_from_slice(salt);
    for (byte, value) in counter[4..8].iter_mut().zip(ssrc.to_be_bytes()) {
        *byte ^= value;
    }
    for (byte, value) in counter[8..14].iter_mut().zip(&index.to_be_bytes()[2..]) {
        *byte ^= value;
    }
    counter
}

fn cm_tag(key: &hmac::Key, packet: &[u8], roll_over: u32) -> [u8; 20] {
    let mut context = hmac::Context::with_key(key);
    context.update(packet);
    context.update(&roll_over.to_be_bytes());
    let mut tag = [0; 20];
    tag.copy_from_slice(context.sign().as_ref());
    tag
}

fn verify(expected: &[u8], tag: &[u8]) -> Result<(), SrtpError> {
    aws_lc_rs::constant_time::verify_slices_are_equal(expected, tag)
        .map_err(|_| SrtpError::Unauthentic)
}

/// RFC 7714 section 9.2: the fixed header and the word with E flag and index.
fn rtcp_aad(packet: &[u8], trailer: [u8; 4]) -> [u8; 12] {
    let mut aad = [0; 12];
    aad[..8].copy_from_slice(&packet[..8]);
    aad[8..].copy_from_slice(&trailer);
    aad
}

#[cfg(test)]
#[path = "cipher_tests.rs"]
mod tests;
