//! The subscriber transport's half of a session: we offer, the client answers.

use std::collections::HashSet;

use super::codecs;
use super::extensions;
use super::parse::Text;
use super::section::is_token;
use super::session::{SdpSession, Sending, check_send, read_sections};
use super::transport::read_transport;
use super::types::{
    ExtensionIds, LocalTransport, MediaKind, Negotiated, PayloadCodec, SdpError, SendNegotiated,
    SendSection,
};
use super::write::{Described, Setup};
use crate::limits;

/// The mid of the data section in our offers.
const DATA_MID: &str = "data";

/// Our last offer: its places in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Offered {
    places: Vec<Place>,
    /// An answer is due; a second one is refused.
    open: bool,
}

#[derive(Clone, Debug)]
struct Place {
    mid: String,
    kind: MediaKind,
}

impl Sending {
    /// The negotiated section of this source.
    pub(super) fn negotiated(
        &self,
        kind: MediaKind,
        codecs: Vec<PayloadCodec>,
        extensions: ExtensionIds,
    ) -> SendNegotiated {
        SendNegotiated {
            mid: self.mid.clone(),
            track: self.track,
            kind,
            ssrc: self.source.ssrc,
            rtx_ssrc: self.source.rtx_ssrc,
            cname: self.source.stream_id.clone(),
            codecs,
            extensions,
        }
    }
}

impl SdpSession {
    /// Our offer: a data section, then `send`. A mid keeps its place for ever; one that is no
    /// longer named becomes inactive. Errors: a mid twice, of another kind than before, or unusable.
    pub fn offer(
        &mut self,
        local: &LocalTransport,
        send: &[SendSection],
    ) -> Result<String, SdpError> {
        let mut offered = self.offered.take().unwrap_or_else(|| Offered {
            places: vec![Place {
                mid: DATA_MID.to_owned(),
                kind: MediaKind::Data,
            }],
            open: false,
        });
        let checked = take_places(&mut offered.places, send);
        offered.open = checked.is_ok();
        let places = offered.places.clone();
        self.offered = Some(offered);
        checked?;
        let mut kept = Vec::new();
        let mut described = Vec::with_capacity(places.len());
        for place in &places {
            let plan = send.iter().find(|plan| plan.mid == place.mid);
            let mut section = offered_section(place, plan);
            if let Some(plan) = plan {
                let sending = self.sending_for(plan, place.kind == MediaKind::Video);
                section.source = Some(sending.source.clone());
                kept.push(sending);
            }
            described.push(section);
        }
        self.sending = kept;
        Ok(self.write(&described, local, Setup::ActPass, true))
    }

    /// The client's answer to the last offer. Errors: none is open, or the sections differ.
    pub fn accept_answer(&mut self, answer: &str) -> Result<Negotiated, SdpError> {
        let text = Text::parse(answer)?;
        let remote = read_transport(&text)?;
        let sections = read_sections(&text)?;
        let Some(offered) = self.offered.as_mut().filter(|offered| offered.open) else {
            return Err(SdpError::new("an answer without an offer"));
        };
        if sections.len() != offered.places.len() {
            return Err(SdpError::new(
                "the answer has another number of sections than the offer",
            ));
        }
        let mut negotiated = Negotiated {
            remote,
            has_data: false,
            receive: Vec::new(),
            send: Vec::new(),
        };
        for (place, section) in offered.places.iter().zip(&sections) {
            if section.rejected {
                continue;
            }
            if section.mid != place.mid || section.kind != Some(place.kind) {
                return Err(SdpError::new(format!(
                    "the answer has no section {}",
                    place.mid
                )));
            }
            if place.kind == MediaKind::Data {
                negotiated.has_data = true;
                continue;
            }
            let sending = self.sending.iter().find(|one| one.mid == place.mid);
            if let Some(sending) = sending.filter(|_| section.receives) {
                let ids = extensions::for_sending(&section.extensions, place.kind);
                let sent = sending.negotiated(place.kind, section.codecs.clone(), ids);
                negotiated.send.push(sent);
            }
        }
        offered.open = false;
        Ok(negotiated)
    }
}

/// Give every plan a place: its own from before, else a new one at the end.
fn take_places(places: &mut Vec<Place>, send: &[SendSection]) -> Result<(), SdpError> {
    let mut mids = HashSet::new();
    for plan in send {
        check_send(plan, &mut mids)?;
        if !is_token(&plan.mid) || plan.kind == MediaKind::Data {
            return Err(SdpError::new(format!(
                "mid {} cannot carry media",
                plan.mid
            )));
        }
        match places.iter().find(|place| place.mid == plan.mid) {
            Some(place) if place.kind != plan.kind => {
                let kind = place.kind.as_str();
                return Err(SdpError::new(format!("mid {} stays {kind}", plan.mid)));
            }
            Some(_) => {}
            None if places.len() >= limits::SDP_SECTIONS => {
                return Err(SdpError::new("more than 200 sections"));
            }
            None => places.push(Place {
                mid: plan.mid.clone(),
                kind: plan.kind,
            }),
        }
    }
    Ok(())
}

fn offered_section(place: &Place, plan: Option<&SendSection>) -> Described {
    let data = place.kind == MediaKind::Data;
    let now = plan.and_then(|plan| plan.codec.as_deref());
    let protocol = if data {
        "UDP/DTLS/SCTP"
    } else {
        "UDP/TLS/RTP/SAVPF"
    };
    let formats = if data {
        vec!["webrtc-datachannel".to_owned()]
    } else {
        Vec::new()
    };
    Described {
        mid: place.mid.clone(),
        kind: Some(place.kind),
        media: place.kind.as_str().to_owned(),
        protocol: protocol.to_owned(),
        rejected: false,
        formats,
        sends: plan.is_some(),
        receives: false,
        codecs: codecs::order_for_sending(codecs::our_codecs(place.kind), now),
        extensions: extensions::our_ids(place.kind),
        rids: Vec::new(),
        source: None,
    }
}
