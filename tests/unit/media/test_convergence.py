"""Whatever happens in whatever order, everybody ends up with exactly what they should receive."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.protocol import rtc

from tests.unit.media.world import Client, World

NAMES = ("ann", "ben", "eve")
ACTIONS = (
    *("publish", "unpublish", "negotiate", "choose") * 3,
    *("join", "leave", "drop", "resume"),
)


class Crowd:
    """Three people who act at random; odd ones speak signalling v0."""

    def __init__(self) -> None:
        self.world = World()
        self.clients: dict[str, Client] = {}

    def act(self, action: str, who: int, what: int) -> None:
        name = NAMES[who]
        client = self.clients.get(name)
        if client is None:
            if action == "join":
                self.clients[name] = self.world.join(name, single=bool(who % 2 == 0))
        elif client.session.participant.gone:
            del self.clients[name]
        else:
            getattr(self, "_" + action)(client, what)

    def _join(self, client: Client, what: int) -> None:
        self.clients[client.claims.identity] = self.world.join(
            client.claims.identity, single=client.request.single
        )

    def _leave(self, client: Client, what: int) -> None:
        client.ask(leave={})
        del self.clients[client.claims.identity]

    def _publish(self, client: Client, what: int) -> None:
        if client.session.reachable:
            client.publish(f"c{len(client.sections)}", "video" if what % 2 else "audio")

    def _unpublish(self, client: Client, what: int) -> None:
        sending = [s for s in client.sections if s.get("send")]
        if sending and client.session.reachable:
            sending[what % len(sending)]["send"] = False
            client.offer()

    def _choose(self, client: Client, what: int) -> None:
        tracks = [t.sid for _, t in client.session.room.room.tracks_for(client.session.participant)]
        if tracks:
            chosen = rtc.UpdateSubscription(
                track_sids=[tracks[what % len(tracks)]], subscribe=bool(what % 3)
            )
            client.ask(subscription=chosen)

    def _drop(self, client: Client, what: int) -> None:
        client.session.detach(client)

    def _resume(self, client: Client, what: int) -> None:
        if not client.session.reachable:
            client.resume()
            if client.request.single:
                client.offer()

    def _negotiate(self, client: Client, what: int) -> bool:
        """Answer the server's offer, or meet its requirement, if there is one."""
        todo = [r for r in client.received if r.WhichOneof("message") in _ASKS]
        client.received = [r for r in client.received if r.WhichOneof("message") not in _ASKS]
        if not todo or not client.session.reachable:
            return False
        if client.request.single:
            need = [r.media_sections_requirement for r in todo]
            client.room_for(sum(n.num_audios for n in need), sum(n.num_videos for n in need))
        else:
            offer = todo[-1].offer
            client.ask(answer=rtc.SessionDescription(type="answer", sdp="ok", id=offer.id))
        return True

    def settle(self) -> None:
        for _ in range(30):
            for client in list(self.clients.values()):
                if not client.session.participant.gone:
                    self._resume(client, 0)
                    if client.request.single and not client.sections:
                        client.offer()
                    self._negotiate(client, 0)
        for client in self.clients.values():
            if not client.session.participant.gone:
                assert not self._negotiate(client, 0), "negotiation never ends"


_ASKS = ("offer", "media_sections_requirement")
action = st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 5))


@settings(max_examples=200, deadline=None)
@given(st.lists(action, min_size=20, max_size=60))
def test_everybody_converges(actions: Sequence[tuple[str, int, int]]) -> None:
    crowd = Crowd()
    for who in range(len(NAMES)):
        crowd.act("join", who, 0)
    for step in actions:
        crowd.act(*step)
    crowd.settle()
    for client in crowd.clients.values():
        if client.session.participant.gone:
            continue
        transport = crowd.world.engine.transports[client.session.negotiator.receiving]
        assert {s.track_id for s in transport.sends.values()} == {
            track.sid for track in client.session.wanted()
        }
    assert crowd.world.engine.switched == []
    crowd.world.pass_time(6)
    for client in crowd.clients.values():
        assert_told_the_demand(crowd, client)


def assert_told_the_demand(crowd: Crowd, client: Client) -> None:
    """A publisher sends a picture exactly if somebody receives it."""
    who = client.session.participant
    watched = {
        encoding.sid
        for other in crowd.world.hub.sessions()
        for encoding in other.wanted()
        if encoding.publisher == who.sid
    }
    for track in who.tracks.values():
        if track.demand.told:
            assert (max(track.demand.told.values()) >= 0) == (track.sid in watched)
