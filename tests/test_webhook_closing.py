"""Receivers that are closed: by a program that ends, by a handler, while they open, in a child."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from deliveries import TOKEN, body_of, compact, document, signed
from inboxes import Hands, event, until

from smartcar.webhooks import Event, Receiver
from smartcar.webhooks.inbox import Backoff, Handler, Inbox, Running
from smartcar.webhooks.ledger import Ledger
from smartcar.webhooks.sqlite import SQLiteJournal

STATE = document("vehicle_state")


@pytest.fixture
def place(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/events.db"


def deliver(receiver: Receiver, event_id: str) -> int:
    """Deliver an event; the status of the answer."""
    body = compact(STATE | {"eventId": event_id})
    return receiver.handle(body, signed(body)).status


def taken(inbox: Inbox) -> list[str]:
    """The events that nobody has in hand; now they are in hand here."""
    return [each.envelope.event_id for each in inbox.journal.take(9).taken]


def test_it_waits_for_what_it_has_in_hand_and_hands_out_nothing_after_it(place: str) -> None:
    with Inbox(place) as inbox:
        receiver = Receiver(TOKEN, inbox=inbox)
        begun, goes_on = threading.Event(), threading.Event()
        told: list[str] = []

        @receiver.on(Event)
        def store(state: Event) -> None:
            begun.set()
            assert goes_on.wait(30)
            told.append(state.id)

        assert deliver(receiver, "first") == 200
        assert begun.wait(30)
        closing = threading.Thread(target=receiver.close)
        closing.start()
        closing.join(0.1)
        assert closing.is_alive()
        goes_on.set()
        closing.join()
        assert (told, inbox.counts()["handled"]) == (["first"], 1)

        assert deliver(receiver, "second") == 200  # the inbox is open: who made it closes it
        assert taken(inbox) == ["second"]
        receiver.start()
        assert deliver(receiver, "third") == 200
        until(lambda: inbox.counts()["handled"] == 2)
        receiver.close()
    assert told == ["first", "third"]


def test_a_receiver_with_an_inbox_of_its_own_asks_for_what_comes_after_its_end_again(
    place: str, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = Receiver(TOKEN, inbox=place)
    assert deliver(receiver, "first") == 200
    receiver.close()
    assert deliver(receiver, "second") == 503
    assert "start() opens the inbox anew" in caplog.text
    receiver.start()
    assert deliver(receiver, "second") == 200
    receiver.close()


@pytest.mark.parametrize("is_given", [True, False])
def test_a_handler_that_closes_is_told_what_to_do_and_closes_nothing(
    place: str, caplog: pytest.LogCaptureFixture, *, is_given: bool
) -> None:
    clock, times = Hands(), list[None]()
    with Inbox(place, backoff=Backoff(first=0.01)) as inbox:
        receiver = Receiver(TOKEN, inbox=inbox if is_given else place, now=clock)

        @receiver.on(Event)
        def store(_: Event) -> None:
            times.append(None)
            if len(times) == 1:
                receiver.close()

        assert deliver(receiver, "first") == 200
        until(lambda: inbox.counts()["handled"] == 1)
        assert len(times) == 2
        assert "A handler cannot wait for its own end: close from another thread" in caplog.text

        clock.advance(3600)
        receiver.close()  # with a sign of life: it was there all the time
        again = Receiver(TOKEN, inbox=inbox, now=clock)
        again.start()
        again.close()
        assert isinstance(inbox.journal, SQLiteJournal)
        assert Ledger(inbox.journal).gaps() == []


class Interrupted(Inbox):
    """One that is being opened when a signal comes, whose handler closes the receiver."""

    receiver: Receiver

    def start(self, handler: Handler, **options: Any) -> Running:
        running = super().start(handler, **options)
        self.receiver.close()
        return running


def test_a_signal_that_closes_a_receiver_while_it_opens_closes_it(place: str) -> None:
    with Interrupted(place) as inbox:
        inbox.receiver = receiver = Receiver(TOKEN, inbox=inbox)
        receiver.start()
        inbox.append([event("later")])
        assert taken(inbox) == ["event-later"]


FORKED = f"""
import os, sys, threading
from smartcar.webhooks import Receiver
from smartcar.webhooks.inbox import Inbox

parent, opens, goes_on = os.getpid(), threading.Event(), threading.Event()

class Slow(Inbox):
    def start(self, handler, **options):
        if os.getpid() == parent:
            opens.set()
            goes_on.wait()
        return super().start(handler, **options)

inbox = Slow(sys.argv[1])
receiver = Receiver({TOKEN!r}, inbox=inbox)
opening = threading.Thread(target=receiver.start)
opening.start()
opens.wait()
child = os.fork()
if child == 0:
    body = {body_of("vehicle_state")!r}
    os._exit(0 if receiver.handle(body, {signed(body_of("vehicle_state"))!r}).status == 200 else 1)
ended = os.waitpid(child, 0)[1]
goes_on.set()
opening.join()
receiver.close()
inbox.close()
sys.exit(ended)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_a_child_that_is_forked_while_its_parent_opens_the_inbox_receives(tmp_path: Path) -> None:
    asked = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED, tmp_path / "e.db"]
    place = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(asked, check=True, env=place)
