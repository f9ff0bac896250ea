//! What forwarding must know of a payload: where keyframes begin, which bytes count pictures.
//!
//! Payloads are not decoded, and end-to-end encrypted ones pass: only descriptors are read.

mod av1;
mod bits;
pub mod descriptor;
mod frame;
mod h264;
pub mod red;
mod vp8;
mod vp9;

use crate::sdp::Codec;

pub use frame::{Frame, LayerPoint, Targets};

/// A counter inside the payload that must go on without a jump over layer switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureId {
    /// Offset in the payload.
    pub at: u8,
    /// 15 bits in two bytes (first bit set), else 7 bits in one.
    pub wide: bool,
    pub value: u16,
}

/// What a payload's descriptor says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The first packet of a picture that needs no earlier one.
    pub keyframe: bool,
    pub picture_id: Option<PictureId>,
    /// TL0PICIDX of VP8 and VP9: offset and value.
    pub tl0: Option<(u8, u8)>,
    /// Layer and place of the frame; `None`: it needs a structure that is not here yet.
    pub frame: Option<Frame>,
    /// VP8's pictures are counted without those left out.
    pub counts_pictures: bool,
}

/// Read the facts of a payload; `descriptor` is the dependency descriptor if there is one, which
/// alone says all of a keyframe of AV1.
pub fn facts(codec: Codec, payload: &[u8], descriptor: Option<&[u8]>) -> Facts {
    let facts = match codec {
        Codec::Opus | Codec::Red => None,
        Codec::Vp8 => vp8::facts(payload),
        Codec::Vp9 => vp9::facts(payload),
        Codec::H264 => Some(Facts {
            keyframe: h264::is_keyframe(payload),
            frame: Some(Frame::default()),
            ..Facts::default()
        }),
        Codec::Av1 => Some(Facts {
            keyframe: av1::is_keyframe(payload)
                || descriptor.is_some_and(descriptor::has_structure),
            frame: Some(Frame::default()),
            ..Facts::default()
        }),
    };
    facts.unwrap_or(Facts {
        frame: Some(Frame::default()),
        ..Facts::default()
    })
}

/// Read a picture id at an offset (the same form in VP8 and VP9).
fn picture_id(payload: &[u8], at: usize) -> Option<PictureId> {
    let first = *payload.get(at)?;
    let offset = u8::try_from(at).ok()?;
    if first & 0x80 == 0 {
        return Some(PictureId {
            at: offset,
            wide: false,
            value: u16::from(first),
        });
    }
    let value = u16::from(first & 0x7f) << 8 | u16::from(*payload.get(at + 1)?);
    Some(PictureId {
        at: offset,
        wide: true,
        value,
    })
}

impl PictureId {
    /// Bytes it takes.
    fn len(self) -> usize {
        1 + usize::from(self.wide)
    }

    /// The largest value of its width.
    pub fn mask(self) -> u16 {
        if self.wide { 0x7fff } else { 0x7f }
    }

    /// Write another value in its place.
    pub fn write(self, payload: &mut [u8], value: u16) {
        let at = usize::from(self.at);
        if self.wide {
            let bytes = (value | 0x8000).to_be_bytes();
            payload[at..at + 2].copy_from_slice(&bytes);
        } else {
            payload[at] = (value & 0x7f) as u8;
        }
    }
}
