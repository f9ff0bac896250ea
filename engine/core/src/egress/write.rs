//! One packet into a run: header and extensions of the subscriber, the payload copied once.

use std::time::Instant;

use super::audio::{Form, write_payload};
use super::{Mapped, PlayoutDelay, RunBuffer, Sender};
use crate::ingress::Packet;
use crate::limits;
use crate::rtp::{ExtensionWriter, Head, write_head};
use crate::sdp::ExtensionIds;

/// How a packet leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outgoing<'a> {
    pub head: Head,
    /// The original sequence number of a retransmission (RFC 4588).
    pub original: Option<u16>,
    pub form: Form,
    /// Packets before this one, for redundant audio.
    pub earlier: [Option<&'a Packet>; limits::REDUNDANT_PACKETS],
    /// Send an empty packet, which only uses its number.
    pub filler: bool,
    pub ids: &'a ExtensionIds,
    pub mid: &'a [u8],
    pub playout: Option<PlayoutDelay>,
}

/// Write a packet with room for the tag; `None` if it cannot be sent. The caller seals and commits.
pub(super) fn write_packet(
    now: Instant,
    run: &mut RunBuffer,
    outgoing: &Outgoing<'_>,
    packet: &Packet,
    mapped: &Mapped,
    descriptor: &[u8],
    sender: &mut Sender,
) -> Option<()> {
    let overhead = sender.srtp.as_ref()?.profile().rtp_overhead();
    let out = run.bytes();
    let extended = has_extensions(outgoing, packet, descriptor);
    write_head(out, &outgoing.head, extended);
    if extended {
        let number = write_extensions(now, out, outgoing, packet, descriptor, sender);
        run.set_number(number);
    }
    let out = run.bytes();
    if let Some(original) = outgoing.original {
        out.extend_from_slice(&original.to_be_bytes());
    }
    let at = out.len();
    if outgoing.filler {
        out.resize(at + overhead, 0);
        return Some(());
    }
    write_payload(out, outgoing.form, packet, &outgoing.earlier)?;
    let written = &mut out[at..];
    if let Some(id) = packet.facts.picture_id {
        id.write(written, id.value.wrapping_add(mapped.picture) & id.mask());
    }
    if let Some((at, value)) = packet.facts.tl0 {
        written[usize::from(at)] = value.wrapping_add(mapped.epoch.tl0);
    }
    out.resize(out.len() + overhead, 0);
    Some(())
}

fn has_extensions(outgoing: &Outgoing<'_>, packet: &Packet, descriptor: &[u8]) -> bool {
    let ids = outgoing.ids;
    ids.mid.is_some()
        || ids.transport_cc.is_some()
        || ids.abs_send_time.is_some()
        || (ids.playout_delay.is_some() && outgoing.playout.is_some())
        || (ids.abs_capture_time.is_some() && packet.capture_time().is_some())
        || !descriptor.is_empty()
}

/// Returns the transport-wide number (extended) that was written.
fn write_extensions(
    now: Instant,
    out: &mut Vec<u8>,
    outgoing: &Outgoing<'_>,
    packet: &Packet,
    bytes: &[u8],
    sender: &mut Sender,
) -> Option<u64> {
    let ids = outgoing.ids;
    let descriptor = ids.dependency_descriptor.filter(|_| !bytes.is_empty());
    let descriptor = descriptor.map(|id| (id, bytes));
    let long =
        |id: Option<u8>, len: usize| id.is_some_and(|id| !ExtensionWriter::fits_one_byte(id, len));
    let needs_two = long(ids.mid, outgoing.mid.len())
        || long(ids.transport_cc, 2)
        || long(ids.abs_send_time, 3)
        || long(ids.playout_delay.filter(|_| outgoing.playout.is_some()), 3)
        || long(
            ids.abs_capture_time
                .filter(|_| packet.capture_time().is_some()),
            16,
        )
        || descriptor.is_some_and(|(id, value)| long(Some(id), value.len()));
    let writer = ExtensionWriter::begin(out, needs_two && ids.allow_mixed);
    if let Some(id) = ids.mid {
        writer.put(out, id, outgoing.mid);
    }
    let number = ids.transport_cc.map(|id| {
        let number = sender.next_transport_cc();
        writer.put(out, id, &(number as u16).to_be_bytes());
        number
    });
    if let Some(id) = ids.abs_send_time {
        writer.put(out, id, &sender.abs_send_time(now));
    }
    if let Some((id, value)) = ids.abs_capture_time.zip(packet.capture_time()) {
        writer.put(out, id, value);
    }
    if let Some((id, playout)) = ids.playout_delay.zip(outgoing.playout) {
        writer.put(out, id, playout.value());
    }
    if let Some((id, value)) = descriptor {
        writer.put(out, id, value);
    }
    writer.finish(out);
    number
}
