//! One transport's negotiation over its life: places never move, SSRCs are never used twice.

use std::collections::HashSet;

use super::extensions;
use super::parse::Text;
use super::section::Section;
use super::transport::read_transport;
use super::types::{
    Codec, LocalTransport, MediaKind, Negotiated, OfferedSection, PublishSection, ReceiveSection,
    SdpError, SendNegotiated, SendSection,
};
use super::write::{Described, Setup, Source, description};
use super::{codecs, offer::Offered};
use crate::random::Random;
use crate::router::Role;

/// What a client's offer holds, for the caller to decide on. Rejected and unknown sections are
/// left out.
pub fn read_offer(sdp: &str) -> Result<Vec<OfferedSection>, SdpError> {
    let sections = read_sections(&Text::parse(sdp)?)?;
    let offered = sections.into_iter().filter(|section| !section.rejected);
    Ok(offered
        .filter_map(|section| {
            let mut mimes: Vec<String> = Vec::new();
            for codec in &section.codecs {
                if !mimes.iter().any(|mime| mime == codec.codec.mime()) {
                    mimes.push(codec.codec.mime().to_owned());
                }
            }
            let (stream, track) = section.msid.unzip();
            Some(OfferedSection {
                kind: section.kind?,
                mid: section.mid,
                client_sends: section.sends,
                client_receives: section.receives,
                msid_stream: stream,
                msid_track: track.filter(|track| !track.is_empty()),
                rids: section.rids,
                codecs: mimes,
            })
        })
        .collect())
}

pub(super) fn read_sections(text: &Text<'_>) -> Result<Vec<Section>, SdpError> {
    let mixed = text.session_first("extmap-allow-mixed").is_some();
    let mut sections = Vec::with_capacity(text.sections.len());
    let mut mids = HashSet::new();
    for (position, section) in text.sections.iter().enumerate() {
        let section = Section::read(section, position, mixed)?;
        if !mids.insert(section.mid.clone()) {
            return Err(SdpError::new(format!("mid {} appears twice", section.mid)));
        }
        sections.push(section);
    }
    Ok(sections)
}

/// What a place sends now; its SSRCs end with the track.
#[derive(Clone, Debug)]
pub(super) struct Sending {
    pub mid: String,
    pub track: u64,
    pub source: Source,
}

/// Remembers section order, mids, payload types, ids and SSRCs across renegotiations.
#[derive(Debug)]
pub struct SdpSession {
    role: Role,
    random: Random,
    session_id: u64,
    version: u64,
    used_ssrcs: HashSet<u32>,
    pub(super) sending: Vec<Sending>,
    pub(super) offered: Option<Offered>,
}

impl SdpSession {
    /// A session before its first description.
    pub fn new(role: Role) -> Self {
        let mut random = Random::from_system();
        Self {
            role,
            session_id: random.next_u64() >> 2,
            version: 0,
            random,
            used_ssrcs: HashSet::new(),
            sending: Vec::new(),
            offered: None,
        }
    }

    /// Answer a client's offer. Sections in neither plan become inactive, and so does one whose
    /// plan does not fit the direction offered. Errors: bad SDP; a plan for an unknown mid or of
    /// another kind; a subscriber session, which only offers.
    pub fn answer(
        &mut self,
        offer: &str,
        local: &LocalTransport,
        publish: &[PublishSection],
        send: &[SendSection],
    ) -> Result<(String, Negotiated), SdpError> {
        if self.role == Role::Subscriber {
            return Err(SdpError::new("a subscriber transport takes no offers"));
        }
        let text = Text::parse(offer)?;
        let remote = read_transport(&text)?;
        let sections = read_sections(&text)?;
        check_plans(&sections, publish, send)?;
        let mut negotiated = Negotiated {
            remote,
            has_data: false,
            receive: Vec::new(),
            send: Vec::new(),
        };
        let mut kept = Vec::new();
        let mut described = Vec::with_capacity(sections.len());
        for section in &sections {
            let publish = publish.iter().find(|plan| plan.mid == section.mid);
            let send = send.iter().find(|plan| plan.mid == section.mid);
            let mut answer = inactive(section);
            if section.kind == Some(MediaKind::Data) && !section.rejected {
                negotiated.has_data = true;
            }
            if let Some(plan) = publish.filter(|_| section.sends) {
                negotiated
                    .receive
                    .extend(receive(section, plan, &mut answer));
            }
            if let Some(plan) = send.filter(|_| section.receives && !section.codecs.is_empty()) {
                let sending = self.sending_for(plan, has_rtx(section));
                negotiated
                    .send
                    .push(send_on(section, plan, &sending, &mut answer));
                kept.push(sending);
            }
            described.push(answer);
        }
        self.sending = kept;
        let active = negotiated.remote.dtls_setup_active;
        let setup = if active {
            Setup::Passive
        } else {
            Setup::Active
        };
        let mixed = sections.iter().any(|one| one.extensions.allow_mixed);
        Ok((self.write(&described, local, setup, mixed), negotiated))
    }

    pub(super) fn write(
        &mut self,
        described: &[Described],
        local: &LocalTransport,
        setup: Setup,
        mixed: bool,
    ) -> String {
        self.version += 1;
        description(
            described,
            local,
            setup,
            self.session_id,
            self.version,
            mixed,
        )
    }

