"""A receiver and its disk: 200 is answered when an event is on it, and 503 when it cannot be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from deliveries import TOKEN, compact, document, signed
from disks import FULL, STRACE, Full, appended, failing
from inboxes import until

from smartcar.protocol.wire import Reply
from smartcar.webhooks import Event, Receiver
from smartcar.webhooks.inbox import Backoff, Inbox

EVENTS = 60


def body_of(number: int) -> bytes:
    """A delivery of its own, as large as Smartcar's largest."""
    return compact(document("vehicle_state") | {"eventId": f"event-{number}", "pad": "x" * 50_000})


async def delivered(receiver: Receiver, numbers: list[int]) -> dict[int, Reply]:
    """Deliver them at once; the answers."""
    bodies = [body_of(number) for number in numbers]
    asked = (receiver.ahandle(body, signed(body)) for body in bodies)
    return dict(zip(numbers, await asyncio.gather(*asked), strict=True))


@pytest.mark.parametrize("place", FULL)
async def test_a_full_disk_is_503_and_come_again_and_then_200(tmp_path: Path, place: Full) -> None:
    told: list[str] = []
    with place(tmp_path) as (folder, free):
        inbox = Inbox(folder / "e.db", backoff=Backoff(first=0.01))
        receiver = Receiver(TOKEN, inbox=inbox)
        receiver.on(Event)(lambda event: told.append(event.id))

        first = await delivered(receiver, list(range(EVENTS)))
        later = await delivered(receiver, list(range(EVENTS, 2 * EVENTS)))
        answers = first | later
        refused = [number for number, reply in answers.items() if reply.status == 503]
        assert {reply.status for reply in answers.values()} <= {200, 503}
        assert refused
        for number in refused:
            assert int(answers[number].headers["retry-after"]) > 0
        there = {each.envelope.event_id for each in inbox.entries(limit=1000)}
        assert {f"event-{number}" for number in answers} - there <= {
            f"event-{number}" for number in refused
        }

        free()
        again = await delivered(receiver, refused[:4])  # there is room for a few more
        assert {reply.status for reply in again.values()} == {200}
        await asyncio.to_thread(until, lambda: inbox.counts()["waiting"] == 0)
        await asyncio.to_thread(inbox.close)
    kept = {number for number, reply in (answers | again).items() if reply.status == 200}
    assert set(told) >= {f"event-{number}" for number in kept}
    assert len(told) == len(set(told))


if STRACE:

    def test_while_the_disk_fails_nothing_is_answered_with_200(tmp_path: Path) -> None:
        path = tmp_path / "e.db"
        assert appended(path, 0, 0) == ["kept 0"]  # so that the file is there, and its log
        told = appended(path, 1, 40, under=failing("1+"), how="received")
        assert sorted(told) == sorted(f"refused {number}" for number in range(1, 41))

    @pytest.mark.parametrize("number", [1, 2, 5])
    def test_what_is_answered_with_200_is_there_whichever_wait_for_the_disk_failed(
        tmp_path: Path, number: int
    ) -> None:
        path = tmp_path / "e.db"
        assert appended(path, 0, 0) == ["kept 0"]
        told = appended(path, 1, 40, under=failing(str(number)), how="received")
        assert len(told) == 40
        with Inbox(path) as inbox:
            kept = {each.envelope.event_id for each in inbox.entries()}
        assert {f"event-{line.split()[1]}" for line in told if line.startswith("kept")} <= kept
