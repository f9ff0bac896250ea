//! Feedback is read back by an independent reader and compared with what was recorded.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::*;
use crate::random::Random;

/// (number, arrival in ticks of 250 us) of every received packet in a compound packet.
fn read_feedback(mut packet: &[u8]) -> Vec<(u16, i64)> {
    let mut received = Vec::new();
    while !packet.is_empty() {
        let len = 4 + 4 * usize::from(u16::from_be_bytes([packet[2], packet[3]]));
        let (part, rest) = packet.split_at(len);
        packet = rest;
        let base = u16::from_be_bytes([part[12], part[13]]);
        let count = usize::from(u16::from_be_bytes([part[14], part[15]]));
        let reference = i64::from(u32::from_be_bytes([0, part[16], part[17], part[18]]));
        let mut symbols = Vec::new();
        let mut at = 20;
        while symbols.len() < count {
            let chunk = u16::from_be_bytes([part[at], part[at + 1]]);
            at += 2;
            match chunk >> 14 {
                0 | 1 => symbols.extend(vec![chunk >> 13 & 3; usize::from(chunk & 0x1fff)]),
                2 => symbols.extend((0..14).map(|bit| chunk >> (13 - bit) & 1)),
                _ => symbols.extend((0..7).map(|bit| chunk >> (12 - 2 * bit) & 3)),
            }
        }
        let mut clock = reference * 256;
        for (offset, symbol) in symbols.iter().take(count).enumerate() {
            let delta = match symbol {
                1 => i64::from(part[at]),
                2 => i64::from(i16::from_be_bytes([part[at], part[at + 1]])),
                _ => continue,
            };
            at += usize::from(*symbol);
            clock += delta;
            received.push((base.wrapping_add(offset as u16), clock));
        }
        assert!(len - at < 4, "only padding is left");
    }
    received
}

#[test]
fn every_arrival_is_told_once_with_its_time() {
    let epoch = Instant::now();
    let mut random = Random::new([3; 32]);
    let mut recorder = TwccRecorder::default();
    recorder.record(epoch, 64_999);
    recorder.feedback(1, 2, &mut Vec::new());
    let mut now = epoch + Duration::from_secs(5);
    let mut number = 65_000u16;
    let mut expected = BTreeMap::new();
    let mut told = BTreeMap::new();
    for round in 0..400 {
        for _ in 0..random.next_u64() % 40 {
            now += Duration::from_micros(random.next_u64() % 3_000);
            number = number.wrapping_add(1 + (random.next_u64() % 10 / 9) as u16);
            recorder.record(now, number);
            recorder.record(now + Duration::from_millis(1), number);
            let key = (round, number);
            expected.insert(key, (now - epoch).as_micros() as i64 / TICK_US);
        }
        if round % 50 == 7 {
            now += Duration::from_secs(20);
        }
        let mut out = Vec::new();
        recorder.feedback(1, 2, &mut out);
        for (number, ticks) in read_feedback(&out) {
            assert!(told.insert((round, number), ticks).is_none());
        }
    }
    assert!(told.len() > 5_000);
    assert_eq!(told.len(), expected.len());
    for (key, ticks) in &expected {
        assert!(
            (told[key] - ticks).abs() <= 1,
            "{key:?}: {} {ticks}",
            told[key]
        );
    }
}
