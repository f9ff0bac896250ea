//! Our host candidates as SDP writes them (RFC 8839 section 5.1).

use std::net::IpAddr;

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
