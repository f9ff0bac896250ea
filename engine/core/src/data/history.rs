//! Reliable messages of one publisher, kept for a while for receivers that resume.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use crate::limits;
use crate::router::Handle;

#[derive(Debug)]
struct Kept {
    sequence: u32,
    at: Instant,
    bytes: Arc<[u8]>,
    /// The participants it was for when it was sent.
    to: Arc<[Handle]>,
}

/// Messages by rising sequence, bounded in age, number and bytes: the oldest go first.
#[derive(Debug, Default)]
pub struct History {
    kept: VecDeque<Kept>,
    bytes: usize,
}

impl History {
    /// Keep a message; `sequence` is above all before it.
    pub fn push(&mut self, now: Instant, sequence: u32, bytes: Arc<[u8]>, to: Arc<[Handle]>) {
        self.expire(now);
        self.bytes += bytes.len();
        self.kept.push_back(Kept {
            sequence,
            at: now,
            bytes,
            to,
        });
        while self.kept.len() > limits::HISTORY_MESSAGES || self.bytes > limits::HISTORY_BYTES {
            self.drop_oldest();
        }
    }

    /// Drop what is too old; false when nothing is left.
    pub fn expire(&mut self, now: Instant) -> bool {
        let too_old = |kept: &Kept| now.saturating_duration_since(kept.at) > limits::HISTORY_AGE;
        while self.kept.front().is_some_and(too_old) {
            self.drop_oldest();
        }
        !self.kept.is_empty()
    }

    /// What was for `receiver` after the sequence number it has seen, in order.
    pub fn missed(&self, receiver: Handle, seen: u32) -> impl Iterator<Item = &Arc<[u8]>> {
        self.kept
            .iter()
            .filter(move |kept| kept.sequence > seen && kept.to.contains(&receiver))
            .map(|kept| &kept.bytes)
    }

    fn drop_oldest(&mut self) {
        if let Some(gone) = self.kept.pop_front() {
            self.bytes -= gone.bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn missed(history: &History, receiver: Handle, seen: u32) -> Vec<u8> {
        history
            .missed(receiver, seen)
            .map(|bytes| bytes[0])
            .collect()
    }

    #[test]
    fn a_receiver_gets_what_was_for_it_and_came_after_what_it_saw() {
        let (mut history, now) = (History::default(), Instant::now());
        let all: Arc<[Handle]> = [1, 2].into();
        let second: Arc<[Handle]> = [2].into();
        history.push(now, 1, [1].into(), Arc::clone(&all));
        history.push(now, 2, [2].into(), second);
        history.push(now, 5, [5].into(), all);
        assert_eq!(missed(&history, 1, 0), [1, 5]);
        assert_eq!(missed(&history, 2, 1), [2, 5]);
        assert_eq!(missed(&history, 2, 5), []);
        assert_eq!(missed(&history, 3, 0), []);
    }

    #[test]
    fn age_number_and_bytes_are_bounded() {
        let (mut history, now) = (History::default(), Instant::now());
        let to: Arc<[Handle]> = [1].into();
        let large: Arc<[u8]> = vec![7; limits::DATA_BYTES].into();
        for sequence in 1..=100 {
            history.push(now, sequence, Arc::clone(&large), Arc::clone(&to));
        }
        assert!(history.bytes <= limits::HISTORY_BYTES && history.missed(1, 99).count() == 1);
        for sequence in 101..=10_000 {
            history.push(now, sequence, [1].into(), Arc::clone(&to));
        }
        assert_eq!(history.missed(1, 0).count(), limits::HISTORY_MESSAGES);
        let later = now + limits::HISTORY_AGE + Duration::from_millis(1);
        assert!(!history.expire(later));
        assert_eq!(history.bytes, 0);
    }
}
