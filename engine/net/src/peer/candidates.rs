//! Our host candidates as SDP writes them (RFC 8839 section 5.1).

use std::net::IpAddr;

/// The same addresses for ICE-TCP, which clients try when UDP does not get through (RFC 6544).
pub(crate) fn tcp_candidate_lines(addresses: &[IpAddr], port: u16) -> Vec<String> {
    let line = |(index, ip): (usize, &IpAddr)| {
        // Type preference below that of UDP's relayed ones would be too low for clients that
        // prefer TCP to a relay; 90 is below every host and reflexive one (RFC 6544 section 4.2).
        // Direction preference 4 for a passive host.
        let other = 8_191 - u32::try_from(index).unwrap_or(0).min(8_191);
        let priority = (90 << 24) + (((4 << 13) + other) << 8) + 255;
        format!(
            "candidate:{} 1 tcp {priority} {ip} {port} typ host tcptype passive",
            index + 1 + addresses.len()
        )
    };
    addresses.iter().enumerate().map(line).collect()
}

/// One candidate an address, in the order of preference, all on the same UDP port.
pub(crate) fn candidate_lines(addresses: &[IpAddr], port: u16) -> Vec<String> {
    let line = |(index, ip): (usize, &IpAddr)| {
        // Host type preference 126, component 1 (RFC 8445 section 5.1.2.1).
        let preference = 65_535 - u32::try_from(index).unwrap_or(0).min(65_535);
        let priority = (126 << 24) + (preference << 8) + 255;
        format!(
            "candidate:{} 1 udp {priority} {ip} {port} typ host",
            index + 1
        )
    };
    addresses.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tcp_comes_after_all_of_udp_and_says_that_it_waits() {
        let addresses = ["192.0.2.1".parse().unwrap(), "::1".parse().unwrap()];
        assert_eq!(
            tcp_candidate_lines(&addresses, 7881),
            [
                "candidate:3 1 tcp 1520435199 192.0.2.1 7881 typ host tcptype passive",
                "candidate:4 1 tcp 1520434943 ::1 7881 typ host tcptype passive",
            ]
        );
    }

    #[test]
    fn earlier_addresses_are_preferred() {
        let lines = candidate_lines(
            &["192.0.2.1".parse().unwrap(), "::1".parse().unwrap()],
            7882,
        );
        assert_eq!(
            lines,
            [
                "candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host",
                "candidate:2 1 udp 2130706175 ::1 7882 typ host",
            ]
        );
    }
}
