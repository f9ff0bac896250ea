//! AV1's aggregation header and the dependency descriptor (AV1 RTP specification).

/// The aggregation header says that a new coded video sequence begins.
pub(super) fn is_keyframe(payload: &[u8]) -> bool {
    payload.first().is_some_and(|header| header & 0x88 == 0x08)
}

/// The dependency descriptor carries its template structure: only keyframes do, on their first
/// packet.
pub(super) fn has_structure(descriptor: &[u8]) -> bool {
    let begins = descriptor.first().is_some_and(|first| first & 0x80 != 0);
    begins && descriptor.get(3).is_some_and(|flags| flags & 0x80 != 0)
}
