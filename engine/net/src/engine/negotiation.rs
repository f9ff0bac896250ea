//! One transport's descriptions and ICE credentials, on the caller's thread.

use engine_core::Role;
use engine_core::sdp::{LocalTransport, Negotiated, PublishSection, SdpSession, SendSection};

use crate::error::EngineError;
use crate::peer::{Credentials, Identity, remote_credentials};

/// What is the same in every description of an engine.
pub(super) struct Local {
    pub(super) identity: std::sync::Arc<Identity>,
    pub(super) candidates: Vec<String>,
}

pub(super) struct Negotiation {
    pub(super) role: Role,
    session: SdpSession,
    local: Credentials,
    /// The client's credentials that `local` is paired with; new ones ask for an ICE restart.
    remote: Option<Credentials>,
    /// Our credentials in an offer that asks for a restart and is not answered yet.
    restarting: Option<Credentials>,
}

impl Negotiation {
    pub(super) fn new(role: Role) -> Result<Self, EngineError> {
        Ok(Self {
            role,
            session: SdpSession::new(role),
            local: Credentials::random()?,
            remote: None,
            restarting: None,
        })
    }

    pub(super) fn answer(
        &mut self,
        local: &Local,
        offer: &str,
        publish: &[PublishSection],
        send: &[SendSection],
    ) -> Result<(String, Negotiated, Credentials), EngineError> {
        if self.role == Role::Subscriber {
            return Err(EngineError::Invalid(
                "a subscriber transport makes the offers".into(),
            ));
        }
        let remote = remote_credentials(offer);
        let restarts = self.remote.is_some() && remote.is_some() && remote != self.remote;
        let ours = if restarts {
            Credentials::random()?
        } else {
            self.local.clone()
        };
        let (answer, negotiated) =
            self.session
                .answer(offer, &describe(local, &ours), publish, send)?;
        check_remote(&negotiated)?;
        self.local = ours.clone();
        self.remote = remote;
        Ok((answer, negotiated, ours))
    }

    pub(super) fn offer(
        &mut self,
        local: &Local,
        send: &[SendSection],
        ice_restart: bool,
    ) -> Result<String, EngineError> {
        if self.role != Role::Subscriber {
            return Err(EngineError::Invalid(
                "on this transport the client makes the offers".into(),
            ));
        }
        if ice_restart {
            self.restarting = Some(Credentials::random()?);
        }
        let ours = self.restarting.as_ref().unwrap_or(&self.local);
        Ok(self.session.offer(&describe(local, ours), send)?)
    }

    pub(super) fn accept_answer(
        &mut self,
        answer: &str,
    ) -> Result<(Negotiated, Credentials), EngineError> {
        if self.role != Role::Subscriber {
            return Err(EngineError::Invalid(
                "no offer was made on this transport".into(),
            ));
        }
        let negotiated = self.session.accept_answer(answer)?;
        check_remote(&negotiated)?;
        if let Some(ours) = self.restarting.take() {
            self.local = ours;
        }
        Ok((negotiated, self.local.clone()))
    }
}

fn describe(local: &Local, ours: &Credentials) -> LocalTransport {
    LocalTransport {
        ufrag: ours.ufrag.clone(),
        pwd: ours.pwd.clone(),
        fingerprint: local.identity.fingerprint.clone(),
        candidates: local.candidates.clone(),
        ice_lite: true,
    }
}

fn check_remote(negotiated: &Negotiated) -> Result<(), EngineError> {
    let remote = &negotiated.remote;
    if remote.ice_lite {
        return Err(EngineError::Invalid(
            "SDP: two ICE-lite sides never connect".into(),
        ));
    }
    if !remote
        .fingerprint
        .to_ascii_lowercase()
        .starts_with("sha-256 ")
    {
        return Err(EngineError::Invalid(
            "SDP: a=fingerprint must be sha-256".into(),
        ));
    }
    Ok(())
}
