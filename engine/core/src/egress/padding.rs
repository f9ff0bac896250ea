//! A packet of nothing but padding (RFC 3550 section 5.1), for probes.

use std::time::Instant;

use super::{RunBuffer, Sender};
use crate::rtp::{ExtensionWriter, Head, write_head};
use crate::sdp::ExtensionIds;

/// The most that one byte can count.
const PADDING: usize = 255;
/// Byte 0: the padding bit.
const PADDED: u8 = 0x20;

/// Write one with room for the tag; `None` if it cannot be sent. The caller seals and commits.
pub(super) fn write_padding(
    now: Instant,
    run: &mut RunBuffer,
    head: &Head,
    (ids, mid): (&ExtensionIds, &[u8]),
    sender: &mut Sender,
) -> Option<()> {
    let overhead = sender.srtp.as_ref()?.profile().rtp_overhead();
    let start = run.start();
    let out = run.bytes();
    write_head(out, head, true);
    let mixed = ids.allow_mixed && ids.mid.is_some_and(|id| !fits(id, mid.len()));
    let writer = ExtensionWriter::begin(out, mixed);
    if let Some(id) = ids.mid {
        writer.put(out, id, mid);
    }
    let number = ids.transport_cc.map(|id| {
        let number = sender.next_transport_cc();
        writer.put(out, id, &(number as u16).to_be_bytes());
        number
    });
    if let Some(id) = ids.abs_send_time {
        writer.put(out, id, &sender.abs_send_time(now));
    }
    writer.finish(out);
    out[start] |= PADDED;
    out.resize(out.len() + PADDING - 1, 0);
    out.push(PADDING as u8);
    out.resize(out.len() + overhead, 0);
    run.set_number(number);
    Some(())
}

fn fits(id: u8, len: usize) -> bool {
    ExtensionWriter::fits_one_byte(id, len)
}
