//! The meaning of one `m=` section: direction, codecs, extensions, layers, SSRCs.

use super::codecs::read_codecs;
use super::extensions::read_extensions;
use super::parse::SectionText;
use super::types::{ExtensionIds, MediaKind, PayloadCodec, SdpError, SignalledSsrc};
use crate::limits;

/// A section as both sides see it, still in the terms of whoever wrote it.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub mid: String,
    /// `None`: a kind we cannot serve.
    pub kind: Option<MediaKind>,
    /// Port 0 without bundle-only: its place is kept, nothing else.
    pub rejected: bool,
    pub media: String,
    pub protocol: String,
    pub formats: Vec<String>,
    pub sends: bool,
    pub receives: bool,
    pub msid: Option<(String, String)>,
    pub codecs: Vec<PayloadCodec>,
    pub extensions: ExtensionIds,
    pub rids: Vec<String>,
    pub ssrcs: Vec<SignalledSsrc>,
}

impl Section {
    /// Read a section; `session_mixed` is the session's `a=extmap-allow-mixed`.
    pub fn read(
        text: &SectionText<'_>,
        position: usize,
        session_mixed: bool,
    ) -> Result<Self, SdpError> {
        let kind = match text.media {
            "audio" => Some(MediaKind::Audio),
            "video" => Some(MediaKind::Video),
            "application" if text.protocol.contains("SCTP") => Some(MediaKind::Data),
            _ => None,
        };
        let rejected = text.port == 0 && !text.has("bundle-only");
        let mid = match text.first("mid") {
            Some(mid) if is_token(mid) => mid.to_owned(),
            None if rejected => format!("rejected-{position}"),
            _ => {
                return Err(SdpError::new(format!(
                    "section {position} has no usable a=mid"
                )));
            }
        };
        let (sends, receives) = direction(text);
        let mut extensions = read_extensions(text);
        extensions.allow_mixed = session_mixed || text.has("extmap-allow-mixed");
        Ok(Self {
            mid,
            kind,
            rejected,
            media: text.media.to_owned(),
            protocol: text.protocol.to_owned(),
            formats: text
                .formats
                .iter()
                .map(|&format| format.to_owned())
                .collect(),
            sends: sends && !rejected,
            receives: receives && !rejected,
            msid: read_msid(text),
            codecs: kind.map(|kind| read_codecs(text, kind)).unwrap_or_default(),
            extensions,
            rids: read_rids(text),
            ssrcs: read_ssrcs(text),
        })
    }
}

/// A token (RFC 8866 section 9) short enough for the one-byte header extension.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 32
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]".contains(&byte))
}

fn direction(text: &SectionText<'_>) -> (bool, bool) {
    for (name, _) in &text.attributes {
        match *name {
            "sendrecv" => return (true, true),
            "sendonly" => return (true, false),
            "recvonly" => return (false, true),
            "inactive" => return (false, false),
            _ => {}
        }
    }
    (true, true)
}

fn read_msid(text: &SectionText<'_>) -> Option<(String, String)> {
    let from_ssrc = || {
        text.all("ssrc").find_map(|line| {
            line.split_once(' ')
                .and_then(|(_, rest)| rest.strip_prefix("msid:"))
        })
    };
    let value = text.first("msid").or_else(from_ssrc)?;
    let (stream, track) = value.split_once(' ').unwrap_or((value, ""));
    Some((stream.to_owned(), track.trim().to_owned()))
}

/// Layers the writer sends: in the order of `a=simulcast`, else of the `a=rid` lines.
fn read_rids(text: &SectionText<'_>) -> Vec<String> {
    let declared: Vec<&str> = text
        .all("rid")
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let rid = words.next()?;
            (words.next() == Some("send") && is_token(rid)).then_some(rid)
        })
        .take(limits::LAYERS)
        .collect();
    let listed = text.first("simulcast").and_then(|value| {
        let mut words = value
            .split_ascii_whitespace()
            .skip_while(|word| *word != "send");
        words.nth(1)
    });
    let Some(listed) = listed else {
        return declared.into_iter().map(str::to_owned).collect();
    };
    listed
        .split(';')
        .filter_map(|alternatives| alternatives.split(',').next())
        .map(|rid| rid.trim_start_matches('~'))
        .filter(|rid| declared.contains(rid))
        .map(str::to_owned)
        .collect()
}

/// Layers by SSRC: the order of the SIM group, else of appearance; RTX by FID groups (RFC 5576).
fn read_ssrcs(text: &SectionText<'_>) -> Vec<SignalledSsrc> {
    let numbers = |list: &str| -> Vec<u32> {
        list.split_ascii_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect()
    };
    let mut simulcast = Vec::new();
    let mut pairs = Vec::new();
    let mut other_groups = Vec::new();
    for group in text.all("ssrc-group").take(limits::SDP_ATTRIBUTES) {
        let (semantics, list) = group.split_once(' ').unwrap_or((group, ""));
        let members = numbers(list);
        match (semantics, members.as_slice()) {
            ("SIM", _) => simulcast = members,
            ("FID", [first, second]) => pairs.push((*first, *second)),
            (_, [_, rest @ ..]) => other_groups.extend_from_slice(rest),
            _ => {}
        }
    }
    if simulcast.is_empty() {
        let repair = |ssrc: u32| {
            pairs.iter().any(|(_, second)| *second == ssrc) || other_groups.contains(&ssrc)
        };
        let announced = text.all("ssrc").take(4 * limits::SDP_ATTRIBUTES);
        for line in announced {
            let number = line
                .split_ascii_whitespace()
                .next()
                .and_then(|word| word.parse().ok());
            if let Some(ssrc) = number.filter(|ssrc| !repair(*ssrc) && !simulcast.contains(ssrc)) {
                simulcast.push(ssrc);
            }
        }
    }
    simulcast.truncate(limits::LAYERS);
    let rtx = |ssrc| {
        pairs
            .iter()
            .find(|(first, _)| *first == ssrc)
            .map(|(_, second)| *second)
    };
    simulcast
        .into_iter()
        .map(|ssrc| SignalledSsrc {
            ssrc,
            rtx: rtx(ssrc),
        })
        .collect()
}
