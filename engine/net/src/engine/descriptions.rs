//! The calls that read and write session descriptions, on the caller's thread.

use std::sync::{Arc, Mutex};

use engine_core::sdp::{self, Negotiated, OfferedSection, PublishSection, SendSection};
use engine_core::{Handle, Role};

use super::negotiation::Negotiation;
use super::{Engine, Result, SendPlan, lock};
use crate::peer::Credentials;
use crate::shard::Command;

impl Engine {
    /// What a client's offer holds.
    pub fn read_offer(&self, offer: &str) -> Result<Vec<OfferedSection>> {
        self.check_open()?;
        Ok(sdp::read_offer(offer)?)
    }

    /// Apply a client's offer and return the answer.
    pub fn answer(
        &self,
        transport: Handle,
        offer: &str,
        publish: &[PublishSection],
        send: &[SendPlan],
    ) -> Result<String> {
        let (negotiation, send) = self.plan(transport, publish, send)?;
        let mut negotiation = lock(&negotiation);
        let (answer, negotiated, local) = negotiation.answer(&self.local, offer, publish, &send)?;
        self.apply(transport, negotiation.role, local, negotiated)?;
        Ok(answer)
    }

    /// Our offer on a subscriber transport.
    pub fn offer(&self, transport: Handle, send: &[SendPlan], ice_restart: bool) -> Result<String> {
        let (negotiation, send) = self.plan(transport, &[], send)?;
        lock(&negotiation).offer(&self.local, &send, ice_restart)
    }

    /// The client's answer to our last offer.
    pub fn accept_answer(&self, transport: Handle, answer: &str) -> Result<()> {
        let (negotiation, _) = self.plan(transport, &[], &[])?;
        let mut negotiation = lock(&negotiation);
        let (negotiated, local) = negotiation.accept_answer(answer)?;
        self.apply(transport, negotiation.role, local, negotiated)
    }

    /// Look up everything that a negotiation needs, and refuse what does not fit.
    fn plan(
        &self,
        transport: Handle,
        publish: &[PublishSection],
        send: &[SendPlan],
    ) -> Result<(Arc<Mutex<Negotiation>>, Vec<SendSection>)> {
        let registry = self.registry()?;
        let negotiation = registry.negotiation(transport)?;
        for section in publish {
            registry.check_publish(transport, section.track)?;
        }
        let codecs = lock(&self.codecs);
        let mut sections = Vec::with_capacity(send.len());
        for plan in send {
            let track = registry.track(plan.track)?;
            let codec = codecs.get(&plan.track).copied().or(track.codec);
            sections.push(SendSection {
                mid: plan.mid.clone(),
                track: plan.track,
                kind: track.kind,
                codec: codec.map(str::to_owned),
                stream_id: plan.stream_id.clone(),
                track_id: plan.track_id.clone(),
            });
        }
        Ok((negotiation, sections))
    }

    /// Called with the negotiation locked, so that two negotiations of one transport keep order.
    fn apply(
        &self,
        transport: Handle,
        role: Role,
        local: Credentials,
        negotiated: Negotiated,
    ) -> Result<()> {
        let mut registry = self.registry()?;
        let signs = registry.signs_of_transport(transport)?;
        let ended = registry.published(transport, &negotiated);
        self.forget_codecs(&ended);
        let negotiated = Box::new(negotiated);
        self.inbox.send(Command::Apply {
            transport,
            role,
            local,
            negotiated,
            signs,
        })
    }
}
