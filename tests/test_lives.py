"""How long the simulator's codes and tokens are good for, when somebody says otherwise."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from keeping import CALLBACK, code_for
from prompt import run

from smartcar import AuthClient, AuthenticationError, InvalidRequestError, SmartcarError, Vehicle
from smartcar.cli.simulator.settings import Settings, server_options
from smartcar.protocol.oauth import token_request
from smartcar.simulator import Simulator, SqliteJournal, TokenLives

pytestmark = pytest.mark.once


def simulated(**lives: Any) -> Simulator:
    return Simulator(seed=7, lives=TokenLives(**lives))


def auth(simulator: Simulator) -> AuthClient:
    known = simulator.credentials
    return AuthClient(known.client_id, known.client_secret, CALLBACK, transport=simulator)


def is_good(simulator: Simulator, token: str) -> bool:
    vehicle = Vehicle("5b3f6f2e-0000-4000-8000-000000000000", token, transport=simulator)
    with pytest.raises(SmartcarError) as refused:  # there is no such car
        vehicle.vin()
    assert refused.value.status in {401, 403}
    return refused.value.status == 403


def test_unless_told_they_are_the_documented_ones() -> None:
    lives, told = Simulator().world.lives, TokenLives()
    day, minute = 86400, 60

    for each in (lives, told):
        assert (each.access, each.application) == (7200, 3600)
        assert (each.refresh, each.code, each.grace) == (60 * day, 10 * minute, minute)


@pytest.mark.parametrize("life", [90, "90s", timedelta(seconds=90)], ids=repr)
def test_an_access_token_lives_as_long_as_it_is_told(life: Any) -> None:
    simulator = simulated(access=life)
    access = auth(simulator).exchange_code(code_for(simulator))

    assert access.expiration.timestamp() == simulator.clock.now() + 90
    simulator.clock.advance(89)
    assert is_good(simulator, access.access_token)
    simulator.clock.advance(1)
    assert not is_good(simulator, access.access_token)


def test_a_refresh_token_lives_as_long_as_it_is_told() -> None:
    simulator = simulated(refresh="3d")
    client = auth(simulator)
    first, second = (client.exchange_code(code_for(simulator)) for _ in range(2))

    simulator.clock.advance(3 * 86400 - 1)
    renewed = client.exchange_refresh_token(first.refresh_token)
    simulator.clock.advance(1)
    with pytest.raises(AuthenticationError):
        client.exchange_refresh_token(second.refresh_token)
    simulator.clock.advance(3 * 86400 - 2)
    assert client.exchange_refresh_token(renewed.refresh_token).access_token


def test_a_code_lives_as_long_as_it_is_told() -> None:
    simulator = simulated(code="1h")
    first, second = code_for(simulator), code_for(simulator)

    simulator.clock.advance(3599)
    assert auth(simulator).exchange_code(first).access_token
    simulator.clock.advance(1)
    with pytest.raises(InvalidRequestError):
        auth(simulator).exchange_code(second)


@pytest.mark.parametrize(("grace", "seconds"), [("10min", 600), (0, 0), (5.5, 5.5)])
def test_a_used_refresh_token_lives_on_as_long_as_it_is_told(grace: Any, seconds: float) -> None:
    simulator = simulated(grace=grace)
    client = auth(simulator)
    used = client.exchange_code(code_for(simulator)).refresh_token
    client.exchange_refresh_token(used)

    if seconds:
        simulator.clock.advance(seconds - 0.5)
        client.exchange_refresh_token(used)
        simulator.clock.advance(0.5)
    with pytest.raises(AuthenticationError):
        client.exchange_refresh_token(used)


def test_no_grace_lets_a_token_live_longer_than_it_would() -> None:
    simulator = simulated(refresh="1h", grace="10min")
    client = auth(simulator)
    used = client.exchange_code(code_for(simulator)).refresh_token
    simulator.clock.advance(3599)
    client.exchange_refresh_token(used)
    simulator.clock.advance(1)
    with pytest.raises(AuthenticationError):
        client.exchange_refresh_token(used)


def test_the_applications_token_lives_as_long_as_it_is_told() -> None:
    simulator = simulated(application="2min")
    reply = simulator.send(token_request(simulator.credentials))

    assert b'"expires_in":120' in reply.body
    (access,) = simulator.world.tokens.values()
    assert access.expires_at == simulator.clock.now() + 120


@pytest.mark.parametrize("name", ["access", "refresh", "code", "grace", "application"])
@pytest.mark.parametrize("life", [-1, float("nan"), float("inf"), "soon", "", "4000d"], ids=repr)
def test_what_is_no_life_is_refused(name: str, life: Any) -> None:
    with pytest.raises(ValueError, match=r"length of time|forward|must last"):
        TokenLives(**{name: life})


def test_only_a_grace_may_be_none_at_all() -> None:
    assert TokenLives(grace=0).grace == 0
    for name in ("access", "refresh", "code", "application"):
        with pytest.raises(ValueError, match=f"{name} must last 1 s or more"):
            TokenLives(**{name: 0.9})


def test_what_was_given_out_keeps_its_life_over_a_restart_with_others(tmp_path: Path) -> None:
    path, before = tmp_path / "state.db", TokenLives(access="1h", refresh="2h", code="3h", grace=0)
    with Simulator(seed=7, journal=SqliteJournal(path), lives=before) as simulator:
        client = auth(simulator)
        used, kept = (client.exchange_code(code_for(simulator)) for _ in range(2))
        client.exchange_refresh_token(used.refresh_token)
        code = code_for(simulator)
    with Simulator(journal=SqliteJournal(path)) as simulator:
        client = auth(simulator)
        with pytest.raises(AuthenticationError):
            client.exchange_refresh_token(used.refresh_token)
        simulator.clock.advance("1h")
        assert not is_good(simulator, kept.access_token)
        simulator.clock.advance("1h")
        with pytest.raises(AuthenticationError):
            client.exchange_refresh_token(kept.refresh_token)
        simulator.clock.advance(3599)
        access = client.exchange_code(code)
        assert access.expiration.timestamp() == simulator.clock.now() + 7200


OPTIONS = {
    "--access-token-life": ("access", "5min", 300),
    "--refresh-token-life": ("refresh", "1d 2h", 93600),
    "--code-life": ("code", "30s", 30),
    "--refresh-grace": ("grace", "0s", 0),
    "--application-token-life": ("application", "2h", 7200),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_each_option_is_of_its_own_life_and_of_no_other(option: str) -> None:
    seen: list[TokenLives] = []

    @click.command
    @server_options(0)
    def command(settings: Settings) -> None:
        with settings.server() as server:
            seen.append(server.simulator.world.lives)

    name, said, seconds = OPTIONS[option]
    for arguments in ([option, said], []):
        command.main(arguments, standalone_mode=False)

    changed, usual = map(vars, seen)
    assert usual == vars(TokenLives())
    assert changed == usual | {name: seconds}


@pytest.mark.parametrize("command", [(), ("exec",)], ids=["simulator", "exec"])
@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_that_is_no_life_is_refused_by_its_name(
    option: str, command: tuple[str, ...]
) -> None:
    done = run(*command, option, "soon", *(["--", "true"] if command else []))

    assert done.returncode == 2
    assert f"'{option}': 'soon' is no length of time" in done.stderr
