"""Idempotency keys, on the database: one run, kept answers, leases, and whose key it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from litestar import Response

from tests.factories import commands
from tests.factories.commands import LEASE, Desk, done
from videocall.billing.errors import InsufficientFunds
from videocall.core.errors import DatabaseUnavailable
from videocall.core.idempotency import CommandId

DAY = 24 * 3600


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with commands.desk(database_url) as made:
        yield made


class ProcessDied(BaseException):
    """Nothing that handles errors runs after it."""


async def failing(_command: CommandId) -> Response[object]:
    raise ZeroDivisionError


async def refusing(_command: CommandId) -> Response[object]:
    raise InsufficientFunds


async def declined(_command: CommandId) -> Response[object]:
    return Response({"code": "declined"}, status_code=402)


async def test_a_repeat_gets_the_answer_of_the_one_run(desk: Desk) -> None:
    first = await desk.post("k1", {"a": 1})
    again = await desk.post("k1", {"a": 1})
    assert len(desk.runs) == 1
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert "set-cookie" not in again.headers


async def test_without_a_key_every_request_is_a_command_of_its_own(desk: Desk) -> None:
    await desk.post(None)
    await desk.post(None)
    assert len(set(desk.runs)) == 2
    assert await desk.claimed() == 0


@pytest.mark.parametrize(("body", "path"), [({"a": 2}, "/things"), ({"a": 1}, "/others")])
async def test_a_key_stands_for_one_request(desk: Desk, body: object, path: str) -> None:
    await desk.post("k1", {"a": 1})
    other = await desk.post("k1", body, path=path)
    assert (other.status_code, other.json()["code"]) == (422, "billing.idempotency_mismatch")
    assert len(desk.runs) == 1
    assert (await desk.post("k1", {"a": 1})).status_code == 201


async def test_a_query_is_part_of_the_request(desk: Desk) -> None:
    await desk.post("k1", path="/things?dry=1")
    assert (await desk.post("k1", path="/things?dry=0")).status_code == 422


async def test_keys_of_different_people_do_not_meet(desk: Desk) -> None:
    first = await desk.post("k1", by="ana")
    other = await desk.post("k1", {"a": 2}, by="budi")
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]


async def test_parallel_repeats_run_once(desk: Desk) -> None:
    async def slowly(command: CommandId) -> Response[object]:
        await asyncio.sleep(0.05)
        return await done(command)

    desk.doing = slowly
    answers = await asyncio.gather(*(desk.post("k1") for _ in range(12)))
    assert len(desk.runs) == 1
    made = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert made
    assert len(made) + len(waiting) == 12
    assert {answer.json()["id"] for answer in made} == {desk.runs[0]}
    assert all(answer.json()["code"] == "billing.idempotency_in_flight" for answer in waiting)
    assert all(int(answer.headers["retry-after"]) == LEASE for answer in waiting)
    assert (await desk.post("k1")).headers["idempotency-replayed"] == "true"


async def test_a_crashed_run_is_repeated_as_the_same_command_when_its_lease_is_over(
    desk: Desk,
) -> None:
    async def crash(_command: CommandId) -> Response[object]:
        raise ProcessDied

    desk.doing = crash
    with pytest.raises(ProcessDied):
        await desk.post("k1")
    desk.doing = done
    early = await desk.post("k1")
    assert (early.status_code, early.headers["retry-after"]) == (409, str(int(LEASE)))
    desk.clock.advance(LEASE - 1.5)
    assert (await desk.post("k1")).headers["retry-after"] == "2"
    desk.clock.advance(1.5)
    assert (await desk.post("k1")).status_code == 201
    assert len(desk.runs) == 2
    assert len(set(desk.runs)) == 1


async def test_a_fault_of_ours_is_repeated_at_once_as_the_same_command(desk: Desk) -> None:
    desk.doing = failing
    assert (await desk.post("k1")).status_code == 500
    desk.doing = done
    assert (await desk.post("k1")).status_code == 201
    assert len(desk.runs) == 2
    assert len(set(desk.runs)) == 1


async def test_a_run_that_was_stopped_is_repeated_at_once(desk: Desk) -> None:
    async def endless(_command: CommandId) -> Response[object]:
        await asyncio.sleep(60)
        raise AssertionError

    desk.doing = endless
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await desk.post("k1")
    desk.doing = done
    assert (await desk.post("k1")).status_code == 201
    assert len(set(desk.runs)) == 1


async def test_a_refusal_frees_the_key(desk: Desk) -> None:
    desk.doing = refusing
    assert (await desk.post("k1", {"a": 1})).status_code == 409
    assert await desk.claimed() == 0
    desk.doing = done
    assert (await desk.post("k1", {"a": 2})).status_code == 201
    assert len(set(desk.runs)) == 2


async def test_a_refusal_after_a_broken_run_keeps_its_command(desk: Desk) -> None:
    for doing, status in ((failing, 500), (refusing, 409), (done, 201)):
        desk.doing = doing
        assert (await desk.post("k1")).status_code == status
    assert len(desk.runs) == 3
    assert len(set(desk.runs)) == 1


async def test_a_declined_payment_is_an_answer_to_keep(desk: Desk) -> None:
    desk.doing = declined
    first = await desk.post("k1")
    desk.doing = done
    again = await desk.post("k1")
    assert (first.status_code, again.status_code) == (402, 402)
    assert len(desk.runs) == 1
    assert again.headers["idempotency-replayed"] == "true"


async def test_the_late_end_of_a_run_that_was_taken_over_changes_nothing(desk: Desk) -> None:
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def stuck(_command: CommandId) -> Response[object]:
        waiting.set()
        await go_on.wait()
        return Response({"id": "late"}, status_code=201)

    desk.doing = stuck
    late = asyncio.create_task(desk.post("k1"))
    await waiting.wait()
    desk.clock.advance(LEASE)
    desk.doing = done
    second = await desk.post("k1")
    go_on.set()
    assert (await late).json() == {"id": "late"}
    assert (await desk.post("k1")).json() == second.json()


async def test_an_answer_is_kept_for_a_day_and_then_swept(desk: Desk) -> None:
    await desk.post("k1", {"a": 1})
    desk.clock.advance(DAY - 1)
    await desk.post("k2")
    assert await desk.claims.sweep() == 0
    assert (await desk.post("k1", {"a": 1})).headers["idempotency-replayed"] == "true"
    desk.clock.advance(1)
    assert (await desk.post("k1", {"a": 2})).status_code == 201
    desk.clock.advance(DAY)
    assert await desk.claims.sweep() == 2
    assert await desk.claimed() == 0
    assert len(desk.runs) == 3


async def test_an_answer_too_large_to_keep_is_made_again_by_the_same_command(desk: Desk) -> None:
    async def large(command: CommandId) -> Response[object]:
        return Response({"id": command, "text": "x" * 300_000}, status_code=201)

    desk.doing = large
    first, again = await desk.post("k1"), await desk.post("k1")
    assert first.json() == again.json()
    assert len(desk.runs) == 2


async def test_who_paid_hears_of_it_though_the_answer_could_not_be_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_arguments: object) -> None:
        raise DatabaseUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(desk.claims, "keep", away)
        assert (await desk.post("k1")).status_code == 201
    assert (await desk.post("k1")).status_code == 409
    desk.clock.advance(LEASE)
    assert (await desk.post("k1")).status_code == 201
    assert len(set(desk.runs)) == 1


@pytest.mark.parametrize("token", ["", "nobody"])
async def test_who_is_not_signed_in_claims_nothing(desk: Desk, token: str) -> None:
    answer = await desk.post("k1", by=token)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")
    assert await desk.claimed() == 0
    assert desk.runs == []


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "é"])
async def test_a_key_of_a_wrong_form_is_refused(desk: Desk, key: str) -> None:
    headers = {"Authorization": "Bearer ana", b"Idempotency-Key": key.encode("latin-1")}
    answer = await desk.client.post("/things", json={}, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert await desk.claimed() == 0


async def test_a_body_that_is_too_large_claims_nothing(desk: Desk) -> None:
    answer = await desk.post("k1", {"a": "x" * 2000})
    assert answer.status_code == 413
    assert await desk.claimed() == 0


async def test_reads_take_no_key(desk: Desk) -> None:
    headers = {"Authorization": "Bearer ana", "Idempotency-Key": "k1"}
    assert (await desk.client.get("/things", headers=headers)).status_code == 200
    assert await desk.claimed() == 0
