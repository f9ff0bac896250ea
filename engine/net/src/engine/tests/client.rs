//! A WebRTC client: str0m with its usual SDP and frames, on a socket or a connection of its own.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Instant;

use engine_core::framing::{Deframer, push_frame};
use str0m::change::{SdpAnswer, SdpApi, SdpOffer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::media::{MediaKind, MediaTime, Mid};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// A frame that arrived.
pub(super) struct Frame {
    pub(super) mid: String,
    pub(super) data: Vec<u8>,
    pub(super) at: Instant,
}

/// A connection, and what is written to it but not taken yet.
struct Stream {
    tcp: TcpStream,
    server: SocketAddr,
    deframer: Deframer,
    unsent: Vec<u8>,
}

pub(super) struct Client {
    pub(super) rtc: Rtc,
    socket: UdpSocket,
    /// The only way to the server for a client whose network blocks UDP.
    stream: Option<Stream>,
    address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    pub(super) frames: Vec<Frame>,
    pub(super) messages: Vec<(String, Vec<u8>)>,
    pub(super) channels: Vec<(ChannelId, String)>,
    pub(super) keyframe_requests: usize,
}

impl Client {
    pub(super) fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let address = socket.local_addr().unwrap();
        Self::with(socket, address, None)
    }

    /// One whose network blocks UDP.
    pub(super) fn over_tcp(port: u16) -> Self {
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        tcp.set_nonblocking(true).unwrap();
        let address = tcp.local_addr().unwrap();
        let stream = Stream {
            server: tcp.peer_addr().unwrap(),
            tcp,
            deframer: Deframer::default(),
            unsent: Vec::new(),
        };
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        Self::with(socket, address, Some(stream))
    }

    fn with(socket: UdpSocket, address: SocketAddr, stream: Option<Stream>) -> Self {
        let mut rtc = RtcConfig::new().build(Instant::now());
        let protocol = if stream.is_some() { "tcp" } else { "udp" };
        rtc.add_local_candidate(Candidate::host(address, protocol).unwrap());
        Self {
            rtc,
            socket,
            stream,
            address,
            pending: None,
            frames: Vec::new(),
            messages: Vec::new(),
            channels: Vec::new(),
            keyframe_requests: 0,
        }
    }

    /// An offer with what `build` adds and, the first time, LiveKit's data channels.
    pub(super) fn offer<T>(&mut self, build: impl FnOnce(&mut SdpApi<'_>) -> T) -> (String, T) {
        let first = self.pending.is_none() && self.channels.is_empty();
        let mut api = self.rtc.sdp_api();
        if first {
            for (label, reliability) in [
                ("_reliable", Reliability::Reliable),
                ("_lossy", Reliability::MaxRetransmits { retransmits: 0 }),
            ] {
                api.add_channel_with_config(ChannelConfig {
                    label: label.into(),
                    ordered: label == "_reliable",
                    reliability,
                    ..ChannelConfig::default()
                });
            }
        }
        let built = build(&mut api);
        let (offer, pending) = api.apply().unwrap();
        self.pending = Some(pending);
        (offer.to_sdp_string(), built)
    }

    pub(super) fn accept(&mut self, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        let pending = self.pending.take().unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
    }

    pub(super) fn answer(&mut self, offer: &str) -> String {
        let offer = SdpOffer::from_sdp_string(offer).unwrap();
        self.rtc
            .sdp_api()
            .accept_offer(offer)
            .unwrap()
            .to_sdp_string()
    }

    /// Move to another socket, as after a change of networks.
    pub(super) fn change_address(&mut self) {
        self.socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        self.socket.set_nonblocking(true).unwrap();
        self.address = self.socket.local_addr().unwrap();
        self.rtc
            .add_local_candidate(Candidate::host(self.address, "udp").unwrap());
    }

    /// Take what arrived, serve the timers, send what came of it.
    pub(super) fn step(&mut self) {
        let mut buffer = [0; 2048];
        loop {
            match self.socket.recv_from(&mut buffer) {
                Ok((length, source)) => self.take(source, &buffer[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => {}
            }
        }
        self.take_stream();
        let _ = self.rtc.handle_input(Input::Timeout(Instant::now()));
        self.drain();
    }

    fn take_stream(&mut self) {
        let mut buffer = vec![0; 1 << 16];
        let mut frames = Vec::new();
        let Some(stream) = &mut self.stream else {
            return;
        };
        stream.flush();
        while let Ok(count) = stream.tcp.read(&mut buffer) {
            if count == 0 {
                break;
            }
            let fed = stream
                .deframer
                .feed(&mut buffer[..count], 2_048, &mut |frame| {
                    frames.push(frame.to_vec());
                });
            fed.unwrap();
        }
        let server = stream.server;
        for frame in frames {
            let receive = Receive::new(Protocol::Tcp, server, self.address, &frame).unwrap();
            let _ = self
                .rtc
                .handle_input(Input::Receive(Instant::now(), receive));
            self.drain();
        }
    }

    fn take(&mut self, source: SocketAddr, bytes: &[u8]) {
        let Ok(receive) = Receive::new(Protocol::Udp, source, self.address, bytes) else {
            panic!("the engine sent something that is no WebRTC packet: {bytes:02x?}");
        };
        let _ = self
            .rtc
            .handle_input(Input::Receive(Instant::now(), receive));
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(_)) | Err(_) => return,
                Ok(Output::Transmit(transmit)) if self.stream.is_some() => {
                    let stream = self
                        .stream
                        .as_mut()
                        .filter(|_| transmit.proto == Protocol::Tcp);
                    if let Some(stream) = stream {
                        push_frame(&mut stream.unsent, &transmit.contents);
                        stream.flush();
                    }
                }
                Ok(Output::Transmit(transmit)) => {
                    let _ = self
                        .socket
                        .send_to(&transmit.contents, transmit.destination);
                }
                Ok(Output::Event(event)) => self.note(event),
            }
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::MediaData(data) => self.frames.push(Frame {
                mid: data.mid.to_string(),
                data: data.data.to_vec(),
                at: Instant::now(),
            }),
            Event::ChannelOpen(id, label) => self.channels.push((id, label)),
            Event::ChannelData(data) => {
                let found = self.channels.iter().find(|(id, _)| *id == data.id);
                let label = found.map(|(_, label)| label.clone()).unwrap_or_default();
                self.messages.push((label, data.data));
            }
            Event::KeyframeRequest(_) => self.keyframe_requests += 1,
            _ => {}
        }
    }

    pub(super) fn send_message(&mut self, label: &str, message: &[u8]) {
        let found = self.channels.iter().find(|(_, open)| open == label);
        let id = found.expect("the channel is open").0;
        assert!(self.rtc.channel(id).unwrap().write(true, message).unwrap());
        self.drain();
    }

    /// Send one frame in the first codec that both sides know.
    pub(super) fn send_frame(&mut self, mid: Mid, kind: MediaKind, index: u64, data: &[u8]) {
        let writer = self.rtc.writer(mid).expect("the section sends");
        let pt = writer
            .payload_params()
            .next()
            .expect("a codec was negotiated")
            .pt();
        let (clock, ticks) = match kind {
            MediaKind::Audio => (str0m::media::Frequency::FORTY_EIGHT_KHZ, 960),
            MediaKind::Video => (str0m::media::Frequency::NINETY_KHZ, 3_000),
        };
        let time = MediaTime::new(index * ticks, clock);
        writer
            .write(pt, Instant::now(), time, data.to_vec())
            .unwrap();
        self.drain();
    }
}

impl Stream {
    fn flush(&mut self) {
        while let Ok(count) = self.tcp.write(&self.unsent) {
            self.unsent.drain(..count);
            if self.unsent.is_empty() {
                return;
            }
        }
    }
}

/// A frame with a VP8 frame header (RFC 6386 section 9.1) and its number behind it.
pub(super) fn vp8_frame(index: u64, keyframe: bool, size: usize) -> Vec<u8> {
    let mut frame = if keyframe {
        vec![0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01]
    } else {
        vec![0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    };
    frame.extend(index.to_be_bytes());
    frame.resize(size.max(frame.len()), index as u8);
    frame
}

/// The number in a frame of `vp8_frame`.
pub(super) fn vp8_index(frame: &[u8]) -> u64 {
    u64::from_be_bytes(frame[10..18].try_into().unwrap())
}
