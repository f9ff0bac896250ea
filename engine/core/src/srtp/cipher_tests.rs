//! RFC 7714's vectors, which give session keys, not master keys.

use super::*;
use crate::test_hex::hex;

fn with_session_keys(profile: Profile) -> Cipher {
    let key: Vec<u8> = (0..profile.key_len() as u8).collect();
    let salt = hex("517569642070726f2071756f");
    let half = || Half::new(profile, &key, &salt, &[]).unwrap();
    Cipher {
        profile,
        rtp: half(),
        rtcp: half(),
    }
}

const RTP: &str = "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976697361\
                   20696e207061727465732074726573";

fn check_rtp(profile: Profile, sealed: &str) {
    let cipher = with_session_keys(profile);
    let plain = hex(RTP);
    let mut packet = plain.clone();
    packet.resize(plain.len() + 16, 0);
    cipher.seal_rtp(12, 0xf17b, &mut packet).unwrap();
    assert_eq!(packet[12..], hex(sealed));
    assert_eq!(cipher.open_rtp(12, 0xf17b, &mut packet), Ok(plain.len()));
    assert_eq!(packet[..plain.len()], plain);
}

/// RFC 7714 section 16.1.1.
#[test]
fn aes_128_gcm_seals_rtp_as_in_rfc_7714() {
    let sealed = "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b\
                  36de3adf8833899d7f27beb16a9152cf765ee4390cce";
    check_rtp(Profile::AeadAes128Gcm, sealed);
}

/// RFC 7714 section 16.2.1.
#[test]
fn aes_256_gcm_seals_rtp_as_in_rfc_7714() {
    let sealed = "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f\
                  1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13";
    check_rtp(Profile::AeadAes256Gcm, sealed);
}
