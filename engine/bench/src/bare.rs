//! The bare forwarder: decrypt once, then encrypt and send for each subscriber. Nothing else.
//!
//! It is what any forwarder of encrypted media has to pay, and so the unit that the engine's cost is
//! given in: no negotiation, no feedback, no retransmissions, no layers, one track.

use std::error::Error;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use engine_core::srtp::{Profile, SrtpRx, SrtpTx, StreamSlot, contexts};

use crate::picture;
use crate::wait::{Readable, thread_cpu};

const PROFILE: Profile = Profile::AeadAes256Gcm;
const HEADER: usize = 12;
const PUBLISHER: u32 = 1;
const BATCH: usize = 64;
const DRAIN: Duration = Duration::from_millis(500);

pub fn run(subscribers: usize, length: Duration, segments: bool) -> Result<(), Box<dyn Error>> {
    let server = local_socket()?;
    let sinks = (0..subscribers)
        .map(|_| local_socket())
        .collect::<Result<Vec<_>, _>>()?;
    let mut forwarder = Forwarder::new(server.try_clone()?, &sinks, segments)?;
    let stop = AtomicBool::new(false);
    let (sent, received, (forwarded, cpu)) = thread::scope(|scope| {
        let work = scope.spawn(|| -> io::Result<(u64, Duration)> {
            let before = thread_cpu();
            while !stop.load(Ordering::Relaxed) {
                forwarder.turn()?;
            }
            Ok((forwarder.forwarded, thread_cpu() - before))
        });
        let played = play(&server, &sinks, length);
        stop.store(true, Ordering::Relaxed);
        let forwarded = work.join().map_err(|_| "the forwarder panicked")??;
        let (sent, received) = played?;
        Ok::<_, Box<dyn Error>>((sent, received, forwarded))
    })?;
    println!("done {sent} {forwarded} {received} {}", cpu.as_nanos());
    Ok(())
}

fn local_socket() -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// The same keys on both ends of a leg; `number` makes them differ from leg to leg.
fn material(number: usize) -> Vec<u8> {
    (0..PROFILE.keying_material_len())
        .map(|place| (place as u8).wrapping_mul(31) ^ number as u8)
        .collect()
}

fn keys(number: usize, active: bool) -> Result<(SrtpTx, SrtpRx), String> {
    contexts(PROFILE, &material(number), active).map_err(|error| format!("{error:?}"))
}

/// Play for `length` and count what reaches the sinks: (sent, received) packets.
fn play(
    server: &UdpSocket,
    sinks: &[UdpSocket],
    length: Duration,
) -> Result<(u64, u64), Box<dyn Error>> {
    let source = local_socket()?;
    let target = server.local_addr()?;
    let (mut seal, _) = keys(0, true)?;
    let stream = seal
        .stream(PUBLISHER, false)
        .map_err(|e| format!("{e:?}"))?;
    let mut readable = Readable::new(sinks.iter());
    let mut received = 0;
    let began = Instant::now();
    let mut frame = 0_u32;
    while began.elapsed() < length {
        let due = began + picture::INTERVAL * frame;
        let now = Instant::now();
        if now < due {
            received += drain(sinks, &readable.wait(due - now));
            continue;
        }
        for index in 0..picture::BURST {
            let sequence = u64::from(frame) * picture::BURST as u64 + index as u64;
            let mut packet = header(sequence, frame, index + 1 == picture::BURST);
            packet.extend(picture::payload(frame, index));
            packet.resize(packet.len() + PROFILE.rtp_overhead(), 0);
            seal.seal(stream, sequence, &mut packet)
                .map_err(|e| format!("{e:?}"))?;
            source.send_to(&packet, target)?;
        }
        frame += 1;
    }
    let until = Instant::now() + DRAIN;
    while Instant::now() < until {
        received += drain(sinks, &readable.wait(Duration::from_millis(20)));
    }
    Ok((u64::from(frame) * picture::BURST as u64, received))
}

fn header(sequence: u64, frame: u32, marker: bool) -> Vec<u8> {
    let mut bytes = vec![0x80, 96 | if marker { 0x80 } else { 0 }];
    bytes.extend((sequence as u16).to_be_bytes());
    bytes.extend(frame.wrapping_mul(picture::TICKS).to_be_bytes());
    bytes.extend(PUBLISHER.to_be_bytes());
    bytes
}

fn drain(sinks: &[UdpSocket], places: &[usize]) -> u64 {
    let mut buffer = [0; 2_048];
    let mut count = 0;
    for &place in places {
        while sinks[place].recv(&mut buffer).is_ok() {
            count += 1;
        }
    }
    count
}

