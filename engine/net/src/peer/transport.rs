//! One str0m `Rtc` without media: an ICE-lite agent, DTLS with tapped keys, SCTP.
//!
//! No I/O and no clock: datagrams and times come in, `Output`s go out. str0m sees one made-up local
//! address for all of ours, as a lite agent only answers; the true one is kept in `Path`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine_core::DataKind;
use engine_core::sdp::RemoteTransport;
use engine_core::stun::{BindingRequest, is_binding_success};
use str0m::ice::IceCreds;
use str0m::net::{DatagramSend, Protocol, Receive};
use str0m::{Candidate, Event, Input, Output as RtcOutput, Rtc, RtcConfig, RtcError};

use super::channels::{Channels, Opened};
use super::credentials::{Credentials, Identity, remote_fingerprint};
use super::keytap::{self, KeyCell, Keys};
use crate::streams::ConnectionId;

/// From the documentation range (RFC 5737): never on the wire.
const LOCAL: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 1), 7882));
/// Bytes that SCTP holds for all channels of a transport before messages wait in the outbox.
const SCTP_BUFFER: usize = 256 << 10;
/// Largest data message taken (LiveKit's limit is 64,000).
const MAX_MESSAGE: u32 = 65_536;
/// Addresses that one client may appear from. str0m remembers each until the transport ends and
/// keeps no more than 100 pairs.
const MAX_SOURCES: usize = 90;
/// Timers of str0m that are due again at once after being served get this much rest.
const MIN_REST: Duration = Duration::from_millis(1);

/// Where datagrams come from: an address over UDP, or a TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Source {
    pub(crate) remote: SocketAddr,
    pub(crate) connection: Option<ConnectionId>,
}

/// Where media goes: the client's address, ours that it knows, and the connection if it is TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) remote: SocketAddr,
    pub(crate) local: Option<IpAddr>,
    pub(crate) connection: Option<ConnectionId>,
}

impl Path {
    pub(crate) fn source(self) -> Source {
        Source {
            remote: self.remote,
            connection: self.connection,
        }
    }
}

/// What a negotiation means for the transport.
#[derive(Clone, Debug)]
pub(crate) struct TransportPlan {
    pub(crate) local: Credentials,
    pub(crate) remote: RemoteTransport,
    /// The server creates the data channels (subscriber transports).
    pub(crate) opens_channels: bool,
    pub(crate) has_data: bool,
}

/// Why a transport cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    Dtls,
    Closed,
    /// Its reliable messages do not fit its queue any more.
    Slow,
    Internal,
}

/// What a transport wants done.
pub(crate) enum Output {
    /// Answer a connectivity check to where it came from.
    Reply(SocketAddr, DatagramSend),
    /// Send on the chosen path.
    ToPeer(DatagramSend),
    Keys(Keys),
    Connected,
    ChannelsOpen,
    Message(DataKind, Vec<u8>),
    Lost(Lost),
}

pub(crate) struct Transport {
    rtc: Rtc,
    keys: KeyCell,
    channels: Channels,
    has_data: bool,
    opens_channels: bool,
    active: bool,
    connected: bool,
    path: Option<Path>,
    sources: Vec<Source>,
    next_timeout: Instant,
}

impl Transport {
    /// Fails when the client's fingerprint is not SHA-256 or str0m refuses the values.
    pub(crate) fn new(
        now: Instant,
        identity: &Identity,
        plan: &TransportPlan,
    ) -> Result<Self, Lost> {
        let fingerprint = remote_fingerprint(&plan.remote).ok_or(Lost::Dtls)?;
        let config = RtcConfig::new()
            .set_crypto_provider(keytap::provider())
            .set_dtls_cert(identity.certificate.clone())
            .set_local_ice_credentials(plan.local.for_ice())
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .clear_codecs()
            .clear_extension_map()
            .set_sctp_max_buffered_amount(SCTP_BUFFER)
            .set_sctp_max_message_size(MAX_MESSAGE);
        let (mut rtc, keys) = keytap::capture(|| config.build(now));
        let candidate = Candidate::host(LOCAL, "udp").map_err(|_| Lost::Internal)?;
        rtc.add_local_candidate(candidate);
        let active = !plan.remote.dtls_setup_active;
        let mut api = rtc.direct_api();
        api.set_ice_controlling(false);
        api.set_remote_ice_credentials(remote_creds(&plan.remote));
        api.set_remote_fingerprint(fingerprint);
        api.start_dtls(active).map_err(|_| Lost::Internal)?;
        let mut transport = Self {
            rtc,
            keys,
            channels: Channels::new(),
            has_data: false,
            opens_channels: plan.opens_channels,
            active,
            connected: false,
            path: None,
            sources: Vec::new(),
            next_timeout: now,
        };
        transport.set_has_data(plan.has_data);
        Ok(transport)
    }

    /// Start SCTP when the first description with a data section arrives; it never stops.
    fn set_has_data(&mut self, has_data: bool) {
        if !has_data || self.has_data {
            return;
        }
        self.has_data = true;
        self.rtc.direct_api().start_sctp(self.active);
        if self.opens_channels {
            Channels::create(&mut self.rtc);
        }
    }

    /// A later negotiation: new credentials restart ICE (RFC 8445 section 9); DTLS, its keys and
    /// SCTP go on, and the path stays until the client nominates another.
    pub(crate) fn renegotiate(
        &mut self,
        now: Instant,
        plan: &TransportPlan,
        out: &mut Vec<Output>,
    ) {
        let mut api = self.rtc.direct_api();
        api.set_local_ice_credentials(plan.local.for_ice());
        api.set_remote_ice_credentials(remote_creds(&plan.remote));
        self.set_has_data(plan.has_data);
        self.handle_timeout(now, out);
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected
    }

