//! Doing what callers ask. Unknown handles are races with failed transports and mean nothing here.

use std::sync::Arc;
use std::time::Instant;

use engine_core::sdp::Negotiated;
use engine_core::{Error, Handle, Role};

use super::{COMMANDS, Command, Shard};
use crate::activity::Signs;
use crate::io::thread_cpu;
use crate::peer::TransportPlan;

impl Shard {
    /// False when no more will come.
    pub(super) fn run_commands(&mut self) -> bool {
        let Some(commands) = self.parts.inbox.take(COMMANDS) else {
            return false;
        };
        for command in commands {
            self.run_command(command, Instant::now());
        }
        true
    }

    fn run_command(&mut self, command: Command, now: Instant) {
        // The registry has checked the handles, so what the router refuses is gone by now.
        let _: Result<(), Error> = match command {
            Command::OpenRoom(room) => {
                self.router.open_room(room);
                Ok(())
            }
            Command::SetPlayoutDelay {
                room,
                min_ms,
                max_ms,
            } => self.router.set_playout_delay(room, min_ms, max_ms),
            Command::CloseRoom(room) => self.router.close_room(room).map(|gone| self.forget(&gone)),
            Command::AddParticipant {
                room,
                participant,
                sid,
                identity,
                can_publish_data,
            } => self
                .router
                .add_participant(room, participant, sid, identity, can_publish_data),
            Command::SetCanPublishData(participant, allowed) => {
                self.router.set_can_publish_data(participant, allowed)
            }
            Command::RemoveParticipant(participant) => self
                .router
                .remove_participant(participant)
                .map(|gone| self.forget(&gone)),
            Command::AddTransport {
                participant,
                transport,
                role,
            } => self.router.add_transport(participant, transport, role),
            Command::RemoveTransport(transport) => {
                self.forget(&[transport]);
                self.router.remove_transport(transport)
            }
            Command::Apply {
                transport,
                role,
                local,
                negotiated,
                signs,
            } => {
                let plan = TransportPlan {
                    local,
                    remote: negotiated.remote.clone(),
                    opens_channels: role == Role::Subscriber,
                    has_data: negotiated.has_data,
                };
                self.apply(transport, plan, &negotiated, signs, now)
            }
            Command::SetTrackMuted(track, muted) => self.router.set_track_muted(track, muted, now),
            Command::Unpublish(track) => self.router.unpublish(track),
            Command::SetSubscription {
                transport,
                track,
                settings,
            } => self
                .router
                .set_subscription(transport, track, settings, now),
            Command::RequestKeyframe(track) => self.router.request_keyframe(track, now),
            Command::SendData {
                room,
                kind,
                packet,
                to,
            } => self.router.send_data(room, kind, &packet, to.as_deref()),
            Command::Listen { room, identity } => self.router.listen(room, identity),
            Command::Unlisten { room, identity } => self.router.unlisten(room, &identity),
            Command::ResendData { participant, seen } => {
                self.router.resend_data(participant, &seen, now)
            }
            Command::LastSequence(participant, reply) => {
                // Somebody who has just gone has no number; nobody who waits: nothing to do.
                let _ = reply.try_send(self.router.last_sequence(participant).unwrap_or(0));
                Ok(())
            }
            Command::Stats(reply) => {
                let stats = self.counters.snapshot(&self.router.stats(), thread_cpu());
                // Nobody waits any more: nothing to do.
                let _ = reply.try_send(stats);
                Ok(())
            }
            Command::TransportReport(transport, reply) => {
                let report = self.router.transport_report(transport, now);
                let _ = reply.try_send(report);
                Ok(())
            }
            #[cfg(test)]
            Command::Panic(transport) => {
                self.current = Some(transport);
                panic!("a fault was asked for");
            }
        };
    }

    /// Drop transports that the router has dropped; nothing is told, as the caller knows.
    fn forget(&mut self, transports: &[Handle]) {
        for handle in transports {
            self.drop_peer(*handle);
        }
    }

    fn apply(
        &mut self,
        handle: Handle,
        plan: TransportPlan,
        negotiated: &Negotiated,
        signs: Arc<Signs>,
        now: Instant,
    ) -> Result<(), Error> {
        self.router.apply(handle, negotiated, now)?;
        if self.peers.get(handle).is_none() {
            self.peers.insert(handle, plan, signs, now);
            return Ok(());
        }
        self.peers.replan(handle, plan.clone());
        self.serve(handle, now, |transport, outputs| {
            transport.renegotiate(now, &plan, outputs)
        });
        self.peers.arm(handle);
        Ok(())
    }
}
