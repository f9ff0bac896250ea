//! What left under which transport-wide number, until feedback tells of it.

use std::collections::VecDeque;

use super::Micros;
use crate::limits;

/// A packet that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    pub sent: Micros,
    pub arrival: Micros,
    pub bytes: u32,
    /// The probe that it belonged to; 0: none.
    pub probe: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Numbered, and not gone out: waiting in a queue, or given up.
    Unsent,
    Sent,
    Lost,
    Arrived,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Micros,
    bytes: u32,
    probe: u32,
    state: State,
}

const UNSENT: Entry = Entry {
    at: 0,
    bytes: 0,
    probe: 0,
    state: State::Unsent,
};

/// The last packets of a transport, by extended number.
#[derive(Debug, Default)]
pub struct SendHistory {
    /// The number of the oldest entry.
    first: u64,
    entries: VecDeque<Entry>,
}

impl SendHistory {
    /// A packet left.
    pub fn sent(&mut self, number: u64, at: Micros, bytes: usize, probe: u32) {
        if self.entries.is_empty() {
            self.first = number;
        }
        let Some(place) = number.checked_sub(self.first) else {
            return;
        };
        if place >= self.entries.len() as u64 + limits::SENT_PACKETS as u64 {
            self.entries.clear();
            return self.sent(number, at, bytes, probe);
        }
        let place = place as usize;
        while self.entries.len() <= place {
            self.entries.push_back(UNSENT);
        }
        self.entries[place] = Entry {
            at,
            bytes: bytes as u32,
            probe,
            state: State::Sent,
        };
        self.forget(at);
    }

    /// Let go of what is too old or too much.
    fn forget(&mut self, now: Micros) {
        let oldest = now - limits::SENT_AGE.as_micros() as Micros;
        while let Some(front) = self.entries.front() {
            let old = front.state != State::Unsent && front.at < oldest;
            if !old && self.entries.len() <= limits::SENT_PACKETS {
                return;
            }
            self.entries.pop_front();
            self.first += 1;
        }
    }

    /// The packet of this number arrived; `None` if that is known already or never left.
    pub fn arrived(&mut self, number: u16, arrival: Micros) -> Option<(Acknowledged, bool)> {
        let entry = self.entry(number)?;
        let was_lost = entry.state == State::Lost;
        if !was_lost && entry.state != State::Sent {
            return None;
        }
        entry.state = State::Arrived;
        let acknowledged = Acknowledged {
            sent: entry.at,
            arrival,
            bytes: entry.bytes,
            probe: entry.probe,
        };
        Some((acknowledged, was_lost))
    }

    /// The packet of this number had not arrived, later ones had. `true` the first time; the probe
    /// it belonged to.
    pub fn missing(&mut self, number: u16) -> Option<u32> {
        let entry = self.entry(number)?;
        if entry.state != State::Sent {
            return None;
        }
        entry.state = State::Lost;
        Some(entry.probe)
    }

    fn entry(&mut self, number: u16) -> Option<&mut Entry> {
        let newest = self.first + (self.entries.len() as u64).checked_sub(1)?;
        let distance = i64::from(number.wrapping_sub(newest as u16).cast_signed());
        let extended = newest
            .checked_add_signed(distance)
            .filter(|extended| *extended <= newest)?;
        let place = extended.checked_sub(self.first)?;
        self.entries.get_mut(place as usize)
    }

    /// How many packets are remembered.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_over_the_wrap_and_told_once() {
        let mut history = SendHistory::default();
        for number in 65_530..65_550u64 {
            history.sent(number, number as Micros, 100, 0);
        }
        assert_eq!(history.missing(65_535), Some(0));
        assert_eq!(history.missing(65_535), None);
        let (late, was_lost) = history.arrived(65_535, 7).expect("sent");
        assert_eq!((late.sent, was_lost), (65_535, true));
        assert_eq!(history.arrived(65_535, 8), None);
        let (after, was_lost) = history.arrived(13, 9).expect("sent");
        assert_eq!((after.sent, was_lost), (65_549, false));
        assert_eq!(history.arrived(14, 9), None, "it was never sent");
        assert_eq!(history.arrived(65_529, 9), None, "nor was this");
    }

    #[test]
    fn what_waits_or_was_given_up_is_never_lost() {
        let mut history = SendHistory::default();
        history.sent(1, 0, 100, 0);
        history.sent(5, 10, 100, 0);
        assert_eq!(history.missing(3), None);
        history.sent(3, 20, 100, 0);
        assert_eq!(history.missing(3), Some(0));
    }

    #[test]
    fn its_size_and_age_are_bounded() {
        let mut history = SendHistory::default();
        for number in 0..3 * limits::SENT_PACKETS as u64 {
            history.sent(number, 0, 100, 0);
        }
        assert_eq!(history.len(), limits::SENT_PACKETS);
        let later = 10 * limits::SENT_AGE.as_micros() as Micros;
        history.sent(3 * limits::SENT_PACKETS as u64, later, 100, 0);
        assert_eq!(history.len(), 1);
        history.sent(u64::MAX / 2, later, 100, 0);
        assert_eq!(history.len(), 1);
    }
}
