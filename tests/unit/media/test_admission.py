"""Tokens and join queries: what is let in, and the status of what is not."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import time
from typing import Any

import jwt
import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st
from livekit import api
from livekit.protocol import models, rtc

from tests.unit.media.world import KEYS, START, World
from videocall.media.admission import Admission, admit
from videocall.media.config import MediaConfig, development
from videocall.media.grants import read_claims
from videocall.media.hub import Refused
from videocall.media.join import BadJoin, read_v0, read_v1
from videocall.media.tokens import TokenError, Tokens
from videocall.media.wire import BadFrame, decode, encode

((KEY, SECRET),) = KEYS.items()


@pytest.fixture
def world() -> World:
    return World()


def token(secret: str = SECRET, key: str = KEY, **claims: Any) -> str:
    payload = {
        "iss": key,
        "sub": "ann",
        "exp": START + 60,
        "video": {"roomJoin": True, "room": "room"},
        **claims,
    }
    return jwt.encode({k: v for k, v in payload.items() if v is not None}, secret)


def wrap(request: rtc.JoinRequest, compress: bool = False) -> str:
    data = request.SerializeToString()
    kind = rtc.WrappedJoinRequest.Compression
    wrapped = rtc.WrappedJoinRequest(
        compression=kind.GZIP if compress else kind.NONE,
        join_request=gzip.compress(data) if compress else data,
    )
    return base64.urlsafe_b64encode(wrapped.SerializeToString()).decode()


def status(
    world: World, jwt_: str, query: dict[str, str] | None = None, single: bool = False
) -> int:
    with pytest.raises(Refused) as refused:
        admit(world.hub, jwt_, query or {}, single)
    return refused.value.status


def test_a_good_token_is_admitted(world: World) -> None:
    admission: Admission = admit(world.hub, token(name="Ann"), {"protocol": "16"}, False)
    assert (admission.room, admission.claims.identity, admission.claims.name) == (
        "room",
        "ann",
        "Ann",
    )


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "nonsense",
        "a.b.c",
        token(exp=START - 61),
        token(exp=None),
        token(exp="soon"),
        token(exp=float("nan")),
        token(nbf=START + 61),
        token(secret="another-secret-of-more-than-thirty-two-bytes"),
        token(key="unknown"),
        token(video=None),
        token(video={"room": "room"}),
        token(video="all"),
        token(video={"roomJoin": "yes", "room": "room"}),
        token(video={"roomJoin": True, "room": 5}),
        token(attributes={"a": 1}),
        token(video={"roomJoin": True, "room": "room", "canPublishSources": "camera"}),
        jwt.encode({"iss": KEY, "sub": "ann", "exp": START + 60}, SECRET, algorithm="HS512"),
        jwt.encode({"iss": KEY, "sub": "ann", "exp": START + 60}, None, algorithm="none"),
    ],
)
def test_bad_tokens_are_401(world: World, bad: str) -> None:
    assert status(world, bad) == 401


def test_expired_within_the_leeway_is_accepted(world: World) -> None:
    assert admit(world.hub, token(exp=START - 59), {}, False).room == "room"


def test_a_token_for_another_room_is_401(world: World) -> None:
    assert status(world, token(), {"room": "other"}) == 401
    free = token(video={"roomJoin": True})
    assert admit(world.hub, free, {"room": "other"}, False).room == "other"
    assert status(world, free) == 400


@pytest.mark.parametrize(
    ("claims", "query"),
    [
        ({"sub": ""}, {}),
        ({"sub": "a" * 257}, {}),
        ({"video": {"roomJoin": True, "room": "r" * 257}}, {}),
        ({}, {"protocol": "many"}),
        ({}, {"protocol": "-1"}),
        ({}, {"attributes": "%%%"}),
        ({}, {"attributes": base64.urlsafe_b64encode(b"[1]").decode()}),
        ({"name": "n" * 257}, {}),
    ],
)
def test_bad_names_and_queries_are_400(
    world: World, claims: dict[str, Any], query: dict[str, str]
) -> None:
    assert status(world, token(**claims), query) == 400


def test_attributes_in_the_query_need_the_right(world: World) -> None:
    query = {"attributes": base64.urlsafe_b64encode(json.dumps({"a": "b"}).encode()).decode()}
    assert status(world, token(), query) == 401
    video = {"roomJoin": True, "room": "room", "canUpdateOwnMetadata": True}
    assert admit(world.hub, token(video=video), query, False).request.attributes == {"a": "b"}


def test_a_room_that_may_not_be_made_is_404() -> None:
    world = World(auto_create=False)
    assert status(world, token()) == 404
    assert admit(world.hub, token(), {"reconnect": "1"}, False).request.reconnect
    world.hub.create_room("room")
    assert admit(world.hub, token(), {}, False).room == "room"


def test_a_publish_only_connection_has_an_identity_of_its_own(world: World) -> None:
    admission = admit(world.hub, token(), {"publish": "screen"}, False)
    assert admission.claims.identity == "ann#screen"
    assert not admission.claims.video.can_subscribe
    video = {"roomJoin": True, "room": "room", "canPublish": False}
    assert status(world, token(video=video), {"publish": "screen"}) == 401


@pytest.mark.parametrize("compress", [True, False])
def test_a_v1_query_carries_the_join_request(compress: bool) -> None:
    request = rtc.JoinRequest(
        client_info=models.ClientInfo(sdk=models.ClientInfo.SDK.JS, client_protocol=1),
        connection_settings=rtc.ConnectionSettings(auto_subscribe=True, adaptive_stream=True),
        publisher_offer=rtc.SessionDescription(type="offer", sdp="v=0", id=3),
        add_track_requests=[rtc.AddTrackRequest(cid="c")],
        reconnect=True,
        participant_sid="PA_1",
        sync_state=rtc.SyncState(track_sids_disabled=["TR_1"]),
    )
    read = read_v1({"join_request": wrap(request, compress).rstrip("=")})
    assert read.single
    assert read.auto_subscribe
    assert read.adaptive_stream
    assert read.offer is not None
    assert read.offer.id == 3
    assert read.tracks[0].cid == "c"
    assert (read.reconnect, read.participant_sid) == (True, "PA_1")
    assert read.sync_state is not None
    assert read.client.client_protocol == 1


def test_a_v1_query_that_unpacks_to_too_much_is_refused(world: World) -> None:
    bomb = wrap(rtc.JoinRequest(metadata="x" * 10_000_000), compress=True)
    assert len(bomb) < 30_000
    assert status(world, token(), {"join_request": bomb}, single=True) == 400


@pytest.mark.parametrize("text", ["", "***", "AAAA", base64.b64encode(b"\xff" * 40).decode()])
def test_bad_v1_queries_are_400(world: World, text: str) -> None:
    assert status(world, token(), {"join_request": text}, single=True) == 400


@given(
    st.dictionaries(st.sampled_from(["join_request", "protocol", "attributes", "sdk"]), st.text())
)
def test_no_query_breaks_the_readers(query: dict[str, str]) -> None:
    for read in (read_v0, read_v1):
        with contextlib.suppress(BadJoin):
            assert read(query).client.protocol >= 0


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_no_frame_breaks_the_decoder(frame: bytes | str) -> None:
    try:
        request = decode(frame)
    except BadFrame:
        return
    assert isinstance(request, rtc.SignalRequest)


@pytest.mark.parametrize(
    "kind", [field.name for field in rtc.SignalResponse.DESCRIPTOR.oneofs[0].fields]
)
def test_every_response_can_be_told_in_json(kind: str) -> None:
    response = rtc.SignalResponse()
    field = response.DESCRIPTOR.fields_by_name[kind]
    if field.message_type is not None:
        getattr(response, kind).SetInParent()
    else:
        setattr(response, kind, "token" if kind == "refresh_token" else 7)
    text = encode(response, text=True)
    assert isinstance(text, str)
    assert json_format.Parse(text, rtc.SignalResponse()) == response


def test_frames_are_json_or_protobuf() -> None:
    assert decode('{"ping": "5"}').ping == 5
    assert decode(rtc.SignalRequest(ping=5).SerializeToString()).ping == 5
    assert encode(rtc.SignalResponse(pong=5), text=True) == '{"pong": "5"}'
    assert encode(rtc.SignalResponse(pong=5), text=False) == b"\x90\x01\x05"
    with pytest.raises(BadFrame):
        decode('{"offer": 5}')


def test_tokens_of_the_published_sdk_are_read() -> None:
    tokens = Tokens(KEYS, time.time)
    grants = api.VideoGrants(
        room_join=True, room="r", can_publish=False, can_publish_sources=["camera"]
    )
    minted = (
        api.AccessToken(KEY, SECRET)
        .with_identity("ann")
        .with_attributes({"a": "b"})
        .with_grants(grants)
        .to_jwt()
    )
    claims = tokens.verify(minted)
    assert claims.video.can_publish_sources == ("camera",)
    assert not claims.video.can_publish
    assert claims.attributes == {"a": "b"}


def test_verification_never_repeats_the_token() -> None:
    with pytest.raises(TokenError) as error:
        Tokens(KEYS, time.time).verify(token(secret="x" * 40))
    assert "ey" not in str(error.value)


def test_claims_need_their_types() -> None:
    with pytest.raises(ValueError, match="name"):
        read_claims("key", {"sub": "a", "name": 5})


def test_a_configuration_needs_keys() -> None:
    with pytest.raises(ValueError, match="API key"):
        MediaConfig()
    with pytest.raises(ValueError, match="webhook_key"):
        MediaConfig(keys=KEYS, webhook_key="other")
    assert development().signing_key == "devkey"
    assert development(port=0, rtc_port=0).rtc_port == 0
