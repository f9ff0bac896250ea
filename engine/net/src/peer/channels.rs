//! LiveKit's data channels over str0m's SCTP: labels, delivery, bounded queues.

use std::sync::Arc;

use engine_core::DataKind;
use str0m::Rtc;
use str0m::channel::{ChannelConfig, ChannelId, Reliability};

use super::outbox::{Outbox, WhenFull};

const RELIABLE: &str = "_reliable";
const LOSSY: &str = "_lossy";
/// Opened by newer clients for data tracks, which are not forwarded yet: known but unused.
const DATA_TRACK: &str = "_data_track";

/// Channels that a client may open. LiveKit's clients open three.
const MAX_OPENED: usize = 16;
/// Messages and bytes that wait before the outbox gives up (a client that does not read).
const RELIABLE_QUEUE: (usize, usize) = (4_096, 4 << 20);
const LOSSY_QUEUE: (usize, usize) = (256, 256 << 10);
/// Reliable bytes inside SCTP above which messages wait, so that lossy ones find room in its buffer.
const RELIABLE_IN_SCTP: usize = 128 << 10;
/// Lossy bytes inside SCTP above which newer messages wait, where the oldest can still be dropped.
const LOSSY_IN_SCTP: usize = 64 << 10;

#[derive(Debug)]
struct Channel {
    id: Option<ChannelId>,
    outbox: Outbox,
}

/// The two user channels of one transport.
#[derive(Debug)]
pub(super) struct Channels {
    reliable: Channel,
    lossy: Channel,
    opened: usize,
    announced: bool,
}

/// A channel opened by the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// Not the last of the two that matter.
    Noted,
    /// Now both can be written; told once.
    BothOpen,
    /// More channels than any client needs.
    TooMany,
}

impl Channels {
    pub(super) fn new() -> Self {
        let channel = |(messages, bytes), when_full| Channel {
            id: None,
            outbox: Outbox::new(messages, bytes, when_full),
        };
        Self {
            reliable: channel(RELIABLE_QUEUE, WhenFull::RefuseNew),
            lossy: channel(LOSSY_QUEUE, WhenFull::DropOldest),
            opened: 0,
            announced: false,
        }
    }

    /// Ask str0m to open the three channels as the server does on subscriber transports.
    pub(super) fn create(rtc: &mut Rtc) {
        let lossy = Reliability::MaxRetransmits { retransmits: 0 };
        for (label, ordered, reliability) in [
            (RELIABLE, true, Reliability::Reliable),
            (LOSSY, false, lossy),
            (DATA_TRACK, false, lossy),
        ] {
            rtc.direct_api().create_data_channel(ChannelConfig {
                label: label.into(),
                ordered,
                reliability,
                ..ChannelConfig::default()
            });
        }
    }

    pub(super) fn opened(&mut self, id: ChannelId, label: &str) -> Opened {
        self.opened += 1;
        if self.opened > MAX_OPENED {
            return Opened::TooMany;
        }
        match label {
            RELIABLE => self.reliable.id = Some(id),
            LOSSY => self.lossy.id = Some(id),
            _ => {}
        }
        let both = self.reliable.id.is_some() && self.lossy.id.is_some();
        if both && !self.announced {
            self.announced = true;
            return Opened::BothOpen;
        }
        Opened::Noted
    }

    pub(super) fn closed(&mut self, id: ChannelId) {
        for channel in [&mut self.reliable, &mut self.lossy] {
            if channel.id == Some(id) {
                channel.id = None;
            }
        }
    }

    /// What a message on this channel is; None for channels that carry no user data.
    pub(super) fn kind(&self, id: ChannelId) -> Option<DataKind> {
        if self.reliable.id == Some(id) {
            Some(DataKind::Reliable)
        } else if self.lossy.id == Some(id) {
            Some(DataKind::Lossy)
        } else {
            None
        }
    }

    /// Queue a message; answers how many were lost by it.
    pub(super) fn push(&mut self, kind: DataKind, message: &Arc<[u8]>) -> u64 {
        match kind {
            DataKind::Reliable => self.reliable.outbox.push(message),
            DataKind::Lossy => self.lossy.outbox.push(message),
        }
    }

    /// Hand at most one message to SCTP. True if that happened, so that the output must be drained.
    pub(super) fn flush_one(&mut self, rtc: &mut Rtc) -> bool {
        self.reliable.flush_one(rtc, RELIABLE_IN_SCTP) || self.lossy.flush_one(rtc, LOSSY_IN_SCTP)
    }
}

impl Channel {
    fn flush_one(&mut self, rtc: &mut Rtc, limit: usize) -> bool {
        let (Some(message), Some(id)) = (self.outbox.front(), self.id) else {
            return false;
        };
        let Some(mut channel) = rtc.channel(id) else {
            return false;
        };
        if channel.buffered_amount() > limit {
            return false;
        }
        match channel.write(true, message) {
            Ok(false) => false,
            // An error means that the stream is closing: the message has no way to go any more.
            Ok(true) | Err(_) => {
                self.outbox.pop();
                true
            }
        }
    }
}
