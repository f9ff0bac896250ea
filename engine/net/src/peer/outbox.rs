//! Data messages that wait for room in SCTP's buffer.

use std::collections::VecDeque;
use std::sync::Arc;

/// What to lose when the box is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenFull {
    /// Late lossy data is worth nothing: the oldest goes.
    DropOldest,
    /// The order of what was promised holds: the new one is refused.
    RefuseNew,
}

/// A queue bounded in messages and bytes.
#[derive(Debug)]
pub(super) struct Outbox {
    messages: VecDeque<Arc<[u8]>>,
    bytes: usize,
    max_messages: usize,
    max_bytes: usize,
    when_full: WhenFull,
}

impl Outbox {
    pub(super) fn new(max_messages: usize, max_bytes: usize, when_full: WhenFull) -> Self {
        Self {
            messages: VecDeque::new(),
            bytes: 0,
            max_messages,
            max_bytes,
            when_full,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(super) fn front(&self) -> Option<&[u8]> {
        self.messages.front().map(AsRef::as_ref)
    }

    pub(super) fn pop(&mut self) {
        if let Some(message) = self.messages.pop_front() {
            self.bytes -= message.len();
        }
    }

    /// Append; answers how many messages were lost by it.
    pub(super) fn push(&mut self, message: &Arc<[u8]>) -> u64 {
        let mut lost = 0;
        while self.is_full(message.len()) {
            lost += 1;
            if self.when_full == WhenFull::RefuseNew || self.is_empty() {
                return lost;
            }
            self.pop();
        }
        self.bytes += message.len();
        self.messages.push_back(Arc::clone(message));
        lost
    }

    fn is_full(&self, more: usize) -> bool {
        self.messages.len() >= self.max_messages || self.bytes + more > self.max_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Arc<[u8]> {
        text.as_bytes().into()
    }

    #[test]
    fn lossy_keeps_the_newest() {
        let mut outbox = Outbox::new(2, 100, WhenFull::DropOldest);
        let lost: u64 = ["one", "two", "six"]
            .iter()
            .map(|text| outbox.push(&bytes(text)))
            .sum();
        assert_eq!((lost, outbox.front()), (1, Some(&b"two"[..])));
    }

    #[test]
    fn reliable_keeps_what_it_took() {
        let mut outbox = Outbox::new(8, 5, WhenFull::RefuseNew);
        assert_eq!(
            (outbox.push(&bytes("abcd")), outbox.push(&bytes("ef"))),
            (0, 1)
        );
        outbox.pop();
        assert_eq!(
            (outbox.push(&bytes("ef")), outbox.front()),
            (0, Some(&b"ef"[..]))
        );
    }

    #[test]
    fn a_message_larger_than_the_box_is_lost_without_looping() {
        let mut outbox = Outbox::new(8, 5, WhenFull::DropOldest);
        assert_eq!(outbox.push(&bytes("too large")), 1);
        assert!(outbox.is_empty());
    }
}
