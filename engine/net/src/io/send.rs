//! Sending: one system call for a run of equal-sized datagrams (UDP GSO), else one by one.

use std::io;
use std::mem;
use std::net::{IpAddr, SocketAddr};

use super::address;
use super::control::{self, ControlBuffer};
use super::socket::MediaSocket;

/// UDP_MAX_SEGMENTS of kernels before 6.9; later ones take more.
const MAX_SEGMENTS: usize = 64;
/// Largest UDP payload over IPv4, rounded down.
const MAX_RUN: usize = 65_000;
/// Datagrams handed over by one sendmmsg.
const MAX_MESSAGES: usize = 32;

/// What left the machine, as far as the kernel said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// Refused by the kernel: full buffers, no route.
    pub(crate) refused: u64,
}

impl Sent {
    fn add(&mut self, bytes: &[u8], segment: usize, sent: bool) {
        let packets = bytes.len().div_ceil(segment) as u64;
        if sent {
            self.packets += packets;
            self.bytes += bytes.len() as u64;
        } else {
            self.refused += packets;
        }
    }
}

impl MediaSocket {
    /// Send one datagram to an address, from the local address where it is known.
    pub(crate) fn send(&self, to: SocketAddr, from: Option<IpAddr>, bytes: &[u8]) -> Sent {
        self.send_run(to, from, bytes, bytes.len())
    }

    /// Send a run of datagrams of `segment` bytes each; the last may be shorter.
    pub(crate) fn send_run(
        &self,
        to: SocketAddr,
        from: Option<IpAddr>,
        bytes: &[u8],
        segment: usize,
    ) -> Sent {
        let mut sent = Sent::default();
        if bytes.is_empty() || segment == 0 || !self.reaches(to) {
            return sent;
        }
        let whole = (MAX_RUN / segment).clamp(1, MAX_SEGMENTS) * segment;
        for run in bytes.chunks(whole) {
            let alone = run.len() <= segment;
            if !alone && !self.segmentation.get() {
                self.send_each(to, from, run, segment, &mut sent);
                continue;
            }
            let size = if alone {
                None
            } else {
                u16::try_from(segment).ok()
            };
            match self.send_message(to, from, run, size) {
                Ok(()) => sent.add(run, segment, true),
                Err(error) if !alone && self.refuses_segmentation(&error) => {
                    self.send_each(to, from, run, segment, &mut sent);
                }
                Err(_) => sent.add(run, segment, false),
            }
        }
        sent
    }

    fn reaches(&self, to: SocketAddr) -> bool {
        self.ipv6 || to.is_ipv4()
    }

    /// EIO: no checksum offload on the way out, so never. EINVAL and EMSGSIZE: this run only, as
    /// its datagrams are larger than the path takes in one piece.
    fn refuses_segmentation(&self, error: &io::Error) -> bool {
        match error.raw_os_error() {
            Some(libc::EIO | libc::EOPNOTSUPP) => {
                self.segmentation.set(false);
                true
            }
            code => matches!(code, Some(libc::EINVAL | libc::EMSGSIZE)),
        }
    }

