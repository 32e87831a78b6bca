"""Receivers that are stopped, killed and begun anew while deliveries come: none of them fails."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
from pathlib import Path

import pytest
from deliveries import signed
from inboxes import until
from restarting import Front, Served, body_of, deliveries, fill, handled

from smartcar.webhooks.inbox import Inbox

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")

LEASE_SECONDS = 30.0
"""As by default: who ends in order leaves nothing in hand, however long the machine takes."""


def is_all_handled(folder: Path) -> bool:
    """Does nothing wait any more?"""
    with Inbox(folder / "events.db") as inbox:
        return inbox.counts()["waiting"] == 0


def test_a_receiver_that_was_killed_comes_back_and_has_lost_nothing(tmp_path: Path) -> None:
    ids = fill(tmp_path, 300)
    with Served(tmp_path) as served:
        ids += [f"event-{number}" for number in range(20)]
        assert {served.deliver(each) for each in ids[-20:]} == {200}
        served.end(signal.SIGKILL)
        served.begin()
        served.wait()
        assert served.deliver("after") == 200
        until(lambda: is_all_handled(tmp_path))
    assert set(handled(tmp_path)) == {*ids, "after"}


def test_a_delivery_that_is_half_here_is_answered_before_a_receiver_ends(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        body = body_of("half")
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=15)
        connection.putrequest("POST", "/webhooks/smartcar")
        for name, value in (signed(body) | {"Content-Length": str(len(body))}).items():
            connection.putheader(name, value)
        connection.endheaders(body[:100])
        assert served.deliver("whole") == 200, "the half one has been begun by now"
        served.process.send_signal(signal.SIGTERM)
        until(lambda: not is_listening(served.port))
        connection.send(body[100:])
        assert connection.getresponse().status == 200
        connection.close()
        served.process.wait()
    assert is_all_handled(tmp_path)
    assert handled(tmp_path) == {"half": 1, "whole": 1}


def test_a_rolling_restart_fails_no_delivery_and_handles_each_event_once(tmp_path: Path) -> None:
    with Served(tmp_path, LEASE_SECONDS) as one, Served(tmp_path, LEASE_SECONDS) as other:
        front = Front([one, other])
        with deliveries(front) as answers:
            for each in (one, other):
                enough(answers, 30)
                each.end(signal.SIGTERM)
                enough(answers, 30)
                each.begin()
                each.wait()
            enough(answers, 30)
        until(lambda: is_all_handled(tmp_path))
    assert set(answers.values()) == {200}
    assert handled(tmp_path) == dict.fromkeys(answers, 1)


def test_a_kill_of_one_of_two_fails_no_delivery(tmp_path: Path) -> None:
    with Served(tmp_path) as one, Served(tmp_path) as other:
        front = Front([one, other])
        with deliveries(front) as answers:
            enough(answers, 30)
            one.end(signal.SIGKILL)
            enough(answers, 30)
        assert front.retried > 0
        until(lambda: is_all_handled(tmp_path))
    assert set(answers.values()) == {200}
    assert set(handled(tmp_path)) == set(answers)


def is_listening(port: int) -> bool:
    """Does anybody listen there?"""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def enough(answers: dict[str, int], more: int) -> None:
    """Wait until so many more deliveries were answered."""
    least = len(answers) + more
    pause = threading.Event()
    while len(answers) < least:
        pause.wait(0.01)
