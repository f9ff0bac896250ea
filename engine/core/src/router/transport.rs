//! One peer connection as the router keeps it.

use std::time::Instant;

use super::outlet::Outlet;
use super::{Handle, Role};
use crate::egress::{RunBuffer, Sender};
use crate::hash::IntMap;
use crate::ingress::{Inbound, TwccRecorder};
use crate::srtp::SrtpRx;

/// RTCP is flushed above this size, so that a compound packet fits any path.
const RTCP_BYTES: usize = 1_000;

/// Keys, streams and what is due on a transport.
#[derive(Debug)]
pub(super) struct Transport {
    pub handle: Handle,
    pub participant: Handle,
    pub role: Role,
    /// What the keys were made from, to know them again.
    pub keyed_with: Vec<u8>,
    pub receiver: Option<SrtpRx>,
    pub sender: Sender,
    pub inbound: Inbound,
    pub twcc: TwccRecorder,
    /// Indices of subscriptions, and the same by SSRC.
    pub subscriptions: Vec<usize>,
    pub by_ssrc: IntMap<u32, usize>,
    /// The SSRC of our own reports.
    pub ssrc: u32,
    /// A compound packet in the making.
    rtcp: Vec<u8>,
    /// Sealed reports since the last drain.
    pub reports: RunBuffer,
    /// The data channels towards the client can be written.
    pub data_open: bool,
    pub due: Due,
    pub outlet: Outlet,
}

/// What a transport waits for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Due {
    /// The moment the timer is set to.
    pub armed: Option<Instant>,
    /// The next look at what it publishes, while something arrives.
    pub tick: Option<Instant>,
    pub receiver_report: Option<Instant>,
    pub layer_check: Option<Instant>,
    pub sender_report: Option<Instant>,
    /// The pacer holds something, or a probe is under way.
    pub pace: Option<Instant>,
    /// The next look at the shares, while video is sent.
    pub balance: Option<Instant>,
}

impl Transport {
    pub fn new(handle: Handle, participant: Handle, role: Role, ssrc: u32) -> Self {
        Self {
            handle,
            participant,
            role,
            keyed_with: Vec::new(),
            receiver: None,
            sender: Sender::default(),
            inbound: Inbound::default(),
            twcc: TwccRecorder::default(),
            subscriptions: Vec::new(),
            by_ssrc: IntMap::default(),
            ssrc,
            rtcp: Vec::new(),
            reports: RunBuffer::default(),
            data_open: false,
            due: Due::default(),
            outlet: Outlet::default(),
        }
    }

    /// Append a report; it leaves with `flush_rtcp`, or before if the packet is full.
    pub fn write_rtcp(&mut self, write: impl FnOnce(&mut Vec<u8>, u32)) {
        write(&mut self.rtcp, self.ssrc);
        if self.rtcp.len() > RTCP_BYTES {
            self.flush_rtcp();
        }
    }

    /// Seal what was written. Without keys it is dropped: nobody could read it.
    pub fn flush_rtcp(&mut self) {
        if self.rtcp.is_empty() {
            return;
        }
        let sealed = self
            .sender
            .srtp
            .as_mut()
            .map(|srtp| srtp.seal_rtcp(&mut self.rtcp));
        if sealed == Some(Ok(())) {
            self.reports.bytes().extend_from_slice(&self.rtcp);
            self.reports.commit();
        }
        self.rtcp.clear();
    }

    /// Whether data messages to the participant leave here.
    pub fn carries_data_out(&self) -> bool {
        matches!(self.role, Role::Single | Role::Subscriber)
    }
}
