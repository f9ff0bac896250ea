//! ICE credentials and the certificate that all transports of an engine share.

use std::fmt::Write as _;

use engine_core::sdp::RemoteTransport;
use str0m::config::DtlsCert;
use str0m::crypto::Fingerprint;
use str0m::ice::IceCreds;

use super::keytap;
use crate::error::EngineError;

/// Characters of RFC 8839 `ice-char` that are not mistaken for each other's escape anywhere.
const ICE_CHARS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// One side's user fragment and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) ufrag: String,
    pub(crate) pwd: String,
}

impl Credentials {
    /// New ones from the system's generator: 72 bits of fragment, 144 bits of password.
    pub(crate) fn random() -> Result<Self, EngineError> {
        Ok(Self {
            ufrag: random_text(12)?,
            pwd: random_text(24)?,
        })
    }

    pub(super) fn for_ice(&self) -> IceCreds {
        IceCreds {
            ufrag: self.ufrag.clone(),
            pass: self.pwd.clone(),
        }
    }
}

fn random_text(length: usize) -> Result<String, EngineError> {
    let mut bytes = vec![0; length];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| EngineError::Failed("no randomness".into()))?;
    Ok(bytes
        .iter()
        .map(|byte| char::from(ICE_CHARS[usize::from(byte % 64)]))
        .collect())
}

/// The first ICE credentials of a description: new ones ask for an ICE restart (RFC 8839 4.4.1).
pub(crate) fn remote_credentials(sdp: &str) -> Option<Credentials> {
    let value = |name: &str| {
        sdp.lines()
            .find_map(|line| line.trim_end().strip_prefix(name))
            .map(str::to_owned)
    };
    Some(Credentials {
        ufrag: value("a=ice-ufrag:")?,
        pwd: value("a=ice-pwd:")?,
    })
}

/// The certificate of an engine and its fingerprint as SDP writes it ("sha-256 AA:BB").
pub(crate) struct Identity {
    pub(super) certificate: DtlsCert,
    pub(crate) fingerprint: String,
}

impl Identity {
    pub(crate) fn new() -> Result<Self, EngineError> {
        let provider = keytap::provider();
        let certificate = provider
            .dtls_provider
            .generate_certificate()
            .ok_or_else(|| EngineError::Failed("no certificate could be made".into()))?;
        let mut fingerprint = String::from("sha-256 ");
        for (index, byte) in provider
            .sha256_provider
            .sha256(&certificate.certificate)
            .iter()
            .enumerate()
        {
            let colon = if index == 0 { "" } else { ":" };
            write!(fingerprint, "{colon}{byte:02X}")
                .map_err(|e| EngineError::Failed(e.to_string()))?;
        }
        Ok(Self {
            certificate,
            fingerprint,
        })
    }
}

/// The client's fingerprint in str0m's form. Only SHA-256 is taken: all browsers offer it.
pub(super) fn remote_fingerprint(remote: &RemoteTransport) -> Option<Fingerprint> {
    let mut fingerprint: Fingerprint = remote.fingerprint.parse().ok()?;
    fingerprint.hash_func.make_ascii_lowercase();
    (fingerprint.hash_func == "sha-256" && fingerprint.bytes.len() == 32).then_some(fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_long_enough_and_differ() {
        let (a, b) = (
            Credentials::random().unwrap(),
            Credentials::random().unwrap(),
        );
        assert!(a.ufrag.len() >= 4 && a.pwd.len() >= 22);
        assert!(a.ufrag != b.ufrag && a.pwd != b.pwd);
    }

    #[test]
    fn remote_credentials_are_the_first_of_the_text() {
        let sdp = "v=0\r\na=ice-ufrag:one\r\na=ice-pwd:secret\r\na=ice-ufrag:two\r\n";
        let found = remote_credentials(sdp).unwrap();
        assert_eq!(
            (found.ufrag.as_str(), found.pwd.as_str()),
            ("one", "secret")
        );
        assert_eq!(remote_credentials("v=0\r\na=ice-pwd:secret\r\n"), None);
    }

    #[test]
    fn fingerprint_is_written_as_in_sdp() {
        let text = Identity::new().unwrap().fingerprint;
        assert_eq!(text.len(), "sha-256 ".len() + 32 * 3 - 1);
        assert!(text.starts_with("sha-256 ") && text.parse::<Fingerprint>().is_ok());
    }
}
