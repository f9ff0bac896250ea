//! One packet into a run: header and extensions of the subscriber, the payload copied once.

use std::time::Instant;

use super::{Epoch, RunBuffer, Sender};
use crate::codec::red;
use crate::ingress::Packet;
use crate::rtp::{ExtensionWriter, Head, write_head};
use crate::sdp::ExtensionIds;

/// How a packet leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outgoing<'a> {
    pub head: Head,
    /// The original sequence number of a retransmission (RFC 4588).
    pub original: Option<u16>,
    /// Send only the primary block of redundant audio.
    pub strip_red: bool,
    pub ids: &'a ExtensionIds,
    pub mid: &'a [u8],
}

/// Write a packet with room for the tag; `None` if it cannot be sent. The caller seals and commits.
pub(super) fn write_packet(
    now: Instant,
    run: &mut RunBuffer,
    outgoing: &Outgoing<'_>,
    packet: &Packet,
    epoch: &Epoch,
    sender: &mut Sender,
) -> Option<()> {
    let payload = packet.payload();
    let payload = if outgoing.strip_red {
        red::primary(payload)?
    } else {
        payload
    };
    let overhead = sender.srtp.as_ref()?.profile().rtp_overhead();
    let out = run.bytes();
    let extended = has_extensions(outgoing.ids, packet);
    write_head(out, &outgoing.head, extended);
    if extended {
        write_extensions(now, out, outgoing, packet, epoch, sender);
    }
    if let Some(original) = outgoing.original {
        out.extend_from_slice(&original.to_be_bytes());
    }
    let at = out.len();
    out.extend_from_slice(payload);
    let written = &mut out[at..];
    if let Some(id) = packet.facts.picture_id {
        id.write(written, id.value.wrapping_add(epoch.picture) & id.mask());
    }
    if let Some((at, value)) = packet.facts.tl0 {
        written[usize::from(at)] = value.wrapping_add(epoch.tl0);
    }
    out.resize(out.len() + overhead, 0);
    Some(())
}

fn has_extensions(ids: &ExtensionIds, packet: &Packet) -> bool {
    ids.mid.is_some()
        || ids.transport_cc.is_some()
        || ids.abs_send_time.is_some()
        || (ids.abs_capture_time.is_some() && packet.capture_time().is_some())
        || (ids.dependency_descriptor.is_some() && packet.descriptor().is_some())
}

fn write_extensions(
    now: Instant,
    out: &mut Vec<u8>,
    outgoing: &Outgoing<'_>,
    packet: &Packet,
    epoch: &Epoch,
    sender: &mut Sender,
) {
    let ids = outgoing.ids;
    let descriptor = ids.dependency_descriptor.zip(packet.descriptor());
    let long =
        |id: Option<u8>, len: usize| id.is_some_and(|id| !ExtensionWriter::fits_one_byte(id, len));
    let needs_two = long(ids.mid, outgoing.mid.len())
        || long(ids.transport_cc, 2)
        || long(ids.abs_send_time, 3)
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
    if let Some(id) = ids.transport_cc {
        writer.put(out, id, &sender.next_transport_cc().to_be_bytes());
    }
    if let Some(id) = ids.abs_send_time {
        writer.put(out, id, &sender.abs_send_time(now));
    }
    if let Some((id, value)) = ids.abs_capture_time.zip(packet.capture_time()) {
        writer.put(out, id, value);
    }
    if let Some((id, value)) = descriptor {
        let at = out.len();
        writer.put(out, id, value);
        // The element's value ends the buffer; nothing was written if it did not fit.
        if out.len() > at {
            let value_at = out.len() - value.len();
            let frame = u16::from_be_bytes([value[1], value[2]]).wrapping_add(epoch.frame);
            out[value_at + 1..value_at + 3].copy_from_slice(&frame.to_be_bytes());
        }
    }
    writer.finish(out);
}
