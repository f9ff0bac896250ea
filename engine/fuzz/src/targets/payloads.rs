//! What payloads say of themselves.

use engine_core::codec::{self, red as redundancy};
use engine_core::sdp::Codec;

/// Offsets that are told lie inside the payload, and writing there changes nothing else.
fn check(codec: Codec, payload: &[u8], descriptor: Option<&[u8]>) {
    let facts = codec::facts(codec, payload, descriptor);
    if let Some(id) = facts.picture_id {
        let mut changed = payload.to_vec();
        id.write(&mut changed, id.value & id.mask());
        assert_eq!(changed, payload);
    }
    if let Some((at, value)) = facts.tl0 {
        assert_eq!(payload[usize::from(at)], value);
    }
}

pub fn vp8(data: &[u8]) {
    check(Codec::Vp8, data, None);
}

pub fn vp9(data: &[u8]) {
    check(Codec::Vp9, data, None);
}

pub fn h264(data: &[u8]) {
    check(Codec::H264, data, None);
}

pub fn av1(data: &[u8]) {
    check(Codec::Av1, data, None);
}

/// The dependency descriptor, as header extension of a payload that says nothing.
pub fn descriptor(data: &[u8]) {
    for codec in [Codec::Av1, Codec::Vp9, Codec::Vp8] {
        check(codec, &[], Some(data));
    }
}

pub fn red(data: &[u8]) {
    if let Some(primary) = redundancy::primary(data) {
        assert!(primary.len() < data.len());
    }
}
