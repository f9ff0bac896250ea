//! SRTP and SRTCP (RFC 3711, RFC 7714) with keys from DTLS (RFC 5764).

/// Protection profiles (RFC 5764, RFC 7714), in the names of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    Aes128CmSha1_80,
    AeadAes128Gcm,
    AeadAes256Gcm,
}
