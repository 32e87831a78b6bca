"""Going back, beginning anew, and taking a world elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smartcar import Request, Smartcar, SmartcarError
from smartcar.simulator import (
    FaultRule,
    Limits,
    SimulatedApplication,
    Simulator,
    SqliteJournal,
    VirtualClock,
)


def live(simulator: Simulator) -> str:
    """Much happens; gives the car it happens to."""
    with Smartcar(transport=simulator) as smartcar:
        tesla = next(each for each in smartcar.connections() if each.vehicle.make == "TESLA")
        smartcar.vehicle(tesla).unlock()
        smartcar.remove_connection(next(iter(smartcar.connections())).id)
    simulator.connect("grace@example.com", "KIA")
    simulator.clock.advance("3h")
    car = tesla.vehicle_id or ""
    simulator.command(car, "drive", minutes=20)
    simulator.set_signal(car, "tractionbattery-range", 9, frozen=True)
    simulator.clock.advance("10min")
    return car


def seen(simulator: Simulator) -> list[bytes]:
    """All that an application can see, byte for byte, with the ids it is given.

    Only tokens are others in a world that came after another: see the test of a client.
    """
    with Smartcar(transport=simulator) as smartcar:
        cars = list(smartcar.connections())
        replies = [smartcar.vehicle(each).signals().reply for each in cars]
    bodies = [reply.body for reply in replies if reply is not None]
    said = simulator.send(Request("GET", "/v3/connections"))
    past = re.sub(rb'"token": "[^"]*"', b"", simulator.export())
    return [*bodies, msgspec.json.encode(dict(said.headers)), past]


def test_a_world_that_is_reset_is_as_at_first_byte_for_byte() -> None:
    fresh = seen(Simulator(seed=7))
    simulator = Simulator(seed=7)
    live(simulator)
    assert seen(simulator) != fresh

    simulator.reset()

    assert seen(simulator) == fresh


def test_a_reset_may_choose_other_cars() -> None:
    simulator = Simulator(seed=7)
    live(simulator)

    simulator.reset(seed=8)

    assert seen(simulator) == seen(Simulator(seed=8))


def test_a_reset_ends_rules_and_the_log_and_keeps_limits_and_snapshots() -> None:
    simulator = Simulator(seed=7, limits=Limits(bucket=3))
    kept = simulator.snapshot("before")
    simulator.faults.add(FaultRule(error="UPSTREAM:NO_RESPONSE"))
    with Smartcar(transport=simulator) as smartcar, pytest.raises(SmartcarError):
        list(smartcar.connections())

    simulator.reset()

    assert simulator.faults.all() == []
    assert simulator.log.all() == []
    assert simulator.limits.settings == Limits(bucket=3)
    assert simulator.limits.state().tokens == 3
    assert simulator.snapshots == [kept]


def test_a_restored_world_goes_on_as_it_did_then() -> None:
    simulator = Simulator(seed=7)
    live(simulator)
    kept = simulator.snapshot("lived")
    at = simulator.clock.now()
    first = seen(simulator)

    simulator.clock.advance("2w")
    live(simulator)
    simulator.restore("lived")

    assert simulator.clock.now() == at
    assert seen(simulator) == first
    simulator.reset()
    simulator.restore(kept)
    assert seen(simulator) == first


def test_tokens_of_after_a_snapshot_open_nothing_once_it_is_restored() -> None:
    simulator = Simulator(seed=7)
    kept = simulator.snapshot()
    with Smartcar(transport=simulator) as smartcar:
        list(smartcar.connections())
        (token,) = simulator.world.tokens
    simulator.restore(kept)

    reply = simulator.send(
        Request("GET", "/v3/connections", headers={"authorization": f"Bearer {token}"})
    )

    assert reply.status == 401


def test_a_client_logs_in_again_after_a_reset(simulator: Simulator, smartcar: Smartcar) -> None:
    before = [each.id for each in smartcar.connections()]

    simulator.reset()

    assert [each.id for each in smartcar.connections()] == before


def test_what_limits_have_counted_and_rules_have_met_goes_back_with_a_snapshot() -> None:
    simulator = Simulator(seed=7, limits=Limits(bucket=100))
    fault = simulator.faults.add(FaultRule(path="/v3/vehicles/*", error="UPSTREAM:NO_RESPONSE"))
    with Smartcar(transport=simulator, retries=0) as smartcar:
        car = smartcar.vehicle(next(iter(smartcar.connections())))
        with pytest.raises(SmartcarError):
            car.signals()
        kept, state = simulator.snapshot(), simulator.limits.state()
        for _ in range(5):
            with pytest.raises(SmartcarError):
                car.signals()

        simulator.restore(kept)

        assert simulator.limits.state() == state
        assert [each.struck for each in simulator.faults.all()] == [1]
        assert simulator.faults.all()[0].id == fault.id


def test_snapshots_are_listed_named_anew_and_forgotten() -> None:
    simulator = Simulator()
    first, named = simulator.snapshot(), simulator.snapshot("a")
    again = simulator.snapshot("a")
    assert simulator.snapshots == [first, again]

    simulator.forget(first.id)

    assert simulator.snapshots == [again]
    with pytest.raises(LookupError, match="There is no snapshot 'nothing'; those kept: a"):
        simulator.restore("nothing")
    with pytest.raises(LookupError, match="not kept any more"):
        simulator.forget(named)


def test_a_snapshot_shows_no_tokens() -> None:
    simulator = Simulator()
    with Smartcar(transport=simulator) as smartcar:
        list(smartcar.connections())
    (token,) = simulator.world.tokens

    assert token not in repr(simulator.snapshot("x")) + str(simulator.snapshots)


# --- as a document -------------------------------------------------------------------------------


def test_an_exported_world_lives_on_elsewhere() -> None:
    simulator = Simulator(seed=7)
    car = live(simulator)
    document = simulator.export()

    elsewhere = Simulator.from_export(document)

    assert elsewhere.export() == document
    assert elsewhere.state(car) == simulator.state(car)
    assert seen(elsewhere) == seen(simulator)


def test_an_export_can_be_read_by_people_and_says_what_it_is() -> None:
    simulator = Simulator(seed=7)
    live(simulator)

    said = json.loads(simulator.export())

    assert (said["format"], said["version"]) == ("smartcar-simulator-state", 1)
    assert said["clock"] == "2026-06-01T09:10:00+00:00"
    assert said["events"][0]["seed"] == 7
    assert b'\n  "version": 1' in simulator.export()


def test_no_secret_of_an_application_leaves_with_an_export(tmp_path: Path) -> None:
    own = SimulatedApplication(client_id="mine", client_secret="geheim", management_token="amt-1")
    path = tmp_path / "state.db"
    with Simulator(application=own, journal=SqliteJournal(path)) as simulator:
        live(simulator)
        told = simulator.export().decode() + simulator.export_fleet()

    assert "mine" in told
    assert "geheim" not in told
    assert "amt-1" not in told
    assert b"geheim" not in path.read_bytes()


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "no export"),
        (b"[]", "no export"),
        (b"{}", "its format is not"),
        (b"\xff\xfe", "no export"),
        (b'{"format": "smartcar-simulator-state", "version": 2}', "is of version 2"),
        (b'{"format": "smartcar-simulator-state", "version": 1}', "missing required field"),
    ],
)
def test_what_is_no_export_is_refused_and_changes_nothing(document: bytes, why: str) -> None:
    simulator = Simulator(seed=7)
    live(simulator)
    before = simulator.export()

    with pytest.raises(ValueError, match=why):
        simulator.import_(document)

    assert simulator.export() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["events"].pop(0),
        lambda said: said.update(events=[]),
        lambda said: said.update(at=1e300),
        lambda said: said["events"].append(
            {"type": "RefreshTokenUsed", "at": 1.0, "refresh_token": "nobody's"}
        ),
    ],
    ids=["no beginning", "nothing", "no time", "a token of nobody"],
)
def test_a_past_that_nothing_can_have_is_refused(change: Any) -> None:
    simulator = Simulator(seed=7)
    said = json.loads(simulator.export())
    change(said)
    live(simulator)
    before = simulator.export()

    with pytest.raises(ValueError, match=r"no history|no time|such a past"):
        simulator.import_(json.dumps(said))

    assert simulator.export() == before


# --- in a file -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["reset", "restore", "import"])
def test_a_world_that_went_back_is_the_same_after_a_restart(tmp_path: Path, how: str) -> None:
    path = tmp_path / "state.db"
    simulator = Simulator(seed=7, journal=SqliteJournal(path))
    car = live(simulator)
    kept, document = simulator.snapshot(), simulator.export()
    simulator.clock.advance("30d")
    live(simulator)
    {
        "reset": simulator.reset,
        "restore": lambda: simulator.restore(kept),
        "import": lambda: simulator.import_(document),
    }[how]()
    at, state, past = simulator.clock.now(), simulator.state(car), simulator.world.past()
    simulator.world._journal.close()  # as if it were killed

    again = Simulator(clock=VirtualClock(start=at + 1e6), journal=SqliteJournal(path))

    assert again.clock.now() == at
    assert again.state(car) == state
    assert again.world.past()[: len(past)] == past
    again.close()


def test_a_journal_of_much_counting_is_tidied(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    simulator = Simulator(seed=7, limits=Limits(bucket=None), journal=SqliteJournal(path))
    with Smartcar(transport=simulator) as smartcar:
        user = next(iter(smartcar.connections())).user_id or ""
        token = next(iter(simulator.world.tokens))
        headers = {"authorization": f"Bearer {token}", "sc-user-id": user}
        asked = Request("GET", "/v3/vehicles/x/signals", headers=headers)
        for _ in range(10_001):
            simulator.send(asked)
    state = simulator.limits.state()
    simulator.close()

    with Simulator(journal=SqliteJournal(path)) as again:
        assert again.limits.state() == state
    journal = SqliteJournal(path)
    assert len(list(journal)) < 50
    journal.close()


def test_a_journal_of_before_still_loads(tmp_path: Path) -> None:
    """Its events as they were written when a world had one application, and no fleet files."""
    path = tmp_path / "state.db"
    SqliteJournal(path).close()
    rows = (Path(__file__).parent / "samples" / "journal_2026_11.jsonl").read_bytes().splitlines()
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(path) as file:
        file.executemany("INSERT INTO event (body) VALUES (?)", [(row,) for row in rows])
    file.close()

    with Simulator(journal=SqliteJournal(path)) as simulator:
        assert (simulator.world.seed, simulator.world.fleet.size) == (5, 3)
        with Smartcar(transport=simulator) as smartcar:
            made = list(smartcar.connections())
            assert len(made) == 4
            assert smartcar.vehicle(made[0]).signal("closure-islocked").value is False
        simulator.reset()
        assert len(list(simulator.world.grants.live(None))) == 3


# --- documents that no world can live with --------------------------------------------------------


def last(document: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = [each for each in document["events"] if each["type"] == kind][-1]
    return found


UNSOUND: dict[str, Callable[[dict[str, Any]], object]] = {
    "a charge below all": lambda d: last(d, "Handled").update(
        name="adjust", arguments={"percent": -1e18}
    ),
    "a command that is none": lambda d: last(d, "Handled").update(name="fly"),
    "a car that is none": lambda d: last(d, "Handled").update(vehicle_id="nobody"),
    "events out of order": lambda d: d["events"].insert(1, d["events"].pop()),
    "a time that is none": lambda d: last(d, "Handled").update(at=1e300),
    "a clock behind its events": lambda d: d.update(at=1.0),
    "a life of centuries": lambda d: d.update(at=200_000_000_000.0),
    "a signal that is none": lambda d: last(d, "SignalSet").update(code="\x00"),
    "a body that is none": lambda d: last(d, "SignalSet").update(body={"value": "far"}),
    "a fault for ever": lambda d: d["events"].append(
        {
            "type": "FaultAdded",
            "at": d["at"],
            "fault_id": "f",
            "rule": {"status": 500, "after": 9e99},
        }
    ),
    "a fleet of millions": lambda d: d["events"][0].update(fleet=10_000_000),
    "too many requests": lambda d: d.update(requests=10**30),
}


@pytest.mark.parametrize("wrong", UNSOUND)
def test_a_document_that_no_world_can_live_with_is_refused(wrong: str) -> None:
    lived = Simulator(fleet=3)
    live(lived)
    document = json.loads(lived.export())
    UNSOUND[wrong](document)
    simulator = Simulator(fleet=2)
    before = simulator.export()

    with pytest.raises(ValueError, match=r"\w"):
        simulator.import_(json.dumps(document))

    assert simulator.export() == before
    assert simulator.control.summary().cars == 2
