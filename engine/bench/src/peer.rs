//! One WebRTC client on a socket of its own.

use std::error::Error;
use std::net::{SocketAddr, UdpSocket};
use std::time::Instant;

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

use crate::picture;

pub struct Peer {
    pub socket: UdpSocket,
    pub connected: bool,
    pub received: u64,
    /// When `tick` has to be called.
    pub wake: Instant,
    rtc: Rtc,
    local: SocketAddr,
    mid: Mid,
    pending: Option<SdpPendingOffer>,
}

impl Peer {
    /// A client and its offer of one VP8 section.
    pub fn new(direction: Direction) -> Result<(Self, String), Box<dyn Error>> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_nonblocking(true)?;
        let local = socket.local_addr()?;
        let now = Instant::now();
        let mut rtc = RtcConfig::new()
            .clear_codecs()
            .enable_vp8(true)
            .set_rtp_mode(true)
            .build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp")?);
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Video, direction, None, None, None);
        let (offer, pending) = change.apply().ok_or("an offer without changes")?;
        let peer = Self {
            socket,
            connected: false,
            received: 0,
            wake: now,
            rtc,
            local,
            mid,
            pending: Some(pending),
        };
        Ok((peer, offer.to_sdp_string()))
    }

    pub fn accept(&mut self, answer: &str) -> Result<(), Box<dyn Error>> {
        let pending = self.pending.take().ok_or("a second answer")?;
        let answer = SdpAnswer::from_sdp_string(answer)?;
        self.rtc.sdp_api().accept_answer(pending, answer)?;
        self.poll()
    }

    /// Read everything that waits on the socket.
    pub fn read(&mut self) -> Result<(), Box<dyn Error>> {
        let mut buffer = [0_u8; 2_048];
        while let Ok((length, source)) = self.socket.recv_from(&mut buffer) {
            let received = Receive::new(Protocol::Udp, source, self.local, &buffer[..length]);
            if let Ok(received) = received {
                let input = Input::Receive(Instant::now(), received);
                self.rtc.handle_input(input)?;
                self.poll()?;
            }
        }
        Ok(())
    }

    /// Let time pass.
    pub fn tick(&mut self, now: Instant) -> Result<(), Box<dyn Error>> {
        self.rtc.handle_input(Input::Timeout(now))?;
        self.poll()
    }

    /// Send one frame.
    pub fn play(&mut self, frame: u32, now: Instant) -> Result<(), Box<dyn Error>> {
        let payload_type = self
            .rtc
            .codec_config()
            .find(|params| params.spec().codec == Codec::Vp8)
            .ok_or("no VP8 in the answer")?
            .pt();
        for index in 0..picture::BURST {
            let sequence = u64::from(frame) * picture::BURST as u64 + index as u64;
            let time = frame.wrapping_mul(picture::TICKS);
            let payload = picture::payload(frame, index);
            let packet = RtpWrite::new(payload_type, sequence.into(), time, now, payload)
                .marker(index + 1 == picture::BURST)
                .nackable(true);
            let mut direct = self.rtc.direct_api();
            let stream = direct
                .stream_tx_by_mid(self.mid, None)
                .ok_or("the answer took no video")?;
            stream.write_rtp(packet);
        }
        self.tick(now)
    }

    fn poll(&mut self) -> Result<(), Box<dyn Error>> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => {
                    self.wake = at;
                    return Ok(());
                }
                Output::Transmit(out) => {
                    self.socket.send_to(&out.contents, out.destination)?;
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::RtpPacket(_)) => self.received += 1,
                Output::Event(_) => {}
            }
        }
    }
}