    /// The SSRCs of a plan: the ones it has if mid and track are unchanged, else new ones.
    pub(super) fn sending_for(&mut self, plan: &SendSection, rtx: bool) -> Sending {
        let known = self
            .sending
            .iter()
            .find(|one| one.mid == plan.mid && one.track == plan.track)
            .cloned();
        let mut sending = known.unwrap_or_else(|| Sending {
            mid: plan.mid.clone(),
            track: plan.track,
            source: Source {
                stream_id: String::new(),
                track_id: String::new(),
                ssrc: self.new_ssrc(),
                rtx_ssrc: None,
            },
        });
        sending.source.stream_id.clone_from(&plan.stream_id);
        sending.source.track_id.clone_from(&plan.track_id);
        if rtx && sending.source.rtx_ssrc.is_none() {
            sending.source.rtx_ssrc = Some(self.new_ssrc());
        }
        sending
    }

    fn new_ssrc(&mut self) -> u32 {
        loop {
            let ssrc = self.random.ssrc();
            if self.used_ssrcs.insert(ssrc) {
                return ssrc;
            }
        }
    }
}

fn check_plans(
    sections: &[Section],
    publish: &[PublishSection],
    send: &[SendSection],
) -> Result<(), SdpError> {
    let mut tracks = HashSet::new();
    for plan in publish {
        let section = sections.iter().find(|section| section.mid == plan.mid);
        let media = section.is_some_and(|section| {
            matches!(section.kind, Some(MediaKind::Audio | MediaKind::Video))
        });
        if !media {
            return Err(SdpError::new(format!(
                "no media section {} to publish",
                plan.mid
            )));
        }
        if !tracks.insert(plan.track) {
            return Err(SdpError::new(format!(
                "track {} is published twice",
                plan.track
            )));
        }
    }
    let mut mids = HashSet::new();
    for plan in send {
        check_send(plan, &mut mids)?;
        let section = sections.iter().find(|section| section.mid == plan.mid);
        if section.and_then(|section| section.kind) != Some(plan.kind) {
            let kind = plan.kind.as_str();
            return Err(SdpError::new(format!(
                "no {kind} section {} to send on",
                plan.mid
            )));
        }
    }
    Ok(())
}

/// What every send plan must keep: one track a mid, and ids that fit into a line.
pub(super) fn check_send<'a>(
    plan: &'a SendSection,
    mids: &mut HashSet<&'a str>,
) -> Result<(), SdpError> {
    if !mids.insert(&plan.mid) {
        return Err(SdpError::new(format!("mid {} is sent on twice", plan.mid)));
    }
    let fits = |id: &str| {
        !id.is_empty() && id.len() <= 256 && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if !fits(&plan.stream_id) || !fits(&plan.track_id) {
        return Err(SdpError::new(format!(
            "mid {} has an unusable stream or track id",
            plan.mid
        )));
    }
    Ok(())
}

fn has_rtx(section: &Section) -> bool {
    section.codecs.iter().any(|codec| codec.rtx.is_some())
}

fn inactive(section: &Section) -> Described {
    let data = section.kind == Some(MediaKind::Data);
    let unusable = section.kind.is_none() || (!data && section.codecs.is_empty());
    Described {
        mid: section.mid.clone(),
        kind: section.kind,
        media: section.media.clone(),
        protocol: section.protocol.clone(),
        rejected: section.rejected || unusable,
        formats: section.formats.clone(),
        sends: false,
        receives: false,
        codecs: section.codecs.clone(),
        extensions: section.kind.map_or_else(Default::default, |kind| {
            extensions::for_inactive(&section.extensions, kind)
        }),
        rids: Vec::new(),
        source: None,
    }
}

/// Take what the client sends: fills the answer, gives the negotiated section.
fn receive(
    section: &Section,
    plan: &PublishSection,
    answer: &mut Described,
) -> Option<ReceiveSection> {
    let kind = section.kind.filter(|_| !section.codecs.is_empty())?;
    let ids = extensions::for_receiving(&section.extensions, kind);
    let prefer = plan.prefer_codec.as_deref();
    let red = plan.red && !plan.stereo;
    let mut ordered = codecs::order_for_publishing(section.codecs.clone(), prefer, red);
    for codec in &mut ordered {
        codec.fmtp = codecs::publisher_fmtp(codec, plan.dtx, plan.stereo);
        codec.nack |= codec.codec == Codec::Opus;
    }
    answer.receives = true;
    answer.extensions = ids.clone();
    answer.codecs.clone_from(&ordered);
    answer.rids.clone_from(&section.rids);
    Some(ReceiveSection {
        mid: section.mid.clone(),
        track: plan.track,
        kind,
        codecs: ordered,
        extensions: ids,
        rids: section.rids.clone(),
        ssrcs: section.ssrcs.clone(),
        redundancy: red && kind == MediaKind::Audio,
    })
}

/// Send a track: fills the answer, gives the negotiated section.
fn send_on(
    section: &Section,
    plan: &SendSection,
    sending: &Sending,
    answer: &mut Described,
) -> SendNegotiated {
    let ids = extensions::for_sending(&section.extensions, plan.kind);
    if !answer.receives {
        answer.codecs = codecs::order_for_sending(section.codecs.clone(), plan.codec.as_deref());
        answer.extensions = extensions::for_inactive(&section.extensions, plan.kind);
    }
    answer.extensions = answer.extensions.union(&ids);
    answer.sends = true;
    answer.source = Some(sending.source.clone());
    sending.negotiated(plan.kind, answer.codecs.clone(), ids)
}
