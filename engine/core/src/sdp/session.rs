//! One transport's negotiation over its life.

use super::types::{
    LocalTransport, Negotiated, OfferedSection, PublishSection, SdpError, SendSection,
};
use crate::router::Role;

/// What a client's offer holds, for the caller to decide on.
pub fn read_offer(sdp: &str) -> Result<Vec<OfferedSection>, SdpError> {
    let _ = sdp;
    Err(SdpError::new("not yet"))
}

/// Remembers section order, mids, payload types, ids and SSRCs across renegotiations.
#[derive(Debug)]
pub struct SdpSession {
    role: Role,
}

impl SdpSession {
    /// A session before its first description.
    pub fn new(role: Role) -> Self {
        Self { role }
    }

    /// Answer a client's offer. Sections in neither plan become inactive.
    pub fn answer(
        &mut self,
        offer: &str,
        local: &LocalTransport,
        publish: &[PublishSection],
        send: &[SendSection],
    ) -> Result<(String, Negotiated), SdpError> {
        let _ = (offer, local, publish, send, self.role);
        Err(SdpError::new("not yet"))
    }

    /// Our offer: a data section, then `send`, in places that never move.
    pub fn offer(
        &mut self,
        local: &LocalTransport,
        send: &[SendSection],
    ) -> Result<String, SdpError> {
        let _ = (local, send);
        Err(SdpError::new("not yet"))
    }

    /// The client's answer to the last offer.
    pub fn accept_answer(&mut self, answer: &str) -> Result<Negotiated, SdpError> {
        let _ = answer;
        Err(SdpError::new("not yet"))
    }
}
