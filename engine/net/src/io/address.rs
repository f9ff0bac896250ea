//! Addresses between Rust and the C structures, and the addresses of this machine.

use std::io;
use std::mem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// An IPv4 address that came in through an IPv6 socket is an IPv4 address.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Write an address for a socket of the given family; an IPv4 address is mapped for an IPv6 one.
pub(super) fn store(
    address: SocketAddr,
    ipv6: bool,
    storage: &mut libc::sockaddr_storage,
) -> libc::socklen_t {
    if ipv6 {
        let (ip, scope) = match address {
            SocketAddr::V4(v4) => (v4.ip().to_ipv6_mapped(), 0),
            SocketAddr::V6(v6) => (*v6.ip(), v6.scope_id()),
        };
        let native = libc::sockaddr_in6 {
            sin6_family: libc::AF_INET6 as libc::sa_family_t,
            sin6_port: address.port().to_be(),
            sin6_flowinfo: 0,
            sin6_addr: libc::in6_addr {
                s6_addr: ip.octets(),
            },
            sin6_scope_id: scope,
        };
        // SAFETY: sockaddr_storage is at least as large and as aligned as every sockaddr.
        unsafe {
            std::ptr::from_mut(storage)
                .cast::<libc::sockaddr_in6>()
                .write(native)
        };
        return mem::size_of::<libc::sockaddr_in6>() as libc::socklen_t;
    }
    let ip = match address.ip() {
        IpAddr::V4(ip) => ip,
        IpAddr::V6(ip) => ip.to_ipv4_mapped().unwrap_or(Ipv4Addr::UNSPECIFIED),
    };
    let native = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: address.port().to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from(ip).to_be(),
        },
        sin_zero: [0; 8],
    };
    // SAFETY: sockaddr_storage is at least as large and as aligned as every sockaddr.
    unsafe {
        std::ptr::from_mut(storage)
            .cast::<libc::sockaddr_in>()
            .write(native)
    };
    mem::size_of::<libc::sockaddr_in>() as libc::socklen_t
}

/// Read an address that the kernel wrote. None for families other than IPv4 and IPv6.
pub(super) fn load(storage: &libc::sockaddr_storage) -> Option<SocketAddr> {
    match libc::c_int::from(storage.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says that a sockaddr_in is stored, and it fits into the storage.
            let native = unsafe { *std::ptr::from_ref(storage).cast::<libc::sockaddr_in>() };
            let ip = Ipv4Addr::from(u32::from_be(native.sin_addr.s_addr));
            Some(SocketAddrV4::new(ip, u16::from_be(native.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: the family says that a sockaddr_in6 is stored, and it fits into the storage.
            let native = unsafe { *std::ptr::from_ref(storage).cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(native.sin6_addr.s6_addr);
            let port = u16::from_be(native.sin6_port);
            if ip.to_ipv4_mapped().is_some() {
                return Some(canonical(SocketAddr::new(ip.into(), port)));
            }
            // The scope is what tells two link-local peers on different interfaces apart.
            Some(SocketAddrV6::new(ip, port, 0, native.sin6_scope_id).into())
        }
        _ => None,
    }
}

/// Addresses of the interfaces that are up, without link-local ones (they need a scope that an
/// ICE candidate has no place for). Loopback comes last.
pub(crate) fn local_addresses() -> io::Result<Vec<IpAddr>> {
    let mut list: *mut libc::ifaddrs = std::ptr::null_mut();
    // SAFETY: getifaddrs writes one pointer, freed below.
    if unsafe { libc::getifaddrs(&raw mut list) } != 0 {
        return Err(io::Error::last_os_error());
    }
    let mut found = Vec::new();
    let mut next = list;
    // SAFETY: the list stays valid until freeifaddrs and ends with a null pointer.
    while let Some(entry) = unsafe { next.as_ref() } {
        next = entry.ifa_next;
        let up = entry.ifa_flags & libc::IFF_UP as libc::c_uint != 0;
        if let Some(ip) = interface_address(entry).filter(|ip| up && usable(*ip))
            && !found.contains(&ip)
        {
            found.push(ip);
        }
    }
    // SAFETY: list came from getifaddrs and no reference into it is left.
    unsafe { libc::freeifaddrs(list) };
    found.sort_by_key(IpAddr::is_loopback);
    Ok(found)
}

fn interface_address(entry: &libc::ifaddrs) -> Option<IpAddr> {
    if entry.ifa_addr.is_null() {
        return None;
    }
    // SAFETY: ifa_addr is not null and points to a sockaddr, whose first field is the family.
    let family = libc::c_int::from(unsafe { (*entry.ifa_addr).sa_family });
    match family {
        libc::AF_INET => {
            // SAFETY: the family says what is stored there.
            let native = unsafe { *entry.ifa_addr.cast::<libc::sockaddr_in>() };
            Some(Ipv4Addr::from(u32::from_be(native.sin_addr.s_addr)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: the family says what is stored there.
            let native = unsafe { *entry.ifa_addr.cast::<libc::sockaddr_in6>() };
            Some(Ipv6Addr::from(native.sin6_addr.s6_addr).into())
        }
        _ => None,
    }
}

fn usable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_link_local() && !ip.is_unspecified(),
        IpAddr::V6(ip) => !ip.is_unicast_link_local() && !ip.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str, ipv6: bool) -> SocketAddr {
        // SAFETY: all zeros is a valid sockaddr_storage.
        let mut storage: libc::sockaddr_storage = unsafe { mem::zeroed() };
        store(text.parse().unwrap(), ipv6, &mut storage);
        load(&storage).unwrap()
    }

    #[test]
    fn addresses_survive_the_c_structures() {
        for (text, ipv6) in [("192.0.2.7:7882", false), ("[2001:db8::1]:9", true)] {
            assert_eq!(round_trip(text, ipv6), text.parse().unwrap());
        }
    }

    #[test]
    fn an_ipv4_peer_of_an_ipv6_socket_stays_ipv4() {
        assert_eq!(
            round_trip("192.0.2.7:7882", true),
            "192.0.2.7:7882".parse().unwrap()
        );
    }

    #[test]
    fn loopback_is_listed_last() {
        let all = local_addresses().unwrap();
        assert!(all.contains(&Ipv4Addr::LOCALHOST.into()));
        assert!(all.last().unwrap().is_loopback());
    }
}
