//! RTP, RTCP and the opening of SRTP.

use engine_core::rtcp::{self, Rtcp};
use engine_core::rtp::{RtpPacket, is_rtcp};
use engine_core::srtp::{self, Profile};

pub fn rtp(data: &[u8]) {
    is_rtcp(data);
    let Some(packet) = RtpPacket::parse(data) else {
        return;
    };
    let inside: usize = packet.elements().map(|(_, value)| value.len()).sum();
    assert!(12 + packet.payload.len() + inside <= data.len());
    for id in 0..=255 {
        packet.element(Some(id));
    }
}

pub fn rtcp(data: &[u8]) {
    let mut parts = 0;
    rtcp::read(data, |_| parts += 1);
    // Nothing may cost more than in proportion to its size.
    assert!(parts <= 8 * data.len());
    if let [a, b, c, d, ..] = *data {
        let (first, following) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        assert!(Rtcp::nacked(first, following).count() <= 17);
    }
}

const PROFILES: [Profile; 3] = [
    Profile::AeadAes256Gcm,
    Profile::AeadAes128Gcm,
    Profile::Aes128CmSha1_80,
];

/// Forged packets never open; what was sealed opens once and is what it was.
pub fn srtp(data: &[u8]) {
    let Some((choice, packet)) = data.split_first() else {
        return;
    };
    let profile = PROFILES[usize::from(choice % 3)];
    let keys = vec![7; profile.keying_material_len()];
    let (mut tx, _) = srtp::contexts(profile, &keys, true).unwrap();
    let (_, mut rx) = srtp::contexts(profile, &keys, false).unwrap();
    let forged = if is_rtcp(packet) {
        rx.open_rtcp(&mut packet.to_vec()).is_ok()
    } else {
        rx.open(&mut packet.to_vec()).is_ok()
    };
    assert!(!forged, "nobody can guess a tag");
    if is_rtcp(packet) && packet.len() >= 8 {
        let mut sealed = packet.to_vec();
        if tx.seal_rtcp(&mut sealed).is_ok() {
            let len = rx.open_rtcp(&mut sealed.clone()).unwrap();
            assert_eq!(len, packet.len());
            assert!(rx.open_rtcp(&mut sealed).is_err(), "replayed");
        }
    } else if RtpPacket::parse(packet).is_some() {
        let mut sealed = packet.to_vec();
        sealed.resize(packet.len() + profile.rtp_overhead(), 0);
        let ssrc = u32::from_be_bytes([packet[8], packet[9], packet[10], packet[11]]);
        let index = u64::from(u16::from_be_bytes([packet[2], packet[3]]));
        let slot = tx.stream(ssrc, false).unwrap();
        if tx.seal(slot, index, &mut sealed).is_ok() {
            let mut opened = sealed.clone();
            let (len, found) = rx.open(&mut opened).unwrap();
            assert_eq!((&opened[..len], found), (packet, index));
            assert!(rx.open(&mut sealed).is_err(), "replayed");
        }
    }
}
