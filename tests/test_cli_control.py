"""A running simulator is controlled from a prompt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from smartcar import Smartcar
from smartcar.cli.simulator import command
from smartcar.simulator import FaultRule, Simulator
from smartcar.simulator.server import Server
from smartcar.webhooks import Receiver

pytestmark = pytest.mark.once

Say = Callable[..., Result]


@pytest.fixture
def server(simulator: Simulator) -> Iterator[Server]:
    with Server(simulator) as server:
        yield server


@pytest.fixture
def say(server: Server) -> Say:
    """Run a command against it; it must succeed."""

    def run(
        *words: str,
        fails: bool = False,
        typed: str | None = None,
        env: dict[str, str] | None = None,
    ) -> Result:
        where = ("--origin", server.origin)
        result = CliRunner().invoke(command, [*words, *where], input=typed, env=env)
        assert (result.exit_code != 0) == fails, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def read(result: Result) -> Any:
    return json.loads(result.stdout)


# --- clock ----------------------------------------------------------------------------------------


def test_the_clock_is_shown_and_put_forward(say: Say) -> None:
    assert say("clock", "show").output == "Monday 2026-06-01 06:00:00 UTC, frozen\n"
    assert say("clock", "advance", "3h").output == "Monday 2026-06-01 09:00:00 UTC, frozen\n"
    assert "60 times as fast as real" in say("clock", "speed", "60").output
    assert "as fast as real" in say("clock", "speed", "1").output
    assert "frozen" in say("clock", "pause").output
    assert "90s, 15min, 3h" in say("clock", "advance", "soon", fails=True).output


def test_the_clock_is_shown_of_the_simulator_that_is_named(say: Say) -> None:
    assert say("clock").output == "Monday 2026-06-01 06:00:00 UTC, frozen\n"
    assert read(say("clock", "--json"))["now"] == "2026-06-01T06:00:00Z"
    early = CliRunner().invoke(command, ["clock", "--port", "1", "advance", "3h"])
    assert "--port stands too early" in early.output


def test_the_clock_jumps_to_what_comes(say: Say) -> None:
    comes = say("agenda", "--car", "comet", "--limit", "5").output

    told = say("clock", "jump", "departure", "--car", "comet").output
    assert "Comet leaves" in told
    assert "Comet leaves" in comes
    assert read(say("clock", "show", "--json"))["now"][11:19] == told[11:19]


# --- cars -----------------------------------------------------------------------------------------


def test_cars_are_listed_in_a_table(say: Say) -> None:
    lines = say("car", "list", "--powertrain", "PHEV").output.splitlines()

    assert lines[0].split()[:4] == ["name", "id", "car", "is"]
    assert len(lines) == 1 + 2
    assert lines[1].startswith("Little Fox")
    assert "There is no such car." in say("car", "list", "--with-fault").output
    assert len(read(say("car", "list", "--limit", "5", "--json"))) == 5
    sifted = read(say("car", "list", "--sort", "-range", "--json"))
    assert [each["rangeKm"] for each in sifted] == sorted(
        (each["rangeKm"] for each in sifted), reverse=True
    )


def test_a_car_is_known_by_its_nickname_its_vin_and_the_beginning_of_its_id(say: Say) -> None:
    comet = read(say("car", "show", "comet", "--json"))

    for name in (comet["id"], comet["id"][:8], comet["vin"], "COMET"):
        assert read(say("car", "show", name, "--json")) == comet
    assert "There is no car 'nobody'" in say("car", "show", "nobody", fails=True).output
    assert "say more of the id" in say("car", "show", "e", fails=True).output


def test_a_car_is_shown_with_its_signals(say: Say) -> None:
    told = say("car", "show", "comet", "--signals").output

    assert "Midnight Silver 2023 TESLA Model 3, BEV" in told
    assert "28 permissions" in told
    assert "tractionbattery-stateofcharge" in told


def test_signals_are_set_frozen_and_released(say: Say, smartcar: Smartcar) -> None:
    say("car", "set", "comet", "tractionbattery-stateofcharge=20")
    how = ("--freeze", "--error", "UPSTREAM:NO_RESPONSE")
    frozen = say("car", "set", "comet", "charge-voltage", *how)
    car = smartcar.vehicle(read(say("car", "show", "comet", "--json"))["id"])

    assert "frozen" in frozen.output
    assert car.signal("tractionbattery-stateofcharge").value == 20
    assert car.signal("charge-voltage").value is None
    assert say("car", "release", "comet").output == "Released: charge-voltage.\n"
    assert "nothing was set" in say("car", "release", "comet").output
    assert "no signal" in say("car", "set", "comet", "engine-songs=1", fails=True).output


def test_something_is_done_to_a_car(say: Say) -> None:
    assert "driving" in say("car", "do", "comet", "drive", "minutes=20").output
    assert "it is moving" in say("car", "do", "comet", "drive", fails=True).output
    assert "no name=value" in say("car", "do", "comet", "drive", "far", fails=True).output


def test_an_owner_connects_a_car(say: Say, smartcar: Smartcar) -> None:
    grant = read(
        say("connect", "ada@example.com", "KIA", "--permission", "read_odometer", "--json")
    )

    assert smartcar.vehicle(grant["vehicleId"]).odometer().distance > 0
    assert "connected a" in say("connect", "bo@example.com").output
    assert "TRABANT" in say("connect", "bo@example.com", "TRABANT", fails=True).output


# --- faults, limits, the log ----------------------------------------------------------------------


def test_a_fault_is_added_listed_and_removed(say: Say, simulator: Simulator) -> None:
    rule = ("--path", "/v3/vehicles/*/signals", "--first", "1", "--latency", "2s", "--car", "comet")
    say("fault", "add", "UPSTREAM:NO_RESPONSE", *rule)
    say("fault", "add", "--car-is", "asleep")
    say("fault", "add", "--status", "503", "--probability", "0.5", "--carried-out")
    first, second, third = simulator.faults.all()

    assert first.rule == FaultRule(
        error="UPSTREAM:NO_RESPONSE",
        path="/v3/vehicles/*/signals",
        first=1,
        latency="2s",
        vehicle_id=read(say("car", "show", "comet", "--json"))["id"],
    )
    assert second.rule == FaultRule(car="asleep")
    assert third.rule == FaultRule(status=503, probability=0.5, carried_out=True)
    assert "fault-1" in say("fault", "list").output
    say("fault", "remove", "fault-1")
    assert say("fault", "remove", "--all").output == "Removed: fault-2, fault-3.\n"
    assert say("fault", "list").output == "No rule is heeded.\n"


@pytest.mark.parametrize("rule", [("NO:SUCH",), ("--latency", "soon"), ("--nth", "one"), ()])
def test_a_rule_that_cannot_be_meant_is_told(say: Say, rule: tuple[str, ...]) -> None:
    assert say("fault", "add", *rule, fails=True).output.startswith("Error: ")
    assert "Say which" in say("fault", "remove", fails=True).output


def test_limits_are_shown_and_set(say: Say, simulator: Simulator) -> None:
    assert "nothing is counted" in say("limits").output
    assert "5 at once" in say("limits", "--on", "--bucket", "5").output
    assert simulator.limits.settings.bucket == 5
    assert "off" in say("limits", "--off").output
    assert not simulator.limits.settings.is_on


def test_the_log_shows_what_was_asked(say: Say, smartcar: Smartcar) -> None:
    assert say("log").output == "Nothing was asked yet.\n"
    list(smartcar.connections())
    last = read(say("log", "--json"))[-1]

    assert (last["path"], last["status"]) == ("/v3/connections", 200)
    assert "/v3/connections" in say("log", "--limit", "1").output
    whole = say("log", str(last["number"])).output
    assert "GET /v3/connections" in whole
    assert "sc-request-id" in whole
    assert say("log", "--clear").output == ""
    assert say("log").output == "Nothing was asked yet.\n"


def test_the_log_is_followed(server: Server, smartcar: Smartcar) -> None:
    words = ["simulator", "log", "--follow", "--json", "--origin", server.origin]
    list(smartcar.connections(page_size=100))
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "smartcar", *words], stdout=subprocess.PIPE, text=True
    ) as following:
        assert following.stdout is not None
        seen = [json.loads(following.stdout.readline())["path"] for _ in range(2)]
        list(smartcar.compatible_vehicles(page_size=100))
        seen.append(json.loads(following.stdout.readline())["path"])
        following.terminate()
    assert seen == ["/oauth2/token", "/v3/connections", "/v3/compatible-vehicles"]


# --- the state of everything ----------------------------------------------------------------------


def test_a_snapshot_is_gone_back_to(say: Say) -> None:
    assert say("snapshot", "list").output == "None is kept.\n"
    assert say("snapshot", "make", "before").output == "Kept as before.\n"
    say("clock", "advance", "1d")
    assert "before" in say("snapshot", "list").output
    assert (
        say("snapshot", "restore", "before").output == "Back at Monday 2026-06-01 06:00:00 UTC.\n"
    )
    say("snapshot", "remove", "before")
    assert "no snapshot 'before'" in say("snapshot", "restore", "before", fails=True).output


def test_the_state_goes_to_a_file_and_back(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    say("export", str(file))
    say("clock", "advance", "1d")
    assert "2026-06-01 06:00:00" in say("import", str(file)).output
    assert read(say("export")) == json.loads(file.read_text())
    assert "12 cars" in say("import", "-", typed=file.read_text()).output
    assert say("export", "--fleet").output.startswith("version: 1\n")
    file.write_text("{")
    assert "cannot be read" in say("import", str(file), fails=True).output
    file.write_text("[]")
    assert "is no export" in say("import", str(file), fails=True).output
    assert "cannot be written" in say("export", str(tmp_path / "no" / "such"), fails=True).output


def test_reset_begins_anew(say: Say) -> None:
    say("clock", "advance", "1d")
    assert say("reset", "--seed", "8").output == "Begun anew: 12 cars of seed 8.\n"
    assert say("clock", "show").output == "Monday 2026-06-01 06:00:00 UTC, frozen\n"


# --- where it is ----------------------------------------------------------------------------------


def test_no_simulator_is_told_with_how_to_start_one() -> None:
    done = CliRunner().invoke(command, ["clock", "show", "--port", "1"])

    assert done.exit_code == 1
    assert done.output == (
        "Error: No simulator listens at http://127.0.0.1:1. Start one with: smartcar simulator\n"
    )


@pytest.mark.parametrize("where", [("--port", "1", "--origin", "http://x"), ("--origin", "x")])
def test_a_place_that_is_none_is_told(where: tuple[str, ...]) -> None:
    assert CliRunner().invoke(command, ["clock", "show", *where]).exit_code == 2


def test_the_clock_is_shown_where_nothing_else_is_said() -> None:
    done = CliRunner().invoke(command, ["clock"])
    assert "127.0.0.1:8686" in done.output or "UTC" in done.output


def test_text_that_looks_like_a_number_stays_text(say: Say, simulator: Simulator) -> None:
    say("fault", "add", "--owner", "12345", "--status", "503", "--latency", "2")
    (fault,) = simulator.faults.all()
    assert (fault.rule.owner, fault.rule.status, fault.rule.latency) == ("12345", 503, 2)

    (done,) = read(say("car", "set", "comet", "vehicleidentification-nickname=3", "--json"))
    assert done["value"] == "3"


def test_of_several_signals_none_is_set_if_one_cannot_be(say: Say) -> None:
    for bad in ("engine-songs=1", "charge-voltage=high", "charge-voltage"):
        say("car", "set", "comet", "charge-amperage=7", bad, fails=True)

    assert read(say("car", "show", "comet", "--json"))["overrides"] == []


def test_signals_that_were_set_before_the_car_refuses_one_are_told(say: Say) -> None:
    """What a car does not tell cannot be frozen as it is, which only the car knows."""
    untold = "internalcombustionengine-fuellevel"
    told = say("car", "set", "comet", "charge-amperage=7", untold, "--freeze", fails=True).output

    assert untold in told
    assert "Set before that: charge-amperage." in " ".join(told.split())
    assert read(say("car", "show", "comet", "--json"))["overrides"] == ["charge-amperage"]


def test_what_a_command_does_not_take_is_refused_and_nothing_is_done(say: Say) -> None:
    told = say("car", "do", "comet", "drive", "minute=20", fails=True).output

    assert "drive takes minutes, latitude, longitude, not 'minute'" in told
    assert "takes nothing" in say("car", "do", "comet", "park", "at=home", fails=True).output
    assert read(say("car", "show", "comet", "--json"))["activity"] == "parked"


def test_a_command_that_there_is_not_is_told_with_those_there_are(say: Say) -> None:
    told = say("car", "do", "comet", "fly", fails=True).output

    assert "drive" in told
    assert "(" not in told
    assert "'drive'" not in told


@pytest.mark.parametrize("columns", [30, 60, 80])
def test_a_narrow_terminal_shows_fewer_columns_and_each_whole(say: Say, columns: int) -> None:
    lines = say("car", "list", env={"COLUMNS": str(columns)}).output.splitlines()

    assert max(map(len, lines)) <= columns
    assert len([line for line in lines if line.startswith("Comet ")]) == 1
    assert len(lines) <= 1 + 2 * 12


# --- webhooks -------------------------------------------------------------------------------------


def test_a_webhook_is_made_subscribed_tested_and_its_deliveries_are_shown(
    say: Say, simulator: Simulator
) -> None:
    uri, receiver = "https://fleet.example.com/events", Receiver("simulated-management-token")
    simulator.webhooks.receive(uri, receiver)
    how = ("--trigger", "closure-islocked", "--data", "tractionbattery-stateofcharge")

    assert "enabled, verified" in say("webhook", "add", "Locks", uri, *how).output
    assert "Comet" not in say("webhook", "show", "locks").output
    assert "2023 TESLA Model 3" in say("webhook", "subscribe", "locks", "comet").output
    say("car", "do", "comet", "security-lock")
    wide = {"COLUMNS": "200"}
    lines = say("webhook", "deliveries", "--webhook", "locks", env=wide).output.splitlines()
    assert ["FIRST_DELIVERY" in line or "VERIFY" in line for line in lines[1:3]] == [True, True]
    assert all("delivered" in line for line in lines[1:])
    told = say("webhook", "trigger", "locks", "comet", "VEHICLE_ERROR", "--error", "PERMISSION")
    assert '"type":"PERMISSION"' in told.output.replace("\n", "")
    assert "delivered" in say("webhook", "test", "locks").output
    last = read(say("webhook", "deliveries", "--limit", "1", "--json"))[0]
    assert last["isTest"]
    assert "2. " in say("webhook", "redeliver", last["eventId"]).output
    assert "verified" in say("webhook", "verify", "locks").output
    assert "duplicates 0.5" in say("webhook", "mischief", "--duplicates", "0.5").output
    assert "duplicates 0.5" in say("webhook", "mischief").output


def test_a_webhook_is_changed_and_removed_at_the_prompt(say: Say) -> None:
    say("webhook", "add", "Locks", "http://127.0.0.1:9/", "--no-auto-subscribe")

    told = say("webhook", "verify", "locks").output
    assert "not verified" in told
    assert "To the moon" in say("webhook", "set", "locks", "--name", "To the moon").output
    assert "Disabled" in say("webhook", "disable", "to the moon").output
    assert "enable it first" in say("webhook", "test", "to the moon", fails=True).output
    assert "Enabled" in say("webhook", "enable", "to the moon").output
    assert (
        "not subscribed" in say("webhook", "unsubscribe", "to the moon", "comet", fails=True).output
    )
    wrong = say("webhook", "set", "to the moon", "--trigger", "closure-locked", fails=True)
    assert "did you mean" in wrong.output
    assert "Removed: To the moon." in say("webhook", "remove", "to the moon").output
    assert "there is Fleet events" in say("webhook", "show", "to the moon", fails=True).output
    assert len(read(say("webhook", "list", "--json"))) == 1