    pub(crate) fn path(&self) -> Option<Path> {
        self.path
    }

    /// Addresses from which authentic checks came.
    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    pub(crate) fn next_timeout(&self) -> Instant {
        self.next_timeout
    }

    /// A connectivity check. True if it was authentic.
    ///
    /// Media follows the last nomination: clients nominate the pair they use and no other towards a
    /// lite agent, so this moves with them when they change networks, before the old pair expires.
    pub(crate) fn handle_stun(
        &mut self,
        now: Instant,
        from: Path,
        request: &BindingRequest<'_>,
        packet: &[u8],
        out: &mut Vec<Output>,
    ) -> bool {
        let known = self.sources.contains(&from.source());
        if !known && self.sources.len() >= MAX_SOURCES {
            return false;
        }
        let Ok(input) = Receive::new(Protocol::Udp, from.remote, LOCAL, packet) else {
            return false;
        };
        let before = out.len();
        let _ = self.rtc.handle_input(Input::Receive(now, input));
        self.drain(now, out);
        let answered = out[before..].iter().any(|output| match output {
            Output::Reply(to, bytes) => {
                *to == from.remote && is_binding_success(bytes, &request.transaction)
            }
            _ => false,
        });
        if answered {
            if !known {
                self.sources.push(from.source());
            }
            if request.use_candidate || self.path.is_some_and(|path| path.source() == from.source())
            {
                self.path = Some(from);
            }
        }
        answered
    }

    /// A DTLS record. Errors after the handshake are forged or damaged records and change nothing.
    pub(crate) fn handle_dtls(
        &mut self,
        now: Instant,
        source: SocketAddr,
        packet: &[u8],
        out: &mut Vec<Output>,
    ) {
        let Ok(input) = Receive::new(Protocol::Udp, source, LOCAL, packet) else {
            return;
        };
        if self.rtc.handle_input(Input::Receive(now, input)).is_err() && !self.connected {
            out.push(Output::Lost(Lost::Dtls));
            return;
        }
        self.drain(now, out);
    }

    /// Serve the timers.
    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Vec<Output>) {
        // Serving one timer may make another due at once; a few rounds settle what can settle.
        for _ in 0..4 {
            let _ = self.rtc.handle_input(Input::Timeout(now));
            self.drain(now, out);
            if self.next_timeout > now {
                return;
            }
        }
        self.next_timeout = now + MIN_REST;
    }

    /// Queue a data message and send what there is room for; answers how many were lost by it.
    pub(crate) fn write(
        &mut self,
        now: Instant,
        kind: DataKind,
        message: &Arc<[u8]>,
        out: &mut Vec<Output>,
    ) -> u64 {
        let lost = self.channels.push(kind, message);
        if lost > 0 && kind == DataKind::Reliable {
            // What was promised cannot be kept: the client has to start again, and learns so.
            out.push(Output::Lost(Lost::Slow));
            return lost;
        }
        self.drain(now, out);
        lost
    }

    /// Take all output; str0m wants it emptied after every single change.
    fn drain(&mut self, now: Instant, out: &mut Vec<Output>) {
        loop {
            self.poll(now, out);
            if !self.connected || !self.channels.flush_one(&mut self.rtc) {
                break;
            }
        }
        if let Some(keys) = self.keys.take() {
            out.push(Output::Keys(keys));
        }
        if self.keys.has_too_many_streams() {
            out.push(Output::Lost(Lost::Closed));
        }
    }

    fn poll(&mut self, now: Instant, out: &mut Vec<Output>) {
        loop {
            match self.rtc.poll_output() {
                Ok(RtcOutput::Timeout(at)) => {
                    self.next_timeout = at;
                    return;
                }
                Ok(RtcOutput::Transmit(transmit)) => {
                    let is_stun = transmit.contents.first().is_some_and(|byte| *byte < 4);
                    out.push(if is_stun {
                        Output::Reply(transmit.destination, transmit.contents)
                    } else {
                        Output::ToPeer(transmit.contents)
                    });
                }
                Ok(RtcOutput::Event(event)) => self.take_event(event, out),
                Err(error) => {
                    out.push(Output::Lost(match error {
                        _ if !self.connected => Lost::Dtls,
                        // The client's close_notify before SCTP was up: there is nothing to shut.
                        RtcError::Sctp(_) => Lost::Closed,
                        _ => Lost::Internal,
                    }));
                    self.next_timeout = now + Duration::from_secs(3600);
                    return;
                }
            }
        }
    }

    fn take_event(&mut self, event: Event, out: &mut Vec<Output>) {
        match event {
            Event::Connected => {
                self.connected = true;
                // The keys first, so that media can flow when the connection is announced.
                out.extend(self.keys.take().map(Output::Keys));
                out.push(Output::Connected);
            }
            Event::ChannelOpen(id, label) => match self.channels.opened(id, &label) {
                Opened::Noted => {}
                Opened::BothOpen => out.push(Output::ChannelsOpen),
                Opened::TooMany => out.push(Output::Lost(Lost::Closed)),
            },
            Event::ChannelData(data) => {
                if let Some(kind) = self.channels.kind(data.id) {
                    out.push(Output::Message(kind, data.data));
                }
            }
            Event::ChannelClose(id) => self.channels.closed(id),
            Event::Closed => out.push(Output::Lost(Lost::Closed)),
            // ICE states follow from checks, which the shard times itself.
            _ => {}
        }
    }
}

fn remote_creds(remote: &RemoteTransport) -> IceCreds {
    IceCreds {
        ufrag: remote.ufrag.clone(),
        pass: remote.pwd.clone(),
    }
}
