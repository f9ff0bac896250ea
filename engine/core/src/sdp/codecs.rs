//! Payload types: reading them, ordering them for an answer, offering our own, matching profiles.

use super::parse::SectionText;
use super::types::{Codec, MediaKind, PayloadCodec};

/// The payload types of a section that we can forward, in the writer's order.
pub(super) fn read_codecs(text: &SectionText<'_>, kind: MediaKind) -> Vec<PayloadCodec> {
    let mut codecs: Vec<PayloadCodec> = Vec::new();
    let mut retransmissions: Vec<(u8, u8)> = Vec::new();
    for format in &text.formats {
        let Some(payload_type) = format.parse().ok().filter(|pt: &u8| *pt < 128) else {
            continue;
        };
        let Some((name, rest)) =
            attribute_of(text, "rtpmap", payload_type).and_then(|map| map.split_once('/'))
        else {
            continue;
        };
        let fmtp = attribute_of(text, "fmtp", payload_type).unwrap_or("");
        if name.eq_ignore_ascii_case("rtx") {
            let apt = parameter(fmtp, "apt").and_then(|apt| apt.parse().ok());
            retransmissions.extend(apt.map(|apt| (apt, payload_type)));
            continue;
        }
        let codec = Codec::from_mime(&format!("{}/{name}", kind.as_str()));
        let clock_rate = rest.split('/').next().and_then(|rate| rate.parse().ok());
        let Some(codec) = codec.filter(|codec| clock_rate == Some(codec.clock_rate())) else {
            continue;
        };
        if codecs
            .iter()
            .any(|known| known.payload_type == payload_type)
        {
            continue;
        }
        codecs.push(with_feedback(text, payload_type, codec, fmtp));
    }
    for codec in &mut codecs {
        let pair = retransmissions
            .iter()
            .find(|(apt, _)| *apt == codec.payload_type);
        codec.rtx = pair.map(|(_, rtx)| *rtx);
    }
    codecs
}

fn with_feedback(
    text: &SectionText<'_>,
    payload_type: u8,
    codec: Codec,
    fmtp: &str,
) -> PayloadCodec {
    let mut read = PayloadCodec {
        payload_type,
        codec,
        clock_rate: codec.clock_rate(),
        rtx: None,
        fmtp: fmtp.to_owned(),
        nack: false,
        pli: false,
        fir: false,
        transport_cc: false,
    };
    for line in text.all("rtcp-fb") {
        let Some((target, value)) = line.split_once(' ') else {
            continue;
        };
        if target != "*" && target.parse() != Ok(payload_type) {
            continue;
        }
        match value.trim() {
            "nack" => read.nack = true,
            "nack pli" => read.pli = true,
            "ccm fir" => read.fir = true,
            "transport-cc" => read.transport_cc = true,
            _ => {}
        }
    }
    read
}

/// The value of `a=name:<payload type> value`.
fn attribute_of<'a>(text: &SectionText<'a>, name: &str, payload_type: u8) -> Option<&'a str> {
    text.all(name).find_map(|line| {
        let (target, value) = line.split_once(' ')?;
        (target.parse() == Ok(payload_type)).then_some(value.trim())
    })
}

/// One `key=value` of a format parameter line.
pub(super) fn parameter<'a>(fmtp: &'a str, key: &str) -> Option<&'a str> {
    fmtp.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case(key)
            .then_some(value.trim())
    })
}

/// The order of an answer for a published section: the preferred codec first, RED as wished.
pub(super) fn order_for_publishing(
    mut codecs: Vec<PayloadCodec>,
    prefer: Option<&str>,
    red: bool,
) -> Vec<PayloadCodec> {
    let has_opus = codecs.iter().any(|codec| codec.codec == Codec::Opus);
    codecs.retain(|codec| codec.codec != Codec::Red || (red && has_opus));
    let preferred = prefer.and_then(Codec::from_mime);
    codecs.sort_by_key(|codec| {
        let first = if codec.codec == Codec::Red {
            true
        } else {
            Some(codec.codec) == preferred
        };
        (!first, profile_rank(codec))
    });
    codecs
}

