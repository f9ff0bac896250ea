//! How an engine meets the network.

use std::net::IpAddr;
use std::time::Duration;

use crate::error::EngineError;
use crate::io::local_addresses;
use crate::shard::BYTES_PER_SECOND;

/// The settings of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineConfig {
    /// The address to bind; unspecified (0.0.0.0 or ::) for all.
    pub bind: IpAddr,
    /// The UDP port; 0 takes a free one.
    pub port: u16,
    /// The TCP port of ICE-TCP, for clients whose network blocks UDP; 0 takes a free one, `None`
    /// none.
    pub tcp_port: Option<u16>,
    /// The addresses that go into candidates, most preferred first. Empty: the bind address or, when
    /// that is unspecified, all of this machine, loopback last (a browser on the same machine may
    /// have no other way).
    pub advertise: Vec<IpAddr>,
    /// A transport from which nothing valid came for so long has failed.
    pub transport_timeout: Duration,
    /// Bytes a second of media and reports that one transport may send.
    pub bytes_per_second: u64,
    /// How often speakers are told.
    pub speaker_interval: Duration,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            bind: IpAddr::from([0, 0, 0, 0]),
            port: 7882,
            tcp_port: None,
            advertise: Vec::new(),
            transport_timeout: Duration::from_secs(15),
            bytes_per_second: BYTES_PER_SECOND,
            speaker_interval: Duration::from_millis(400),
        }
    }
}

impl EngineConfig {
    pub(super) fn check(&self) -> Result<(), EngineError> {
        let day = Duration::from_secs(24 * 3600);
        for (name, value) in [
            ("transport_timeout", self.transport_timeout),
            ("speaker_interval", self.speaker_interval),
        ] {
            if value.is_zero() || value > day {
                return Err(EngineError::Invalid(format!(
                    "{name} must be over 0 and within a day"
                )));
            }
        }
        if let Some(ip) = self
            .advertise
            .iter()
            .find(|ip| ip.is_unspecified() || ip.is_multicast())
        {
            return Err(EngineError::Invalid(format!("{ip} cannot be advertised")));
        }
        Ok(())
    }

    /// The addresses of our candidates. An IPv4 socket cannot be reached over IPv6.
    pub(super) fn candidate_addresses(&self) -> Result<Vec<IpAddr>, EngineError> {
        if !self.advertise.is_empty() {
            return Ok(self.advertise.clone());
        }
        if !self.bind.is_unspecified() {
            return Ok(vec![self.bind]);
        }
        let mut addresses = local_addresses()?;
        addresses.retain(|ip| ip.is_ipv4() || self.bind.is_ipv6());
        Ok(addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advertised_addresses_come_before_guessed_ones() {
        let advertised = vec!["203.0.113.5".parse().unwrap()];
        let config = EngineConfig {
            advertise: advertised.clone(),
            ..EngineConfig::default()
        };
        assert_eq!(config.candidate_addresses().unwrap(), advertised);
        let bound = EngineConfig {
            bind: "127.0.0.1".parse().unwrap(),
            ..EngineConfig::default()
        };
        assert_eq!(bound.candidate_addresses().unwrap(), [bound.bind]);
    }

    #[test]
    fn an_ipv4_socket_lists_no_ipv6_candidates() {
        let addresses = EngineConfig::default().candidate_addresses().unwrap();
        assert!(addresses.contains(&"127.0.0.1".parse().unwrap()));
        assert!(addresses.iter().all(IpAddr::is_ipv4));
    }

    #[test]
    fn nonsense_is_refused() {
        let unspecified = vec!["0.0.0.0".parse().unwrap()];
        let config = EngineConfig {
            advertise: unspecified,
            ..EngineConfig::default()
        };
        assert!(config.check().is_err());
        let config = EngineConfig {
            transport_timeout: Duration::ZERO,
            ..EngineConfig::default()
        };
        assert!(config.check().is_err());
    }
}
