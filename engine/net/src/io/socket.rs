//! The UDP socket that all media of a shard goes through.

use std::cell::Cell;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

/// Bytes of socket buffer asked for; the kernel caps them (net.core.rmem_max, wmem_max).
const SOCKET_BUFFER: libc::c_int = 4 << 20;

pub(crate) struct MediaSocket {
    socket: UdpSocket,
    pub(super) ipv6: bool,
    /// Whether the kernel cuts runs into datagrams for us; turned off for good when it refuses.
    pub(super) segmentation: Cell<bool>,
}

impl MediaSocket {
    /// Bind; port 0 takes a free one. An IPv6 socket takes IPv4 too when it is unspecified.
    pub(crate) fn bind(ip: IpAddr, port: u16) -> io::Result<Self> {
        let socket = UdpSocket::bind((ip, port))?;
        socket.set_nonblocking(true)?;
        let ipv6 = ip.is_ipv6();
        let this = Self {
            socket,
            ipv6,
            segmentation: Cell::new(true),
        };
        if ipv6 {
            this.set_option(libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO, 1)?;
        } else {
            this.set_option(libc::IPPROTO_IP, libc::IP_PKTINFO, 1)?;
        }
        for (forced, plain) in [
            (libc::SO_RCVBUFFORCE, libc::SO_RCVBUF),
            (libc::SO_SNDBUFFORCE, libc::SO_SNDBUF),
        ] {
            // The forced form needs CAP_NET_ADMIN; what the plain one gets is good enough.
            if this
                .set_option(libc::SOL_SOCKET, forced, SOCKET_BUFFER)
                .is_err()
            {
                let _ = this.set_option(libc::SOL_SOCKET, plain, SOCKET_BUFFER);
            }
        }
        // A zero segment size changes nothing; a kernel without GSO refuses the option itself.
        let known = this.set_option(libc::SOL_UDP, libc::UDP_SEGMENT, 0).is_ok();
        this.segmentation.set(known);
        Ok(this)
    }

    pub(crate) fn local_address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    pub(crate) fn raw(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    fn set_option(
        &self,
        level: libc::c_int,
        name: libc::c_int,
        value: libc::c_int,
    ) -> io::Result<()> {
        set_option(self.raw(), level, name, value)
    }
}

/// Let the kernel hold about so many bytes that a slow peer has not taken yet.
pub(crate) fn bound_send_buffer(stream: &TcpStream, bytes: libc::c_int) -> io::Result<()> {
    set_option(stream.as_raw_fd(), libc::SOL_SOCKET, libc::SO_SNDBUF, bytes)
}

fn set_option(
    descriptor: RawFd,
    level: libc::c_int,
    name: libc::c_int,
    value: libc::c_int,
) -> io::Result<()> {
    let size = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: the value is valid for the size that is passed; a wrong descriptor is an error only.
    let result =
        unsafe { libc::setsockopt(descriptor, level, name, (&raw const value).cast(), size) };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