/// The order of a section that we send: what the track has now first.
pub(super) fn order_for_sending(
    mut codecs: Vec<PayloadCodec>,
    now: Option<&str>,
) -> Vec<PayloadCodec> {
    let preferred = now.and_then(Codec::from_mime);
    codecs.sort_by_key(|codec| Some(codec.codec) != preferred);
    codecs
}

/// Constrained baseline in single NAL units and fragments is what every browser decodes.
fn profile_rank(codec: &PayloadCodec) -> u8 {
    let common = parameter(&codec.fmtp, "packetization-mode") == Some("1")
        && h264_profile(&codec.fmtp) == "42E0";
    u8::from(codec.codec == Codec::H264 && !common)
}

fn h264_profile(fmtp: &str) -> String {
    let profile = parameter(fmtp, "profile-level-id").unwrap_or("420010");
    profile
        .chars()
        .take(4)
        .collect::<String>()
        .to_ascii_uppercase()
}

/// The payload type on which a subscriber takes what a publisher sends: same codec, and if there
/// is a choice the same profile and packetization mode.
pub fn match_codec<'a>(
    published: &PayloadCodec,
    subscribed: &'a [PayloadCodec],
) -> Option<&'a PayloadCodec> {
    let score = |codec: &PayloadCodec| -> u8 {
        match codec.codec {
            Codec::H264 => {
                let mode = |fmtp| parameter(fmtp, "packetization-mode").unwrap_or("0") == "1";
                let same_mode = mode(&codec.fmtp) == mode(&published.fmtp);
                let same_profile = h264_profile(&codec.fmtp) == h264_profile(&published.fmtp);
                2 * u8::from(same_mode) + u8::from(same_profile)
            }
            Codec::Vp9 => {
                let profile = |fmtp| parameter(fmtp, "profile-id").unwrap_or("0") == "0";
                u8::from(profile(&codec.fmtp) == profile(&published.fmtp))
            }
            Codec::Av1 => {
                let profile = |fmtp| parameter(fmtp, "profile").unwrap_or("0") == "0";
                u8::from(profile(&codec.fmtp) == profile(&published.fmtp))
            }
            _ => 0,
        }
    };
    let same = subscribed
        .iter()
        .filter(|codec| codec.codec == published.codec);
    // The first of the best: max_by_key would take the last.
    same.rev().max_by_key(|codec| score(codec))
}

/// Format parameters of the answer to a publisher.
pub(super) fn publisher_fmtp(codec: &PayloadCodec, dtx: bool, stereo: bool) -> String {
    if codec.codec != Codec::Opus {
        return codec.fmtp.clone();
    }
    let ours = ["usedtx", "stereo", "sprop-stereo", "maxaveragebitrate"];
    let mut parts: Vec<String> = codec
        .fmtp
        .split(';')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .filter(|pair| !ours.contains(&pair.split('=').next().unwrap_or("")))
        .map(str::to_owned)
        .collect();
    if dtx {
        parts.push("usedtx=1".to_owned());
    }
    if stereo {
        parts.extend(["stereo=1".to_owned(), "maxaveragebitrate=510000".to_owned()]);
    }
    parts.join(";")
}

/// Payload types of our own offers; RTX follows at the next number.
pub(super) fn our_codecs(kind: MediaKind) -> Vec<PayloadCodec> {
    let h264 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
    let single = "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f";
    let high = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640032";
    let table: &[(u8, Codec, &str)] = match kind {
        MediaKind::Audio => &[
            (111, Codec::Opus, "minptime=10;useinbandfec=1"),
            (63, Codec::Red, "111/111"),
        ],
        MediaKind::Video => &[
            (96, Codec::Vp8, ""),
            (98, Codec::Vp9, "profile-id=0"),
            (102, Codec::H264, h264),
            (104, Codec::H264, single),
            (106, Codec::H264, high),
            (45, Codec::Av1, ""),
        ],
        MediaKind::Data => &[],
    };
    let video = kind == MediaKind::Video;
    table
        .iter()
        .map(|&(payload_type, codec, fmtp)| PayloadCodec {
            payload_type,
            codec,
            clock_rate: codec.clock_rate(),
            rtx: video.then_some(payload_type + 1),
            fmtp: fmtp.to_owned(),
            nack: true,
            pli: video,
            fir: video,
            transport_cc: video,
        })
        .collect()
}
