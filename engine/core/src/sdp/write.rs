//! Sections into lines. What a section says is decided elsewhere.

use std::fmt::Write as _;

use super::extensions;
use super::types::{Codec, ExtensionIds, LocalTransport, MediaKind, PayloadCodec};

/// Our `a=setup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setup {
    ActPass,
    Active,
    Passive,
}

/// What we send on a section: the msid and the SSRCs under it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub stream_id: String,
    pub track_id: String,
    pub ssrc: u32,
    pub rtx_ssrc: Option<u32>,
}

/// One section of our description.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub mid: String,
    pub kind: Option<MediaKind>,
    pub media: String,
    pub protocol: String,
    /// Port 0: not in the bundle.
    pub rejected: bool,
    /// Formats to echo when there are no codecs of ours.
    pub formats: Vec<String>,
    pub sends: bool,
    pub receives: bool,
    pub codecs: Vec<PayloadCodec>,
    pub extensions: ExtensionIds,
    pub rids: Vec<String>,
    pub source: Option<Source>,
}

/// A whole description (RFC 8829 section 5).
pub(super) fn description(
    sections: &[Described],
    local: &LocalTransport,
    setup: Setup,
    session_id: u64,
    version: u64,
    allow_mixed: bool,
) -> String {
    let mut out = String::with_capacity(2_048 + 1_024 * sections.len());
    let _ = write!(
        out,
        "v=0\r\no=- {session_id} {version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    );
    let bundled: Vec<&str> = sections
        .iter()
        .filter(|one| !one.rejected)
        .map(|one| one.mid.as_str())
        .collect();
    if !bundled.is_empty() {
        let _ = write!(out, "a=group:BUNDLE {}\r\n", bundled.join(" "));
    }
    if allow_mixed {
        out.push_str("a=extmap-allow-mixed\r\n");
    }
    out.push_str("a=msid-semantic: WMS *\r\n");
    if local.ice_lite {
        out.push_str("a=ice-lite\r\n");
    }
    let mut candidates = true;
    for section in sections {
        media_line(&mut out, section);
        if section.rejected {
            let _ = write!(out, "a=mid:{}\r\na=inactive\r\n", section.mid);
            continue;
        }
        transport(&mut out, section, local, setup);
        match section.kind {
            Some(MediaKind::Data) => {
                out.push_str("a=sctp-port:5000\r\na=max-message-size:262144\r\n");
            }
            _ => media(&mut out, section),
        }
        if std::mem::take(&mut candidates) {
            write_candidates(&mut out, local);
        }
    }
    out
}

fn media_line(out: &mut String, section: &Described) {
    let port = if section.rejected { 0 } else { 9 };
    let _ = write!(out, "m={} {port} {}", section.media, section.protocol);
    if section.codecs.is_empty() || section.rejected {
        for format in &section.formats {
            let _ = write!(out, " {format}");
        }
        if section.formats.is_empty() {
            out.push_str(" 0");
        }
    }
    if !section.rejected {
        for codec in &section.codecs {
            let _ = write!(out, " {}", codec.payload_type);
            if let Some(rtx) = codec.rtx {
                let _ = write!(out, " {rtx}");
            }
        }
    }
    out.push_str("\r\nc=IN IP4 0.0.0.0\r\n");
}

fn transport(out: &mut String, section: &Described, local: &LocalTransport, setup: Setup) {
    let setup = match setup {
        Setup::ActPass => "actpass",
        Setup::Active => "active",
        Setup::Passive => "passive",
    };
    if section.kind != Some(MediaKind::Data) {
        out.push_str("a=rtcp:9 IN IP4 0.0.0.0\r\n");
    }
    let LocalTransport {
        ufrag,
        pwd,
        fingerprint,
        ..
    } = local;
    let _ = write!(
        out,
        "a=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\na=ice-options:trickle\r\n\
         a=fingerprint:{fingerprint}\r\na=setup:{setup}\r\na=mid:{}\r\n",
        section.mid
    );
}

fn media(out: &mut String, section: &Described) {
    for (id, uri) in extensions::lines(&section.extensions) {
        let _ = write!(out, "a=extmap:{id} {uri}\r\n");
    }
    let direction = match (section.sends, section.receives) {
        (true, true) => "sendrecv",
        (true, false) => "sendonly",
        (false, true) => "recvonly",
        (false, false) => "inactive",
    };
    let _ = write!(out, "a={direction}\r\n");
    if let Some(Source {
        stream_id,
        track_id,
        ..
    }) = &section.source
    {
        let _ = write!(out, "a=msid:{stream_id} {track_id}\r\n");
    }
    out.push_str("a=rtcp-mux\r\na=rtcp-rsize\r\n");
    for codec in &section.codecs {
        payload_type(out, codec);
    }
    for rid in &section.rids {
        let _ = write!(out, "a=rid:{rid} recv\r\n");
    }
    if !section.rids.is_empty() {
        let _ = write!(out, "a=simulcast:recv {}\r\n", section.rids.join(";"));
    }
    if let Some(source) = &section.source {
        write_source(out, source);
    }
}

fn payload_type(out: &mut String, codec: &PayloadCodec) {
    let (pt, rate) = (codec.payload_type, codec.clock_rate);
    let name = match codec.codec {
        Codec::Opus => "opus",
        Codec::Red => "red",
        Codec::Vp8 => "VP8",
        Codec::Vp9 => "VP9",
        Codec::H264 => "H264",
        Codec::Av1 => "AV1",
    };
    let channels = if codec.codec.kind() == MediaKind::Audio {
        "/2"
    } else {
        ""
    };
    let _ = write!(out, "a=rtpmap:{pt} {name}/{rate}{channels}\r\n");
    for (wanted, feedback) in [
        (codec.transport_cc, "transport-cc"),
        (codec.fir, "ccm fir"),
        (codec.nack, "nack"),
        (codec.pli, "nack pli"),
    ] {
        if wanted {
            let _ = write!(out, "a=rtcp-fb:{pt} {feedback}\r\n");
        }
    }
    if !codec.fmtp.is_empty() {
        let _ = write!(out, "a=fmtp:{pt} {}\r\n", codec.fmtp);
    }
    if let Some(rtx) = codec.rtx {
        let _ = write!(
            out,
            "a=rtpmap:{rtx} rtx/{rate}\r\na=fmtp:{rtx} apt={pt}\r\n"
        );
    }
}

fn write_source(out: &mut String, source: &Source) {
    let Source {
        stream_id,
        track_id,
        ssrc,
        rtx_ssrc,
    } = source;
    if let Some(rtx) = rtx_ssrc {
        let _ = write!(out, "a=ssrc-group:FID {ssrc} {rtx}\r\n");
    }
    for ssrc in [Some(ssrc), rtx_ssrc.as_ref()].into_iter().flatten() {
        let _ = write!(
            out,
            "a=ssrc:{ssrc} cname:{stream_id}\r\na=ssrc:{ssrc} msid:{stream_id} {track_id}\r\n"
        );
    }
}

fn write_candidates(out: &mut String, local: &LocalTransport) {
    for candidate in &local.candidates {
        let value = candidate
            .trim_start_matches("a=")
            .trim_start_matches("candidate:");
        let _ = write!(out, "a=candidate:{value}\r\n");
    }
    out.push_str("a=end-of-candidates\r\n");
}
