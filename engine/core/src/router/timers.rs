//! What is due: feedback and reports to publishers, sender reports to subscribers, speakers.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use super::{Handle, Router};
use crate::limits;
use crate::rtcp::{write_nack, write_receiver_report, write_sender_report};
use crate::sdp::MediaKind;

/// A transport from which nothing came for this long is not looked at until something comes.
const ACTIVE: Duration = Duration::from_secs(3);
/// Sequence numbers in one NACK, so that a report stays small.
const NACKS: usize = 100;

/// Who set a timer. A timer that its owner has moved since is stale and does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// By index.
    Transport(usize),
    Room(Handle),
    /// Kept messages of a room that grow old.
    Histories(Handle),
}

impl Router {
    /// When `handle_timeout` is wanted next; `None` while nothing is going on.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.timers.peek().map(|Reverse((at, _))| *at)
    }

    /// Do what is due: feedback, reports, repeated requests, speakers.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = Some(now);
        while let Some(Reverse((at, timer))) = self.timers.peek().copied() {
            if at > now {
                return;
            }
            self.timers.pop();
            match timer {
                Timer::Transport(index) => self.transport_due(index, at, now),
                Timer::Room(room) => self.room_due(room, at, now),
                Timer::Histories(room) => self.expire_histories(room, now),
            }
        }
    }

    /// Set a transport's timer, if that is earlier than it is set to.
    pub(super) fn arm(&mut self, index: usize, at: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        if transport.due.armed.is_none_or(|armed| at < armed) {
            transport.due.armed = Some(at);
            self.timers.push(Reverse((at, Timer::Transport(index))));
        }
    }

    /// A publisher's packet came: look at its transport at the usual pace.
    pub(super) fn keep_ticking(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        if transport.due.tick.is_none() {
            let at = now + limits::TWCC_INTERVAL;
            transport.due.tick = Some(at);
            self.arm(index, at);
        }
    }

    fn transport_due(&mut self, index: usize, at: Instant, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        if transport.due.armed != Some(at) {
            return;
        }
        transport.due.armed = None;
        let due = transport.due;
        if due.pace.is_some_and(|pace| pace <= now) {
            self.pace(index, now);
        }
        if due.balance.is_some_and(|balance| balance <= now) {
            self.balance_due(index, now);
        }
        if due.tick.is_some_and(|tick| tick <= now) {
            self.tick(index, now);
        }
        self.ask_again(index, now);
        if due.sender_report.is_some_and(|report| report <= now) {
            self.send_sender_reports(index, now);
        }
        self.flush_reports(index);
        self.rearm(index, now);
    }

    fn rearm(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get(index) else {
            return;
        };
        let missing = transport
            .inbound
            .publications
            .iter()
            .filter_map(|index| self.tracks.get(*index))
            .flat_map(|publication| &publication.layers)
            .filter_map(|layer| layer.nacks.next())
            .min()
            .map(|at| at.max(now + limits::NACK_DELAY / 2));
        let due = transport.due;
        let next = [due.tick, due.sender_report, due.pace, due.balance, missing];
        if let Some(at) = next.into_iter().flatten().min() {
            self.arm(index, at);
        }
    }

    /// The usual pace of a publisher: feedback, reports, layers, keyframes that did not come.
    fn tick(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        let publications = transport.inbound.publications.clone();
        let layers = || {
            let tracks = publications
                .iter()
                .filter_map(|index| self.tracks.get(*index));
            tracks.flat_map(|publication| &publication.layers)
        };
        let active = layers().any(|layer| layer.is_recent(now, ACTIVE));
        let media = layers().find_map(|layer| layer.ssrc);
        if let Some(media) = media.filter(|_| transport.twcc.is_pending()) {
            let mut twcc = std::mem::take(&mut transport.twcc);
            transport.write_rtcp(|out, sender| twcc.feedback(sender, media, out));
            transport.twcc = twcc;
        }
        transport.due.tick = active.then_some(now + limits::TWCC_INTERVAL);
        let report = transport.due.receiver_report.is_none_or(|at| at <= now);
        if report {
            transport.due.receiver_report = Some(now + limits::RECEIVER_REPORT_INTERVAL);
        }
        let check = transport.due.layer_check.is_none_or(|at| at <= now);
        if check {
            transport.due.layer_check = Some(now + limits::LAYER_CHECK);
        }
        if report {
            self.send_receiver_report(index, &publications, now);
        }
        for publication in publications {
            let changed = check
                && self
                    .tracks
                    .get_mut(publication)
                    .is_some_and(|one| one.check_layers(now));
            if changed {
                self.tell_layers(publication);
                self.retarget_all(publication, now);
            }
            self.want_missing_keyframes(publication);
            self.send_keyframe_requests(publication, now);
        }
    }

    /// Whoever still waits for a keyframe has it asked for again, whatever was lost meanwhile.
    fn want_missing_keyframes(&mut self, publication: usize) {
        let Some(published) = self.tracks.get_mut(publication) else {
            return;
        };
        if published.kind != MediaKind::Video {
            return;
        }
        for &index in &published.subscribers {
            let Some(subscription) = self.subscriptions.get(index) else {
                continue;
            };
            let waits = subscription.is_wanting(published);
            if let Some(layer) = subscription.target.filter(|_| waits) {
                published.layers[layer].keyframes.want();
            }
        }
    }

    fn send_receiver_report(&mut self, index: usize, publications: &[usize], now: Instant) {
        let mut blocks = Vec::new();
        for publication in publications {
            let Some(publication) = self.tracks.get_mut(*publication) else {
                continue;
            };
            for layer in &mut publication.layers {
                if layer.is_recent(now, ACTIVE) {
                    blocks.extend(layer.report(now));
                }
            }
        }
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        if !blocks.is_empty() {
            let lost: f64 = blocks.iter().map(|one| f64::from(one.fraction_lost)).sum();
            let share = lost / 256.0 / blocks.len() as f64;
            transport.outlet.loss_in += 0.3 * (share - transport.outlet.loss_in);
        }
        for blocks in blocks.chunks(31) {
            transport.write_rtcp(|out, sender| write_receiver_report(out, sender, blocks));
        }
    }

    /// NACKs that are due on all layers of a publisher.
    fn ask_again(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        let mut sequences = Vec::new();
        for at in 0..transport.inbound.publications.len() {
            let publication = self.tracks.get_mut(transport.inbound.publications[at]);
            let Some(publication) = publication else {
                continue;
            };
            for layer in &mut publication.layers {
                let Some(ssrc) = layer.ssrc else { continue };
                sequences.clear();
                layer.nacks.due(now, &mut sequences);
                self.stats.packets_lost_in += layer.nacks.take_lost();
                self.stats.nacks_out += sequences.len() as u64;
                for sequences in sequences.chunks(NACKS) {
                    transport.write_rtcp(|out, sender| write_nack(out, sender, ssrc, sequences));
                }
            }
        }
    }

    fn send_sender_reports(&mut self, index: usize, now: Instant) {
        let Some(transport) = self.transports.get_mut(index) else {
            return;
        };
        let mut sending = false;
        for at in 0..transport.subscriptions.len() {
            let Some(subscription) = self.subscriptions.get(transport.subscriptions[at]) else {
                continue;
            };
            let publication = subscription
                .publication
                .and_then(|index| self.tracks.get(index));
            let Some(publication) = publication else {
                continue;
            };
            sending |= subscription.current.is_some();
            if let Some(info) = subscription.sender_info(now, publication) {
                let cname = &subscription.negotiated.cname;
                transport.write_rtcp(|out, _| write_sender_report(out, &info, cname));
            }
        }
        transport.due.sender_report = sending.then_some(now + limits::SENDER_REPORT_INTERVAL);
    }
}
