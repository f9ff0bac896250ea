//! What the publisher sends: bursts of three packets, each burst a whole VP8 key frame.
//!
//! 270 packets a second of 1,200 bytes are a 720p picture of 2.6 Mbit/s.

use std::time::Duration;

pub const BURST: usize = 3;
pub const INTERVAL: Duration = Duration::from_micros(11_111);
pub const TICKS: u32 = 1_000; // of the 90 kHz RTP clock in an interval
pub const PAYLOAD: usize = 1_200;

/// The payload of packet `index` (0 to 2) of frame `frame` (RFC 7741, section 4).
pub fn payload(frame: u32, index: usize) -> Vec<u8> {
    let picture = (frame & 0x7FFF) as u16 | 0x8000;
    let start = if index == 0 { 0x10 } else { 0x00 };
    let mut bytes = vec![0x80 | start, 0x80, (picture >> 8) as u8, picture as u8];
    if index == 0 {
        // Frame tag of a shown key frame, start code, 1280x720 (RFC 6386, section 9.1).
        bytes.extend([0x10, 0x00, 0x00, 0x9D, 0x01, 0x2A, 0x00, 0x05, 0xD0, 0x02]);
    }
    bytes.resize(PAYLOAD, frame as u8);
    bytes
}
