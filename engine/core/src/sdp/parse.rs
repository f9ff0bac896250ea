//! Lines into sections (RFC 8866): only structure, no meaning. Borrows from the text.

use super::types::SdpError;
use crate::limits;

/// An attribute: name and value ("" for flags).
pub(super) type Attribute<'a> = (&'a str, &'a str);

/// A description split into its session part and `m=` sections.
#[derive(Debug, Default)]
pub(super) struct Text<'a> {
    pub session: Vec<Attribute<'a>>,
    pub sections: Vec<SectionText<'a>>,
}

/// One `m=` section.
#[derive(Debug)]
pub(super) struct SectionText<'a> {
    pub media: &'a str,
    pub port: u16,
    pub protocol: &'a str,
    /// Payload types, or "webrtc-datachannel".
    pub formats: Vec<&'a str>,
    pub attributes: Vec<Attribute<'a>>,
}

impl<'a> SectionText<'a> {
    /// Values of every attribute of this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |(key, _)| *key == name)
            .map(|(_, value)| *value)
    }

    /// The first value of this name.
    pub fn first(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Whether the flag or attribute is there.
    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }
}

impl<'a> Text<'a> {
    /// Split a description; refuses what is too large or has no structure.
    pub fn parse(sdp: &'a str) -> Result<Self, SdpError> {
        if sdp.len() > limits::SDP_BYTES {
            return Err(SdpError::new("longer than 256 KiB"));
        }
        if !sdp.starts_with("v=0") {
            return Err(SdpError::new("does not begin with v=0"));
        }
        let mut text = Self::default();
        for line in sdp.lines() {
            let line = line.trim_end();
            if let Some(value) = line.strip_prefix("m=") {
                text.sections.push(media_line(value)?);
                if text.sections.len() > limits::SDP_SECTIONS {
                    return Err(SdpError::new("more than 200 sections"));
                }
            } else if let Some(value) = line.strip_prefix("a=") {
                let attribute = value.split_once(':').unwrap_or((value, ""));
                match text.sections.last_mut() {
                    Some(section) => section.attributes.push(attribute),
                    None => text.session.push(attribute),
                }
            }
        }
        Ok(text)
    }

    /// A session-level value.
    pub fn session_first(&self, name: &str) -> Option<&'a str> {
        self.session
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| *value)
    }
}

fn media_line(value: &str) -> Result<SectionText<'_>, SdpError> {
    let bad = || {
        SdpError::new(format!(
            "bad line m={}",
            value.chars().take(60).collect::<String>()
        ))
    };
    let mut words = value.split_ascii_whitespace();
    let media = words.next().ok_or_else(bad)?;
    let port = words
        .next()
        .and_then(|port| port.parse().ok())
        .ok_or_else(bad)?;
    let protocol = words.next().ok_or_else(bad)?;
    let formats = words.take(limits::SDP_ATTRIBUTES).collect();
    Ok(SectionText {
        media,
        port,
        protocol,
        formats,
        attributes: Vec::new(),
    })
}
