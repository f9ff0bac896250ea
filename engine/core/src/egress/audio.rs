//! In which form audio reaches a subscriber: as it came, with redundancy taken off or put on.

use super::Source;
use crate::codec::red;
use crate::ingress::{Packet, Publication};
use crate::limits;
use crate::sdp::{Codec, PayloadCodec, match_codec};

/// How a payload is written. Numbers are the payload type of the subscriber's Opus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it came; video always.
    Whole,
    /// Redundant audio whose blocks are numbered as the subscriber's.
    Relabeled(u8),
    /// The primary block of redundant audio.
    Primary,
    /// Redundant audio made of this and earlier packets.
    Redundant(u8),
}

/// The subscriber's payload type for what a publisher sends, and the form it takes.
pub(super) fn choose<'a>(
    publication: &Publication,
    published: &PayloadCodec,
    subscribed: &'a [PayloadCodec],
) -> Option<(&'a PayloadCodec, Form)> {
    let direct = match_codec(published, subscribed);
    let whole = direct.map(|codec| (codec, Form::Whole));
    let find = |wanted| subscribed.iter().find(|codec| codec.codec == wanted);
    match published.codec {
        Codec::Red => {
            let opus = find(Codec::Opus)?;
            let theirs = publication.opus().map(|codec| codec.payload_type);
            match direct {
                None => Some((opus, Form::Primary)),
                Some(_) if theirs == Some(opus.payload_type) => whole,
                Some(red) => Some((red, Form::Relabeled(opus.payload_type))),
            }
        }
        Codec::Opus if publication.redundancy => match find(Codec::Red).zip(direct) {
            Some((red, opus)) => Some((red, Form::Redundant(opus.payload_type))),
            None => whole,
        },
        _ => whole,
    }
}

/// The packets before this one, oldest first, as far as `form` wants them and they are there.
pub(super) fn earlier(
    form: Form,
    source: Source<'_>,
) -> [Option<&Packet>; limits::REDUNDANT_PACKETS] {
    let mut found = [None; limits::REDUNDANT_PACKETS];
    if !matches!(form, Form::Redundant(_)) {
        return found;
    }
    let ring = &source.publication.layers[source.layer].ring;
    let steps = (1..=limits::REDUNDANT_PACKETS as u64).rev();
    for (place, back) in found.iter_mut().zip(steps) {
        let sequence = source.packet.sequence.checked_sub(back);
        *place = sequence.and_then(|at| ring.get(at)).map(AsRef::as_ref);
    }
    found
}

/// Append a packet's payload; `None` if it is not what its payload type says.
pub(super) fn write_payload(
    out: &mut Vec<u8>,
    form: Form,
    packet: &Packet,
    earlier: &[Option<&Packet>; limits::REDUNDANT_PACKETS],
) -> Option<()> {
    let payload = packet.payload();
    match form {
        Form::Whole => out.extend_from_slice(payload),
        Form::Primary => out.extend_from_slice(red::primary(payload)?),
        Form::Relabeled(payload_type) => {
            let at = out.len();
            out.extend_from_slice(payload);
            red::relabel(&mut out[at..], payload_type);
        }
        Form::Redundant(payload_type) => {
            // A block that is missing leaves out those before it: their distance is counted.
            let blocks = earlier.map(|earlier| {
                earlier.and_then(|earlier| {
                    let offset = packet.timestamp.wrapping_sub(earlier.timestamp);
                    Some((offset, earlier.audio()?))
                })
            });
            let blocks = blocks.map(|block| block.unwrap_or((0, &[])));
            red::write(out, payload_type, &blocks, payload);
        }
    }
    Some(())
}
