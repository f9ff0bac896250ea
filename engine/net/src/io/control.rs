//! Ancillary data of sendmsg and recvmsg: the local address (IP_PKTINFO) and the GSO segment size.

use std::mem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Room for one packet info of either family and one segment size, aligned as cmsghdr wants it.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub(super) struct ControlBuffer([u8; 96]);

impl ControlBuffer {
    pub(super) const SIZE: usize = mem::size_of::<Self>();

    pub(super) fn new() -> Self {
        Self([0; Self::SIZE])
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut libc::c_void {
        self.0.as_mut_ptr().cast()
    }
}

/// Append the source address to send from.
pub(super) fn push_source(message: &mut libc::msghdr, source: IpAddr, ipv6: bool) {
    if ipv6 {
        let ip = match source {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        let info = libc::in6_pktinfo {
            ipi6_addr: libc::in6_addr {
                s6_addr: ip.octets(),
            },
            ipi6_ifindex: 0,
        };
        push(message, libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, info);
    } else if let IpAddr::V4(ip) = source {
        let info = libc::in_pktinfo {
            ipi_ifindex: 0,
            ipi_spec_dst: libc::in_addr {
                s_addr: u32::from(ip).to_be(),
            },
            ipi_addr: libc::in_addr { s_addr: 0 },
        };
        push(message, libc::IPPROTO_IP, libc::IP_PKTINFO, info);
    }
}

/// Append the size that the kernel cuts the datagram into (UDP_SEGMENT, udp(7)).
pub(super) fn push_segment(message: &mut libc::msghdr, size: u16) {
    push(message, libc::SOL_UDP, libc::UDP_SEGMENT, size);
}

/// `message.msg_control` must point to a `ControlBuffer`; `msg_controllen` counts what is used.
fn push<T: Copy>(message: &mut libc::msghdr, level: libc::c_int, kind: libc::c_int, value: T) {
    let used = message.msg_controllen;
    // SAFETY: both are pure arithmetic on sizes.
    let (space, length) = unsafe {
        let size = mem::size_of::<T>() as libc::c_uint;
        (
            libc::CMSG_SPACE(size) as usize,
            libc::CMSG_LEN(size) as usize,
        )
    };
    assert!(
        used + space <= ControlBuffer::SIZE,
        "control data outgrew its buffer"
    );
    // SAFETY: the assertion keeps header and value inside the buffer, whose start is aligned and
    // whose used part is a multiple of the alignment (CMSG_SPACE).
    unsafe {
        let header = message
            .msg_control
            .cast::<u8>()
            .add(used)
            .cast::<libc::cmsghdr>();
        (*header).cmsg_level = level;
        (*header).cmsg_type = kind;
        (*header).cmsg_len = length;
        libc::CMSG_DATA(header).cast::<T>().write_unaligned(value);
    }
    message.msg_controllen = used + space;
}

/// The address that a received datagram was sent to.
pub(super) fn destination(message: &libc::msghdr) -> Option<IpAddr> {
    // SAFETY: the kernel filled the control buffer and set its length; CMSG_NXTHDR stays inside.
    let mut header = unsafe { libc::CMSG_FIRSTHDR(message) };
    while !header.is_null() {
        // SAFETY: header is not null, so it points to a whole header inside the buffer.
        let (level, kind) = unsafe { ((*header).cmsg_level, (*header).cmsg_type) };
        // SAFETY: as above; the data behind it is read unaligned by the matching type only.
        let data = unsafe { libc::CMSG_DATA(header) };
        match (level, kind) {
            (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                // SAFETY: level and type say that an in_pktinfo follows.
                let info = unsafe { data.cast::<libc::in_pktinfo>().read_unaligned() };
                return Some(Ipv4Addr::from(u32::from_be(info.ipi_addr.s_addr)).into());
            }
            (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                // SAFETY: level and type say that an in6_pktinfo follows.
                let info = unsafe { data.cast::<libc::in6_pktinfo>().read_unaligned() };
                return Some(IpAddr::from(Ipv6Addr::from(info.ipi6_addr.s6_addr)).to_canonical());
            }
            // SAFETY: header is valid and message describes the same buffer.
            _ => header = unsafe { libc::CMSG_NXTHDR(message, header) },
        }
    }
    None
}
