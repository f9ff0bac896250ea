//! Header extension URIs (RFC 8285) that we know, and which of them each direction uses.

use super::parse::SectionText;
use super::types::{ExtensionIds, MediaKind};
use crate::limits;

const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const REPAIRED_RID: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
const TRANSPORT_CC: &str =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const ABS_SEND_TIME: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
const ABS_CAPTURE_TIME: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";
const DEPENDENCY_DESCRIPTOR: &str =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";
const PLAYOUT_DELAY: &str = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

/// The ids a section maps. Ids 15 and above 255 do not exist; 0 is padding.
pub(super) fn read_extensions(text: &SectionText<'_>) -> ExtensionIds {
    let mut ids = ExtensionIds::default();
    for line in text.all("extmap").take(limits::SDP_ATTRIBUTES) {
        let mut words = line.split_ascii_whitespace();
        let id = words
            .next()
            .and_then(|word| word.split('/').next())
            .and_then(|id| id.parse().ok());
        let Some(id) = id.filter(|id: &u8| *id != 0 && *id != 15) else {
            continue;
        };
        let Some(slot) = words.next().and_then(|uri| slot(&mut ids, uri)) else {
            continue;
        };
        *slot = Some(id);
    }
    ids
}

fn slot<'a>(ids: &'a mut ExtensionIds, uri: &str) -> Option<&'a mut Option<u8>> {
    Some(match uri {
        MID => &mut ids.mid,
        RID => &mut ids.rid,
        REPAIRED_RID => &mut ids.repaired_rid,
        AUDIO_LEVEL => &mut ids.audio_level,
        TRANSPORT_CC => &mut ids.transport_cc,
        ABS_SEND_TIME => &mut ids.abs_send_time,
        ABS_CAPTURE_TIME => &mut ids.abs_capture_time,
        DEPENDENCY_DESCRIPTOR => &mut ids.dependency_descriptor,
        PLAYOUT_DELAY => &mut ids.playout_delay,
        _ => return None,
    })
}

/// What we understand on packets from a client.
pub(super) fn for_receiving(offered: &ExtensionIds, kind: MediaKind) -> ExtensionIds {
    let video = kind == MediaKind::Video;
    ExtensionIds {
        mid: offered.mid,
        rid: offered.rid.filter(|_| video),
        repaired_rid: offered.repaired_rid.filter(|_| video),
        audio_level: offered.audio_level.filter(|_| !video),
        transport_cc: offered.transport_cc,
        abs_send_time: None,
        abs_capture_time: offered.abs_capture_time,
        dependency_descriptor: offered.dependency_descriptor.filter(|_| video),
        playout_delay: None,
        allow_mixed: offered.allow_mixed,
    }
}

/// What we write on packets to a client. Audio goes without congestion feedback: a repeated audio
/// packet must be the same to the last bit (see `srtp::tx`), a transport-wide number would differ.
pub(super) fn for_sending(offered: &ExtensionIds, kind: MediaKind) -> ExtensionIds {
    let video = kind == MediaKind::Video;
    let transport_cc = offered.transport_cc.filter(|_| video);
    ExtensionIds {
        mid: offered.mid,
        rid: None,
        repaired_rid: None,
        audio_level: None,
        transport_cc,
        abs_send_time: offered
            .abs_send_time
            .filter(|_| video && transport_cc.is_none()),
        abs_capture_time: offered.abs_capture_time,
        dependency_descriptor: offered.dependency_descriptor.filter(|_| video),
        playout_delay: offered.playout_delay.filter(|_| video),
        allow_mixed: offered.allow_mixed,
    }
}

/// What a section keeps that the client does not send on: everything we know. A browser remembers
/// an extension that an answer left out and leaves it out of its own later sections; without rid it
/// then refuses its own simulcast.
pub(super) fn for_inactive(offered: &ExtensionIds, kind: MediaKind) -> ExtensionIds {
    for_receiving(offered, kind).union(&for_sending(offered, kind))
}

/// The ids of our own offers.
pub(super) fn our_ids(kind: MediaKind) -> ExtensionIds {
    let ids = ExtensionIds {
        mid: Some(1),
        abs_send_time: Some(2),
        transport_cc: Some(3),
        abs_capture_time: Some(4),
        dependency_descriptor: Some(8),
        playout_delay: Some(9),
        allow_mixed: true,
        ..ExtensionIds::default()
    };
    let mut offered = for_sending(&ids, kind);
    // Offered beside TWCC for clients that know only this one; the answer decides.
    offered.abs_send_time = ids.abs_send_time.filter(|_| kind == MediaKind::Video);
    offered
}

/// (id, URI) pairs for `a=extmap` lines, by id.
pub(super) fn lines(ids: &ExtensionIds) -> Vec<(u8, &'static str)> {
    let mut lines: Vec<(u8, &'static str)> = [
        (ids.mid, MID),
        (ids.rid, RID),
        (ids.repaired_rid, REPAIRED_RID),
        (ids.audio_level, AUDIO_LEVEL),
        (ids.transport_cc, TRANSPORT_CC),
        (ids.abs_send_time, ABS_SEND_TIME),
        (ids.abs_capture_time, ABS_CAPTURE_TIME),
        (ids.dependency_descriptor, DEPENDENCY_DESCRIPTOR),
        (ids.playout_delay, PLAYOUT_DELAY),
    ]
    .into_iter()
    .filter_map(|(id, uri)| id.map(|id| (id, uri)))
    .collect();
    lines.sort_unstable();
    lines
}
