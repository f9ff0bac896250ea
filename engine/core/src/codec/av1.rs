//! AV1's aggregation header (RTP Payload Format For AV1, section 4.4).

/// The packet begins an OBU, and with it a new coded video sequence.
pub(super) fn is_keyframe(payload: &[u8]) -> bool {
    payload.first().is_some_and(|header| header & 0x88 == 0x08)
}
