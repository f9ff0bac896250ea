"""Who may not subscribe publishes all the same, over v0's publisher connection or v1's only one."""

from __future__ import annotations

import asyncio

import pytest
from livekit import rtc

from tests.integration.media.callers import Caller, caller
from tests.integration.media.tokens import token
from tests.integration.media.waiting import eventually
from videocall.media.permissions import Permissions
from videocall.media.rights import change_permissions
from videocall.media.server import MediaServer

# The SDK sometimes drops a track's handle twice when a room with two peer connections ends.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:Exception ignored in. <function FfiHandle:pytest.PytestUnraisableExceptionWarning"
)


@pytest.mark.parametrize("single", [True, False], ids=["v1", "v0"])
async def test_a_camera_that_may_not_look_sends_and_gets_messages_and_may_look_later(
    media: MediaServer, single: bool
) -> None:
    camera = Caller(rtc.Room())
    options = rtc.RoomOptions(single_peer_connection=single)
    async with caller(media, "ben", single=single) as ben:
        await ben.publish_video(640, 360, 15)
        jwt = token("camera", can_subscribe=False)
        await asyncio.wait_for(camera.room.connect(media.url, jwt, options), 20)
        try:
            await camera.publish_video(640, 360, 15)
            await ben.watches("camera", frames=15)
            for reliable in (True, False):
                await ben.me.publish_data(b"down", reliable=reliable)
                await camera.me.publish_data(b"up", reliable=reliable)
            await eventually(lambda: len(ben.data) == 2 and len(camera.data) == 2)
            assert "ben" not in camera.video
            session = media.hub.find("room", "camera")
            assert session is not None
            change_permissions(session, Permissions())
            await camera.watches("ben", frames=15)
        finally:
            await camera.leave()
