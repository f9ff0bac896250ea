//! Continuity over epochs, on packets made by hand.

use std::time::Duration;

use super::*;
use crate::ingress::Layering;
use crate::rtp::{Head, RtpPacket, write_head};
use crate::sdp::{Codec, ExtensionIds};

fn packet(sequence: u64, timestamp: u32, picture: u16) -> Packet {
    let [high, low] = (picture | 0x8000).to_be_bytes();
    let payload = [0x90, 0xc0, high, low, picture as u8, 0];
    let mut bytes = Vec::new();
    let head = Head {
        marker: true,
        payload_type: 96,
        sequence: sequence as u16,
        timestamp,
        ssrc: 1,
    };
    write_head(&mut bytes, &head, false);
    let received = RtpPacket::parse(&bytes).unwrap();
    Packet::new(
        &received,
        &ExtensionIds::default(),
        &payload,
        sequence,
        (96, Codec::Vp8),
        &mut Layering::default(),
    )
}

fn no_clock(_: usize, _: u32) -> Option<Clock> {
    None
}

fn send(rewriter: &mut Rewriter, now: Instant, packet: &Packet) -> Mapped {
    let mapped = rewriter.take(packet, 0).unwrap();
    rewriter.sent(now, &mapped, packet);
    mapped
}

#[test]
fn numbers_go_on_over_a_switch_and_late_packets_find_their_place() {
    let start = Instant::now();
    let mut rewriter = Rewriter::new(100, 5_000);
    let first = packet(70_000, 900_000, 40);
    rewriter.begin(start, (0, 0), &first, 90_000, no_clock);
    assert_eq!(send(&mut rewriter, start, &first).index, 100);
    let later = packet(70_003, 903_000, 42);
    assert_eq!(send(&mut rewriter, start, &later).index, 103);

    let now = start + Duration::from_millis(100);
    let switched = packet(9, 77, 7);
    rewriter.begin(now, (1, 0), &switched, 90_000, no_clock);
    let mapped = send(&mut rewriter, now, &switched);
    assert_eq!(mapped.index, 104);
    let timestamp = switched.timestamp.wrapping_add(mapped.epoch.timestamp);
    assert_eq!(timestamp, 5_000 + 3_000 + 9_000);
    // Without earlier pictures the first source kept its ids; the switch follows its last one.
    assert_eq!(7u16.wrapping_add(mapped.picture), 43);

    // A packet of the old layer that fills a gap still has its number, one after the end has not.
    assert_eq!(
        rewriter.map(0, 0, 70_001).map(|mapped| mapped.index),
        Some(101)
    );
    assert_eq!(rewriter.map(0, 0, 70_004), None);
    assert_eq!(rewriter.find(101).map(|(source, _)| source), Some(70_001));
    assert_eq!(rewriter.find(104).map(|(source, _)| source), Some(9));
    assert_eq!(rewriter.find(105), None);
}

#[test]
fn what_is_left_out_leaves_no_gap_and_what_may_be_wanted_keeps_its_number() {
    let now = Instant::now();
    let mut rewriter = Rewriter::new(100, 0);
    let first = packet(10, 0, 40);
    rewriter.begin(now, (0, 0), &first, 90_000, no_clock);
    assert_eq!(send(&mut rewriter, now, &first).index, 100);
    rewriter.leave_out(&packet(11, 3_000, 41), 0);
    rewriter.leave_out(&packet(12, 3_000, 41), 0);
    let after = packet(13, 6_000, 42);
    let mapped = send(&mut rewriter, now, &after);
    assert_eq!(
        (mapped.index, 42u16.wrapping_add(mapped.picture)),
        (101, 41)
    );
    assert_eq!(rewriter.map(0, 0, 11), None);
    // Two packets are missing, and of what picture nobody knows: they keep their numbers.
    rewriter.leave_out(&packet(16, 12_000, 44), 0);
    let next = packet(17, 15_000, 45);
    assert_eq!(send(&mut rewriter, now, &next).index, 104);
    assert_eq!(rewriter.map(0, 0, 14).map(|mapped| mapped.index), Some(102));
    assert_eq!(rewriter.find(103).map(|(source, _)| source), Some(15));
    assert_eq!(rewriter.find(101).map(|(source, _)| source), Some(13));
    assert_eq!(rewriter.find(105), None);
}

#[test]
fn sender_reports_align_the_timestamps_of_two_layers() {
    let start = Instant::now();
    let second = 1u64 << 32;
    let clock = move |layer: usize, _: u32| {
        let timestamp = if layer == 0 { 1_000_000 } else { 3_000_000 };
        Some(Clock {
            ntp: 100 * second,
            timestamp,
            arrival: start,
        })
    };
    let mut rewriter = Rewriter::new(0, 50);
    let first = packet(1, 1_000_000, 1);
    rewriter.begin(start, (0, 0), &first, 90_000, clock);
    send(&mut rewriter, start, &first);
    // Captured 33 ms after the first, but 50 ms later here.
    let now = start + Duration::from_millis(50);
    let other = packet(1, 3_000_000 + 2_970, 1);
    rewriter.begin(now, (1, 0), &other, 90_000, clock);
    let mapped = rewriter.take(&other, 0).unwrap();
    assert_eq!(
        other.timestamp.wrapping_add(mapped.epoch.timestamp),
        50 + 2_970
    );
}

#[test]
fn a_timestamp_never_goes_back() {
    let start = Instant::now();
    let mut rewriter = Rewriter::new(0, u32::MAX - 10);
    let mut last: Option<u32> = None;
    for round in 0..50u32 {
        let layer = (round % 2) as usize;
        let stamp = round.wrapping_mul(0x9e37_79b9);
        let one = packet(u64::from(round) * 7 + 1, stamp, round as u16);
        let now = start + Duration::from_millis(u64::from(round / 3));
        rewriter.begin(now, (layer, 0), &one, 90_000, no_clock);
        let mapped = send(&mut rewriter, now, &one);
        let out = stamp.wrapping_add(mapped.epoch.timestamp);
        assert!(last.is_none_or(|last| (1..90_000).contains(&out.wrapping_sub(last))));
        last = Some(out);
    }
}
