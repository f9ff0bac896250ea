//! ICE and DTLS facts of a description (RFC 8839, RFC 8842).

use super::parse::Text;
use super::types::{RemoteTransport, SdpError};
use crate::limits;

/// The remote's transport: of the first section that is not rejected, else of the session.
pub(super) fn read_transport(text: &Text<'_>) -> Result<RemoteTransport, SdpError> {
    let section = text
        .sections
        .iter()
        .find(|one| one.port != 0 || one.has("bundle-only"));
    let get = |name: &str| {
        section
            .and_then(|section| section.first(name))
            .or_else(|| text.session_first(name))
    };
    let need = |name: &str| get(name).ok_or_else(|| SdpError::new(format!("a={name} is missing")));
    let ufrag = need("ice-ufrag")?;
    let pwd = need("ice-pwd")?;
    if !(4..=256).contains(&ufrag.len()) || !(22..=256).contains(&pwd.len()) {
        return Err(SdpError::new(
            "a=ice-ufrag or a=ice-pwd has a length outside RFC 8839",
        ));
    }
    let candidates = text
        .sections
        .iter()
        .flat_map(|section| section.all("candidate"))
        .filter(|value| is_usable(value))
        .take(limits::SDP_ATTRIBUTES)
        .map(|value| format!("candidate:{value}"))
        .collect();
    Ok(RemoteTransport {
        ufrag: ufrag.to_owned(),
        pwd: pwd.to_owned(),
        fingerprint: read_fingerprint(need("fingerprint")?)?,
        dtls_setup_active: get("setup") != Some("passive"),
        candidates,
        ice_lite: text.session_first("ice-lite").is_some(),
    })
}

fn read_fingerprint(value: &str) -> Result<String, SdpError> {
    let bad = || SdpError::new("a=fingerprint is malformed");
    let (hash, digest) = value.split_once(' ').ok_or_else(bad)?;
    let pairs_are_hex = digest
        .trim()
        .split(':')
        .all(|pair| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !pairs_are_hex {
        return Err(bad());
    }
    Ok(format!(
        "{} {}",
        hash.to_ascii_lowercase(),
        digest.trim().to_ascii_uppercase()
    ))
}

/// Whether a candidate has an address we can send to: no mDNS name, not TCP.
fn is_usable(value: &str) -> bool {
    let mut words = value.split_ascii_whitespace().skip(2);
    let udp = words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("udp"));
    let address = words.nth(1);
    udp && address.is_some_and(|word| word.parse::<std::net::IpAddr>().is_ok())
}
