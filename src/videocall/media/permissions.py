"""What a participant may do in its room. Pure values, from a token or from RoomService."""

from __future__ import annotations

from dataclasses import dataclass

from livekit.protocol import models

from videocall.media.grants import SOURCES, VideoGrant


@dataclass(frozen=True, slots=True)
class Permissions:
    """Rights inside one room. ``publish_sources`` empty: every source."""

    publish: bool = True
    subscribe: bool = True
    publish_data: bool = True
    update_metadata: bool = False
    hidden: bool = False
    recorder: bool = False
    agent: bool = False
    subscribe_metrics: bool = False
    manage_agent_session: bool = False
    publish_sources: frozenset[models.TrackSource] = frozenset()

    @staticmethod
    def from_grant(grant: VideoGrant) -> Permissions:
        """Listed sources narrow ``can_publish``, as in LiveKit; unknown names allow nothing."""
        sources = frozenset(SOURCES[s] for s in grant.can_publish_sources if s in SOURCES)
        return Permissions(
            publish=grant.can_publish and bool(sources or not grant.can_publish_sources),
            subscribe=grant.can_subscribe,
            publish_data=grant.can_publish_data,
            update_metadata=grant.can_update_own_metadata,
            hidden=grant.hidden,
            recorder=grant.recorder,
            agent=grant.agent,
            subscribe_metrics=grant.can_subscribe_metrics,
            manage_agent_session=grant.can_manage_agent_session,
            publish_sources=sources,
        )

    @staticmethod
    def from_proto(proto: models.ParticipantPermission) -> Permissions:
        """All of the rights at once: what the message leaves out is taken away."""
        return Permissions(
            publish=proto.can_publish,
            subscribe=proto.can_subscribe,
            publish_data=proto.can_publish_data,
            update_metadata=proto.can_update_metadata,
            hidden=proto.hidden,
            recorder=proto.recorder,
            agent=proto.agent,
            subscribe_metrics=proto.can_subscribe_metrics,
            manage_agent_session=proto.can_manage_agent_session,
            publish_sources=frozenset(proto.can_publish_sources),
        )

    def to_proto(self) -> models.ParticipantPermission:
        return models.ParticipantPermission(
            can_subscribe=self.subscribe,
            can_publish=self.publish,
            can_publish_data=self.publish_data,
            can_publish_sources=sorted(self.publish_sources),
            can_update_metadata=self.update_metadata,
            hidden=self.hidden,
            recorder=self.recorder,
            agent=self.agent,
            can_subscribe_metrics=self.subscribe_metrics,
            can_manage_agent_session=self.manage_agent_session,
        )

    def may_publish(self, source: models.TrackSource) -> bool:
        return self.publish and (not self.publish_sources or source in self.publish_sources)

    def claims(self) -> dict[str, object]:
        """The rights as fields of a token's ``video`` claim."""
        names = {value: name for name, value in SOURCES.items()}
        sources = [names[s] for s in self.publish_sources if s in names]
        claims: dict[str, object] = {
            "canPublish": self.publish,
            "canSubscribe": self.subscribe,
            "canPublishData": self.publish_data,
            "canUpdateOwnMetadata": self.update_metadata,
            "hidden": self.hidden,
            "recorder": self.recorder,
            "agent": self.agent,
            "canSubscribeMetrics": self.subscribe_metrics,
            "canManageAgentSession": self.manage_agent_session,
            # Named although empty: the token that is refreshed may list some.
            "canPublishSources": sorted(sources),
        }
        if self.publish_sources and not sources:
            claims["canPublish"] = False  # only sources that no client publishes
        return claims
