//! How many connections there may be: in all, from one address, and before they prove whose they are.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

/// Bounds on connections. `TcpLimits::of_this_process` fits them to the process' descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TcpLimits {
    pub(crate) connections: usize,
    pub(crate) per_address: usize,
    /// Without an authentic check yet; the oldest gives way to a new one.
    pub(crate) pending: usize,
    pub(crate) pending_per_address: usize,
}

impl TcpLimits {
    /// At most half of the descriptors are for TCP, so that signalling always has some.
    pub(crate) fn of_this_process(descriptors: Option<usize>) -> Self {
        let descriptors = descriptors.unwrap_or(1_024);
        Self {
            connections: (descriptors / 2).clamp(16, 8_192),
            per_address: (descriptors / 4).clamp(16, 1_024),
            pending: (descriptors / 8).clamp(16, 1_024),
            pending_per_address: 64.min((descriptors / 16).max(8)),
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    open: usize,
    pending: usize,
}

/// Counts connections and says whether one more may come in.
#[derive(Debug)]
pub(super) struct Door {
    limits: TcpLimits,
    all: Count,
    by_network: HashMap<IpAddr, Count>,
}

/// What to do with a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Welcome,
    /// When the oldest pending connection goes first.
    InPlaceOfPending,
    Refused,
}

impl Door {
    pub(super) fn new(limits: TcpLimits) -> Self {
        Self {
            limits,
            all: Count::default(),
            by_network: HashMap::new(),
        }
    }

    pub(super) fn ask(&self, address: IpAddr) -> Answer {
        let from_there = self.by_network.get(&network(address));
        let from_there = from_there.copied().unwrap_or_default();
        let limits = &self.limits;
        if from_there.open >= limits.per_address || from_there.pending >= limits.pending_per_address
        {
            return Answer::Refused;
        }
        let full = self.all.open >= limits.connections || self.all.pending >= limits.pending;
        match (full, self.all.pending) {
            (false, _) => Answer::Welcome,
            (true, 0) => Answer::Refused,
            (true, _) => Answer::InPlaceOfPending,
        }
    }

    pub(super) fn came(&mut self, address: IpAddr) {
        let from_there = self.by_network.entry(network(address)).or_default();
        for count in [&mut self.all, from_there] {
            count.open += 1;
            count.pending += 1;
        }
    }

    /// A pending connection is pending no more.
    pub(super) fn proved(&mut self, address: IpAddr) {
        let from_there = self.by_network.entry(network(address)).or_default();
        for count in [&mut self.all, from_there] {
            count.pending = count.pending.saturating_sub(1);
        }
    }

    pub(super) fn left(&mut self, address: IpAddr, was_pending: bool) {
        if was_pending {
            self.proved(address);
        }
        let network = network(address);
        let from_there = self.by_network.entry(network).or_default();
        for count in [&mut self.all, &mut *from_there] {
            count.open = count.open.saturating_sub(1);
        }
        if from_there.open == 0 {
            self.by_network.remove(&network);
        }
    }
}

/// Whoever has one IPv6 address has its /64: they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn door() -> Door {
        Door::new(TcpLimits {
            connections: 4,
            per_address: 3,
            pending: 3,
            pending_per_address: 2,
        })
    }

    #[test]
    fn one_network_can_neither_hold_all_places_nor_all_that_wait() {
        let mut door = door();
        let (one, same, other) = (ip("2001:db8::1"), ip("2001:db8::2"), ip("2001:db8:0:1::1"));
        door.came(one);
        door.came(same);
        assert_eq!(door.ask(one), Answer::Refused);
        assert_eq!(door.ask(other), Answer::Welcome);
        door.proved(one);
        door.came(one);
        door.proved(one);
        assert_eq!(door.ask(one), Answer::Refused);
        door.left(one, false);
        assert_eq!(door.ask(one), Answer::Welcome);
    }

    #[test]
    fn who_waits_gives_way_and_who_proved_itself_does_not() {
        let mut door = door();
        for last in 1..=3 {
            door.came(ip(&format!("192.0.2.{last}")));
        }
        let newcomer = ip("192.0.2.9");
        assert_eq!(door.ask(newcomer), Answer::InPlaceOfPending);
        for last in 1..=3 {
            door.proved(ip(&format!("192.0.2.{last}")));
        }
        door.came(newcomer);
        door.proved(newcomer);
        assert_eq!(door.ask(ip("192.0.2.10")), Answer::Refused);
    }

    #[test]
    fn nothing_is_remembered_of_networks_that_left() {
        let mut door = door();
        door.came(ip("192.0.2.1"));
        door.left(ip("192.0.2.1"), true);
        assert!(door.by_network.is_empty() && door.all.open == 0 && door.all.pending == 0);
    }

    #[test]
    fn a_process_with_few_descriptors_keeps_half_of_them() {
        let limits = TcpLimits::of_this_process(Some(1_024));
        assert_eq!((limits.connections, limits.pending), (512, 128));
        assert_eq!(TcpLimits::of_this_process(Some(1 << 20)).connections, 8_192);
    }
}
