"""Whatever a client asks, in whatever order, its session answers, ignores or ends: never fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.protocol import rtc

from tests.unit.media.world import Client, World

_TEXTS = ("", "cam", "mic", "vp8", "video/av1", "x" * 300, "[]", '[{"mid": "0", "kind": "video"}]')
_FIELDS = [field.name for field in rtc.SignalRequest.DESCRIPTOR.oneofs[0].fields]
_DEPTH = 3


def _value(field: FieldDescriptor, sids: Sequence[str], depth: int) -> st.SearchStrategy[Any]:
    if field.message_type is not None:
        return _fields(field.message_type, sids, depth - 1)
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    if field.type == FieldDescriptor.TYPE_STRING:
        return st.sampled_from([*_TEXTS, *sids])
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=5)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return st.booleans()
    if field.type in (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_DOUBLE):
        return st.floats(width=32)
    return st.sampled_from([0, 1, 2, 2**31 - 1])


def _fields(descriptor: Descriptor, sids: Sequence[str], depth: int) -> st.SearchStrategy[Any]:
    """Keyword arguments for a message; each field is there or not."""
    if depth < 0:
        return st.just({})
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in descriptor.fields:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            text = st.sampled_from([*_TEXTS, *sids])
            optional[field.name] = st.dictionaries(text, text, max_size=2)
        elif field.is_repeated:
            optional[field.name] = st.lists(_value(field, sids, depth), max_size=2)
        else:
            optional[field.name] = _value(field, sids, depth)
    return st.fixed_dictionaries({}, optional=optional)


def requests(sids: Sequence[str]) -> st.SearchStrategy[tuple[str, Any]]:
    """A kind of request and what is in it."""
    descriptors: Any = rtc.SignalRequest.DESCRIPTOR.fields_by_name

    def content(name: str) -> st.SearchStrategy[tuple[str, Any]]:
        return _value(descriptors[name], sids, _DEPTH).map(lambda value: (name, value))

    return st.sampled_from(_FIELDS).flatmap(content)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.booleans())
def test_no_request_breaks_a_session(data: st.DataObject, single: bool) -> None:
    world = World()
    ann, ben = world.join("ann", single=single), world.join("ben")
    codecs = [{"codec": "av1", "cid": "cam"}, {"codec": "vp8", "cid": ""}]
    own = ann.publish("cam", simulcast_codecs=codecs)
    seen = ben.publish("mic", "audio")
    sids = [own.sid, seen.sid, ann.sid, ben.sid]
    for name, value in data.draw(st.lists(requests(sids), max_size=12)):
        ann.ask(**{name: value})
        world.pass_time(data.draw(st.sampled_from([0.0, 1.0, 6.0])))
        _come_back(ann)
    for client in (ann, ben):
        for response in client.received:
            assert response.ByteSize() < 100_000
    assert ben.session.participant.active


def _come_back(client: Client) -> None:
    session = client.session
    if not session.participant.gone and not session.reachable:
        client.resume()
