//! Session keys from master keys (RFC 3711 section 4.3, key derivation rate 0).

use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

use super::SrtpError;

/// Labels of RFC 3711 section 4.3.1 and 4.3.2.
pub(super) const RTP_ENCRYPTION: u8 = 0;
pub(super) const RTP_AUTHENTICATION: u8 = 1;
pub(super) const RTP_SALT: u8 = 2;
pub(super) const RTCP_ENCRYPTION: u8 = 3;
pub(super) const RTCP_AUTHENTICATION: u8 = 4;
pub(super) const RTCP_SALT: u8 = 5;

/// AES in counter mode with its key schedule kept.
pub(super) fn counter_mode(key: &[u8]) -> Result<EncryptingKey, SrtpError> {
    let algorithm = if key.len() == 32 { &AES_256 } else { &AES_128 };
    let key = UnboundCipherKey::new(algorithm, key).map_err(|_| SrtpError::Exhausted)?;
    EncryptingKey::ctr(key).map_err(|_| SrtpError::Exhausted)
}

/// Encrypt or decrypt in place from a counter block.
pub(super) fn apply(
    key: &EncryptingKey,
    counter: [u8; 16],
    data: &mut [u8],
) -> Result<(), SrtpError> {
    let context = EncryptionContext::Iv128(FixedLength::from(counter));
    key.less_safe_encrypt(data, context)
        .map(|_| ())
        .map_err(|_| SrtpError::Exhausted)
}

/// Fill `out` with the key of a label. Salts shorter than 112 bits are padded at the end with zeros
/// (RFC 7714 section 11).
pub(super) fn derive(
    master_key: &[u8],
    master_salt: &[u8],
    label: u8,
    out: &mut [u8],
) -> Result<(), SrtpError> {
    let prf = counter_mode(master_key)?;
    let mut counter = [0u8; 16];
    counter[..master_salt.len()].copy_from_slice(master_salt);
    counter[7] ^= label;
    out.fill(0);
    apply(&prf, counter, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_hex::hex;

    /// RFC 3711 appendix B.3.
    #[test]
    fn session_keys_match_rfc_3711() {
        let key = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        let salt = hex("0EC675AD498AFEEBB6960B3AABE6");
        let mut cipher_key = [0; 16];
        derive(&key, &salt, RTP_ENCRYPTION, &mut cipher_key).unwrap();
        assert_eq!(cipher_key.to_vec(), hex("C61E7A93744F39EE10734AFE3FF7A087"));
        let mut cipher_salt = [0; 14];
        derive(&key, &salt, RTP_SALT, &mut cipher_salt).unwrap();
        assert_eq!(cipher_salt.to_vec(), hex("30CBBC08863D8C85D49DB34A9AE1"));
        let mut auth_key = [0; 20];
        derive(&key, &salt, RTP_AUTHENTICATION, &mut auth_key).unwrap();
        assert_eq!(
            auth_key.to_vec(),
            hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")
        );
    }

    /// RFC 3711 appendix B.2.
    #[test]
    fn counter_mode_matches_rfc_3711() {
        let key = counter_mode(&hex("2B7E151628AED2A6ABF7158809CF4F3C")).unwrap();
        let counter: [u8; 16] = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000").try_into().unwrap();
        let mut stream = vec![0; 48];
        apply(&key, counter, &mut stream).unwrap();
        let expected = "E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB\
                        41E95B3BB0A2E8DD477901E4FCA894C0";
        assert_eq!(stream, hex(expected));
    }
}
