"""What the engine reads in a browser's offer and answers to it."""

import pytest

from tests.integration.engine.conftest import ALICE, TRANSPORT
from videocall.media._engine import Engine
from videocall.media.engine import MediaKind, OfferedSection, PublishSection, Role, SendSection


def _sections(sdp: str) -> list[list[str]]:
    lines = sdp.split("\r\n")
    starts = [index for index, line in enumerate(lines) if line.startswith("m=")]
    ends = [*starts[1:], len(lines)]
    return [lines[start:end] for start, end in zip(starts, ends, strict=True)]


def _value(section: list[str], name: str) -> str:
    return next(line.removeprefix(name) for line in section if line.startswith(name))


def test_the_offers_sections_are_read(engine: Engine, offer: str) -> None:
    audio, video, free_audio, free_video, data = engine.read_offer(offer)
    assert isinstance(audio, OfferedSection)
    assert (audio.mid, audio.kind, audio.client_sends) == ("0", MediaKind.AUDIO, True)
    assert audio.msid_track is not None
    assert "audio/opus" in audio.codecs
    assert (video.kind, video.rids) == (MediaKind.VIDEO, ("q", "h", "f"))
    assert video.codecs[0] == "video/vp8"
    for section in (free_audio, free_video):
        assert (section.client_sends, section.client_receives) == (False, True)
        assert section.msid_track is None
    assert data.kind is MediaKind.DATA


def test_the_answer_takes_what_is_published_and_leaves_the_rest(engine: Engine, offer: str) -> None:
    answer = engine.answer(TRANSPORT, offer, [PublishSection("1", 7)], [])
    sections = _sections(answer)
    assert [_value(section, "a=mid:") for section in sections] == ["0", "1", "2", "3", "4"]
    directions = [
        next(line for line in section if line in {"a=inactive", "a=recvonly", "a=sendonly"})
        for section in sections[:4]
    ]
    assert directions == ["a=inactive", "a=recvonly", "a=inactive", "a=inactive"]
    assert "a=simulcast:recv q;h;f" in sections[1]
    assert f" 127.0.0.1 {engine.port} typ host" in answer
    assert "a=ice-lite" in answer
    assert "a=setup:passive" in answer


def test_a_track_is_sent_under_its_msid(engine: Engine, offer: str) -> None:
    engine.answer(TRANSPORT, offer, [PublishSection("1", 7)], [])
    engine.add_transport(ALICE, 30, Role.SINGLE)
    answer = engine.answer(30, offer, [], [SendSection("3", 7, "PA_x|TR_y", "TR_y")])
    section = _sections(answer)[3]
    assert "a=sendonly" in section
    assert "a=msid:PA_x|TR_y TR_y" in section


def test_ice_credentials_change_exactly_when_the_client_restarts(
    engine: Engine, offer: str
) -> None:
    def ufrag(sdp: str) -> str:
        return _value(_sections(sdp)[0], "a=ice-ufrag:")

    first = engine.answer(TRANSPORT, offer, [], [])
    again = engine.answer(TRANSPORT, offer, [], [])
    restarted = engine.answer(
        TRANSPORT, offer.replace(f"a=ice-ufrag:{ufrag(offer)}", "a=ice-ufrag:fresh"), [], []
    )
    assert ufrag(first) == ufrag(again) != ufrag(restarted)


def test_the_server_offers_on_a_subscriber_transport(engine: Engine, offer: str) -> None:
    engine.answer(TRANSPORT, offer, [PublishSection("0", 6)], [])
    engine.add_transport(ALICE, 31, Role.SUBSCRIBER)
    bare = engine.offer(31, [])
    assert [section[0].split()[0] for section in _sections(bare)] == ["m=application"]
    full = engine.offer(31, [SendSection("1", 6, "PA_x", "TR_z")])
    audio = next(section for section in _sections(full) if section[0].startswith("m=audio"))
    assert "a=msid:PA_x TR_z" in audio
    assert "a=setup:actpass" in full
    restarting = engine.offer(31, [SendSection("1", 6, "PA_x", "TR_z")], ice_restart=True)
    ufrags = [_value(_sections(sdp)[0], "a=ice-ufrag:") for sdp in (bare, full, restarting)]
    assert ufrags[0] == ufrags[1] != ufrags[2]


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "hello",
        "v=0\r\n",
        "v=0\r\nm=audio nine UDP/TLS/RTP/SAVPF 111\r\n",
        "\x00\x01\x02",
        "v=0\r\n" * 100_000,
    ],
)
def test_what_is_no_offer_is_refused_and_changes_nothing(
    engine: Engine, offer: str, bad: str
) -> None:
    with pytest.raises(ValueError, match="SDP"):
        engine.answer(TRANSPORT, bad, [], [])
    assert engine.answer(TRANSPORT, offer, [], []).startswith("v=0")


def test_every_cut_of_an_offer_is_answered_or_refused(engine: Engine, offer: str) -> None:
    for length in range(0, len(offer), 97):
        try:
            engine.read_offer(offer[:length])
        except ValueError as refused:
            assert str(refused).startswith("SDP")  # noqa: PT017 - either outcome is right


def test_plans_that_do_not_fit_are_refused(engine: Engine, offer: str) -> None:
    with pytest.raises(ValueError, match="nine"):
        engine.answer(TRANSPORT, offer, [PublishSection("nine", 7)], [])
    with pytest.raises(KeyError, match="track 7"):
        engine.answer(TRANSPORT, offer, [], [SendSection("3", 7, "PA", "TR")])
    engine.answer(TRANSPORT, offer, [PublishSection("1", 7)], [])
    engine.add_transport(ALICE, 32, Role.SINGLE)
    with pytest.raises(ValueError, match="elsewhere"):
        engine.answer(32, offer, [PublishSection("1", 7)], [])


def test_a_track_that_a_later_plan_leaves_out_is_gone(engine: Engine, offer: str) -> None:
    engine.answer(TRANSPORT, offer, [PublishSection("1", 7)], [])
    engine.set_track_muted(7, muted=True)
    engine.answer(TRANSPORT, offer, [], [])
    with pytest.raises(KeyError, match="7"):
        engine.set_track_muted(7, muted=False)


def test_the_wrong_side_cannot_offer(engine: Engine, offer: str) -> None:
    engine.add_transport(ALICE, 33, Role.SUBSCRIBER)
    with pytest.raises(ValueError, match="offers"):
        engine.offer(TRANSPORT, [])
    with pytest.raises(ValueError, match="offers"):
        engine.answer(33, offer, [], [])
    with pytest.raises(ValueError, match="offer"):
        engine.accept_answer(TRANSPORT, offer)