    fn send_message(
        &self,
        to: SocketAddr,
        from: Option<IpAddr>,
        bytes: &[u8],
        segment: Option<u16>,
    ) -> io::Result<()> {
        // SAFETY: all zeros is a valid value of both C structures.
        let (mut name, mut message): (libc::sockaddr_storage, libc::msghdr) =
            unsafe { (mem::zeroed(), mem::zeroed()) };
        let mut control = ControlBuffer::new();
        let mut vector = vector_of(bytes);
        message.msg_name = (&raw mut name).cast();
        message.msg_namelen = address::store(to, self.ipv6, &mut name);
        message.msg_iov = &raw mut vector;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr();
        if let Some(from) = from {
            control::push_source(&mut message, from, self.ipv6);
        }
        if let Some(segment) = segment {
            control::push_segment(&mut message, segment);
        }
        // SAFETY: the message points to locals and to bytes, all alive until the call returns.
        let result = unsafe { libc::sendmsg(self.raw(), &raw const message, libc::MSG_DONTWAIT) };
        if result < 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(())
        }
    }

    fn send_each(
        &self,
        to: SocketAddr,
        from: Option<IpAddr>,
        run: &[u8],
        segment: usize,
        sent: &mut Sent,
    ) {
        // SAFETY: all zeros is a valid value of these C structures.
        let (mut name, mut headers): (libc::sockaddr_storage, [libc::mmsghdr; MAX_MESSAGES]) =
            unsafe { (mem::zeroed(), mem::zeroed()) };
        let mut vectors = [vector_of(&[]); MAX_MESSAGES];
        let mut control = ControlBuffer::new();
        let length = address::store(to, self.ipv6, &mut name);
        for group in run.chunks(segment * MAX_MESSAGES) {
            let mut count = 0;
            for bytes in group.chunks(segment) {
                vectors[count] = vector_of(bytes);
                let header = &mut headers[count].msg_hdr;
                header.msg_name = (&raw mut name).cast();
                header.msg_namelen = length;
                header.msg_iov = &raw mut vectors[count];
                header.msg_iovlen = 1;
                header.msg_control = control.as_mut_ptr();
                header.msg_controllen = 0;
                // Every message has the same source, so they share one control buffer.
                if let Some(from) = from {
                    control::push_source(header, from, self.ipv6);
                }
                count += 1;
            }
            // SAFETY: count headers are filled in and point to locals and to run.
            let done = unsafe {
                libc::sendmmsg(
                    self.raw(),
                    headers.as_mut_ptr(),
                    count as libc::c_uint,
                    libc::MSG_DONTWAIT as _,
                )
            };
            let done = usize::try_from(done).unwrap_or(0);
            for (index, bytes) in group.chunks(segment).enumerate() {
                sent.add(bytes, segment, index < done);
            }
        }
    }
}

/// sendmsg only reads through the pointer, though its type says otherwise.
fn vector_of(bytes: &[u8]) -> libc::iovec {
    libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::{Duration, Instant};

    use super::super::receive::Batch;
    use super::*;

    fn receive_sizes(socket: &MediaSocket, expected: usize) -> Vec<(usize, Option<IpAddr>)> {
        let mut batch = Batch::new();
        let mut sizes = Vec::new();
        let end = Instant::now() + Duration::from_secs(5);
        while sizes.len() < expected && Instant::now() < end {
            for index in 0..batch.receive(socket) {
                let datagram = batch.datagram(index).unwrap();
                sizes.push((datagram.bytes.len(), datagram.local));
            }
        }
        sizes
    }

    fn pair(ip: &str) -> (MediaSocket, MediaSocket, SocketAddr) {
        let ip: IpAddr = ip.parse().unwrap();
        let (a, b) = (
            MediaSocket::bind(ip, 0).unwrap(),
            MediaSocket::bind(ip, 0).unwrap(),
        );
        let to = SocketAddr::new(
            Ipv4Addr::LOCALHOST.into(),
            b.local_address().unwrap().port(),
        );
        (a, b, to)
    }

    #[test]
    fn a_run_arrives_as_separate_datagrams_with_and_without_segmentation() {
        for segmentation in [true, false] {
            let (a, b, to) = pair("0.0.0.0");
            a.segmentation.set(segmentation && a.segmentation.get());
            let from = Some(IpAddr::from(Ipv4Addr::LOCALHOST));
            let sent = a.send_run(to, from, &[7; 2500], 1000);
            assert_eq!(
                sent,
                Sent {
                    packets: 3,
                    bytes: 2500,
                    refused: 0
                }
            );
            let expected = [1000, 1000, 500].map(|size| (size, from));
            assert_eq!(receive_sizes(&b, 3), expected);
        }
    }

    #[test]
    fn a_long_run_is_cut_to_what_one_call_takes() {
        let (a, b, to) = pair("127.0.0.1");
        let sent = a.send_run(to, None, &[1; 100 * 1200], 1200);
        assert_eq!((sent.packets, sent.refused), (100, 0));
        assert_eq!(receive_sizes(&b, 100).len(), 100);
    }

    #[test]
    fn an_unspecified_ipv6_socket_talks_ipv4() {
        let Ok(probe) = MediaSocket::bind("::".parse().unwrap(), 0) else {
            return; // A kernel without IPv6 has nothing to check here.
        };
        drop(probe);
        let (a, b, to) = pair("::");
        let from = Some(IpAddr::from(Ipv4Addr::LOCALHOST));
        a.send(to, from, b"hello");
        assert_eq!(receive_sizes(&b, 1), [(5, from)]);
        let mut batch = Batch::new();
        a.send(to, from, b"again");
        while batch.receive(&b) == 0 {}
        let source = batch.datagram(0).unwrap().source;
        assert_eq!(source.ip(), Ipv4Addr::LOCALHOST);
    }
}