struct Subscriber {
    address: SocketAddr,
    seal: SrtpTx,
    stream: StreamSlot,
    run: Vec<u8>,
}

struct Forwarder {
    socket: UdpSocket,
    readable: Readable,
    open: SrtpRx,
    subscribers: Vec<Subscriber>,
    segments: bool,
    forwarded: u64,
}

impl Forwarder {
    fn new(socket: UdpSocket, sinks: &[UdpSocket], segments: bool) -> Result<Self, Box<dyn Error>> {
        let subscribers = sinks
            .iter()
            .enumerate()
            .map(|(number, sink)| {
                let (mut seal, _) = keys(number + 1, false)?;
                let ssrc = number as u32 + 2;
                let stream = seal.stream(ssrc, false).map_err(|e| format!("{e:?}"))?;
                let address = sink.local_addr()?;
                Ok(Subscriber {
                    address,
                    seal,
                    stream,
                    run: Vec::new(),
                })
            })
            .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
        Ok(Self {
            readable: Readable::new(std::iter::once(&socket)),
            open: keys(0, false)?.1,
            socket,
            subscribers,
            segments,
            forwarded: 0,
        })
    }

    /// Take what has arrived, at most a batch, and send it on.
    fn turn(&mut self) -> io::Result<()> {
        if self.readable.wait(Duration::from_millis(100)).is_empty() {
            return Ok(());
        }
        let mut buffer = [0; 2_048];
        let mut size = 0;
        for _ in 0..BATCH {
            let Ok(length) = self.socket.recv(&mut buffer) else {
                break;
            };
            if let Ok((plain, index)) = self.open.open(&mut buffer[..length]) {
                if self.segments && size != 0 && size != length {
                    self.flush(size)?;
                }
                size = length;
                self.seal_for_all(&buffer[..plain], index)?;
                if !self.segments {
                    self.flush(size)?;
                }
            }
        }
        self.flush(size)
    }

    fn seal_for_all(&mut self, plain: &[u8], index: u64) -> io::Result<()> {
        for (number, subscriber) in self.subscribers.iter_mut().enumerate() {
            let start = subscriber.run.len();
            subscriber.run.extend_from_slice(plain);
            subscriber.run[start + 8..start + HEADER]
                .copy_from_slice(&(number as u32 + 2).to_be_bytes());
            let end = subscriber.run.len() + PROFILE.rtp_overhead();
            subscriber.run.resize(end, 0);
            subscriber
                .seal
                .seal(subscriber.stream, index, &mut subscriber.run[start..])
                .map_err(|error| io::Error::other(format!("{error:?}")))?;
            self.forwarded += 1;
        }
        Ok(())
    }

    fn flush(&mut self, size: usize) -> io::Result<()> {
        for subscriber in &mut self.subscribers {
            if subscriber.run.len() > size {
                send_segments(&self.socket, subscriber.address, &subscriber.run, size)?;
            } else if !subscriber.run.is_empty() {
                self.socket.send_to(&subscriber.run, subscriber.address)?;
            }
            subscriber.run.clear();
        }
        Ok(())
    }
}

/// One `sendmsg` with `UDP_SEGMENT`: the kernel cuts the run into datagrams of `size` bytes.
fn send_segments(socket: &UdpSocket, to: SocketAddr, run: &[u8], size: usize) -> io::Result<()> {
    let SocketAddr::V4(to) = to else {
        return Err(io::Error::other("the bench speaks IPv4"));
    };
    let mut name = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: to.port().to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from(*to.ip()).to_be(),
        },
        sin_zero: [0; 8],
    };
    let mut part = libc::iovec {
        iov_base: run.as_ptr().cast_mut().cast(),
        iov_len: run.len(),
    };
    let mut control = [0_u64; 4];
    // SAFETY: all pointers are to locals that outlive the call; the control buffer is aligned and
    // longer than one header with two bytes; sendmsg reads the run and writes nothing to it.
    let result = unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_name = (&raw mut name).cast();
        message.msg_namelen = size_of::<libc::sockaddr_in>() as libc::socklen_t;
        message.msg_iov = &raw mut part;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = libc::CMSG_SPACE(2) as usize;
        let first = libc::CMSG_FIRSTHDR(&raw const message);
        (*first).cmsg_level = libc::SOL_UDP;
        (*first).cmsg_type = libc::UDP_SEGMENT;
        (*first).cmsg_len = libc::CMSG_LEN(2) as usize;
        libc::CMSG_DATA(first)
            .cast::<u16>()
            .write_unaligned(size as u16);
        libc::sendmsg(socket.as_raw_fd(), &raw const message, 0)
    };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
