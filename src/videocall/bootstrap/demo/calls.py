"""Calls of the past: rooms, who was in them (as a media server tells it), and minutes used."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from google.protobuf.json_format import MessageToJson
from livekit import api as livekit
from livekit.protocol.models import ParticipantInfo, Room
from livekit.protocol.webhook import WebhookEvent

from videocall.billing.interfaces.wallet import Wallets
from videocall.billing.model.wallet import MINUTES, Credit, HoldId, Reference
from videocall.bootstrap.demo.api import Member
from videocall.bootstrap.demo.story import Cast, Story
from videocall.bootstrap.keys import Keys

_NAMES = ("Calculus with {name}", "Conversation: {name}", "Music hour with {name}", "{name}, trial")
_WEBHOOK_LIFE = timedelta(minutes=5)


@dataclass
class Lessons:
    """Calls between hosts and customers."""

    story: Story
    cast: Cast
    keys: Keys
    wallets: Wallets

    async def arrange(self) -> None:
        """A host opens a room for one or more customers; the call is a day or two later."""
        story, chance = self.story, self.story.chance
        host = chance.choice(self.cast.hosts)
        guests = chance.sample(self.cast.customers, chance.choice((1, 1, 2, 4)))
        name = chance.choice(_NAMES).format(name=guests[0].name.split()[0])
        body = {"name": name, "policy": "invited", "invited": [guest.email for guest in guests]}
        room = await story.api.post(host, "/calls/rooms", body)
        story.count("rooms")
        story.later(0.5, 2, partial(self._meet, host, guests, room["id"]))

    async def _meet(self, host: Member, guests: list[Member], room_id: str) -> None:
        story, chance = self.story, self.story.chance
        begin = story.clock.now()
        minutes = chance.choice((25, 30, 45, 55, 60, 90))
        if begin + timedelta(minutes=minutes + 5) >= story.end:
            return
        holds = [await self._hold(guest, room_id) for guest in guests]
        await self._tell(room_id, "room_started", begin)
        stays = [(host, 0.0, float(minutes))]
        for guest in guests:
            stays.append((guest, chance.uniform(0, 4), minutes - chance.uniform(0, 3)))
        for number, (who, came, _) in enumerate(stays):
            await self._seen(room_id, "participant_joined", number, who, begin, came)
        for number, (who, came, left) in enumerate(stays):
            await self._seen(room_id, "participant_left", number, who, begin, came, left)
        over = begin + timedelta(minutes=minutes)
        await self._tell(room_id, "room_finished", over)
        story.clock.move_to(over)
        for hold, (_, came, left) in zip(holds, stays[1:], strict=True):
            if hold is not None:
                seconds = int((left - came) * 60)
                used = Reference("room", room_id, once=f"demo-capture:{hold}")
                await self.wallets.capture(hold, Credit.minutes(seconds), used)
        await story.api.call("DELETE", host, f"/calls/rooms/{room_id}")

    async def _hold(self, guest: Member, room_id: str) -> HoldId | None:
        """Set two hours of prepaid minutes aside, where there are so many."""
        seconds = 2 * 60 * 60
        if await self.wallets.available(guest.id, MINUTES) < seconds:
            return None
        hold = HoldId(f"{room_id[:18]}-{guest.id[-17:]}")
        until = self.story.clock.now() + timedelta(hours=6)
        reason = Reference("room", room_id, once=f"demo-hold:{hold}")
        await self.wallets.hold(guest.id, Credit.minutes(seconds), hold, until, reason)
        return hold

    async def _seen(
        self,
        room_id: str,
        event: str,
        number: int,
        who: Member,
        begin: datetime,
        came: float,
        left: float | None = None,
    ) -> None:
        joined = begin + timedelta(minutes=came)
        at = joined if left is None else begin + timedelta(minutes=left)
        person = ParticipantInfo(
            sid=f"PA_{room_id[-8:]}{number}", identity=who.id, joined_at=int(joined.timestamp())
        )
        await self._tell(room_id, event, at, person, f"{event}:{number}")

    async def _tell(
        self,
        room_id: str,
        event: str,
        at: datetime,
        person: ParticipantInfo | None = None,
        name: str = "",
    ) -> None:
        message = WebhookEvent(
            event=event,
            id=f"EV_{room_id[-12:]}_{name or event}",
            created_at=int(at.timestamp()),
            room=Room(name=room_id, sid=f"RM_{room_id[-12:]}"),
            participant=person,
        )
        body = MessageToJson(message)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        token = livekit.AccessToken(self.keys.media_api_key, self.keys.media_api_secret)
        signature = token.with_sha256(digest).with_ttl(_WEBHOOK_LIFE).to_jwt()
        await self.story.api.signed("/calls/webhooks/livekit", body, signature)
