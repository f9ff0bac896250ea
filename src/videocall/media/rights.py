"""Changes of what a participant may do, and whom a publisher lets see its tracks."""

from __future__ import annotations

from videocall.media.live_room import LiveRoom
from videocall.media.participant import Participant, State, SubscriptionRules
from videocall.media.permissions import Permissions
from videocall.media.session import Session
from videocall.media.signals import update


def change_permissions(session: Session, permissions: Permissions) -> None:
    """New rights take effect at once: tracks and subscriptions that they forbid end."""
    who, live = session.participant, session.room
    if permissions == who.permissions:
        return
    was_hidden = who.permissions.hidden
    who.permissions = permissions
    who.touch()
    live.services.engine.set_can_publish_data(who.handle, permissions.publish_data)
    forbidden = [t for t in who.all_tracks() if not permissions.may_publish(t.info.source)]
    if forbidden:
        live.tracks.unpublish(session, forbidden)
    if permissions.hidden and not was_hidden and who.active:
        _vanish(live, who)
    live.announce(who)
    session.send(update(who.info()))
    session.refresh_token()
    live.refresh()


def _vanish(live: LiveRoom, who: Participant) -> None:
    info = who.info()
    info.state = State.DISCONNECTED
    for session in live:
        if session.participant is not who:
            session.send(update(info))


def change_rules(session: Session, rules: SubscriptionRules) -> None:
    """A publisher says who may subscribe; whoever gains or loses a track is told."""
    session.participant.rules = rules
    session.room.refresh()
