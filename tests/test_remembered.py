"""Answers that the simulator remembers: nobody can tell them from those that it makes anew."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from smartcar import Reply, Request
from smartcar.simulator import FaultRule, Limits, Simulator, TokenLives
from smartcar.simulator.cars.moment import Refused
from smartcar.simulator.cars.spec import PLAYGROUND_ID
from smartcar.simulator.fleet import Grant
from smartcar.simulator.tokens import PLAYGROUND_TOKEN

pytestmark = pytest.mark.once

CODES: Final = (
    "tractionbattery-range",
    "odometer-traveleddistance",
)
CARS: Final = 2
STEPS: Final = (0.001, 0.5, 1, 4, 6, 29, 59.999, 60, 241, 300, 1800, 5000, 7199, 30000, 604800)
FAULTS: Final = (
    FaultRule(status=503, path="/v3/*"),
    FaultRule(error="RATE_LIMIT:SMARTCAR_API", path="/v3/*", every=2),
    FaultRule(consent="revoked", path="/v3/*", times=1),
    FaultRule(token="expired", path="/v3/*", times=1),
    FaultRule(body="empty", path="/v3/*"),
)


def signed_in(simulator: Simulator) -> str:
    """An application's token."""
    known = simulator.credentials
    proof = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()
    form = {"authorization": f"Basic {proof}", "content-type": "application/x-www-form-urlencoded"}
    body = b"grant_type=client_credentials"
    reply = simulator.answer(Request("POST", "/oauth2/token", {}, form, body)).reply
    said: dict[str, object] = msgspec.json.decode(reply.body)
    return str(said.get("access_token"))


class Twins(RuleBasedStateMachine):
    """Two simulators to whom the same happens; of the second, nothing is asked that it remembers.

    It remembers no answer to a request that has a query, and none of these answers shows one.
    """

    @initialize()
    def begin(self) -> None:
        lives = TokenLives(application=7200)
        self.twins = tuple(Simulator(seed=7, fleet=CARS, lives=lives) for _ in range(2))
        self.sign_in()
        self.snapshots = [twin.snapshot() for twin in self.twins]

    @property
    def grants(self) -> list[Grant]:
        """Those that the fleet began with."""
        return [self.twins[0].world.fleet.grant(each) for each in range(CARS)]

    def answers(self, path: str, user_id: str, origin: str = "http://a") -> tuple[Reply, Reply]:
        headers = {"authorization": f"Bearer {self.token}", "sc-user-id": user_id}
        one, other = (
            twin.answer(Request("GET", path, query, headers, origin=origin)).reply
            for twin, query in zip(self.twins, ({}, {"anew": "1"}), strict=True)
        )
        return one, other

    @invariant()
    def both_say_the_same(self) -> None:
        for grant, code in zip(self.grants, CODES, strict=False):
            car = f"/v3/vehicles/{grant.vehicle_id}"
            for each in (
                (f"{car}/signals/{code}", grant.user_id, "http://a"),
                (f"{car}/signals/{code}", grant.user_id, "http://b"),
                (f"{car}/signals/{code}", self.grants[0].user_id, "http://a"),
                (car, grant.user_id, "http://a"),
            ):
                one, other = self.answers(*each)
                assert one == other

    @rule()
    def sign_in(self) -> None:
        self.token, other = (signed_in(twin) for twin in self.twins)
        assert self.token == other

    @rule(seconds=st.sampled_from(STEPS))
    def wait(self, seconds: float) -> None:
        for twin in self.twins:
            twin.clock.advance(seconds)

    @rule(car=st.integers(0, CARS - 1), name=st.sampled_from(["drive", "lock", "unlock", "park"]))
    def command(self, car: int, name: str) -> None:
        for twin in self.twins:
            with suppress(ValueError, Refused):  # it will not, now; nor will the other
                twin.command(self.grants[car].vehicle_id, name)

    @rule(
        car=st.integers(0, CARS - 1),
        code=st.sampled_from(CODES[:2]),
        value=st.integers(1, 99),
        frozen=st.booleans(),
        until=st.sampled_from([None, 7.0, 100.0]),
    )
    def set_signal(
        self, car: int, code: str, value: int, frozen: bool, until: float | None
    ) -> None:
        for twin in self.twins:
            ends = twin.clock.now() + until if frozen and until else None
            twin.set_signal(self.grants[car].vehicle_id, code, value, frozen=frozen, until=ends)

    @rule(car=st.integers(0, CARS - 1), code=st.sampled_from(CODES[:2]))
    def release_signal(self, car: int, code: str) -> None:
        for twin in self.twins:
            twin.release_signal(self.grants[car].vehicle_id, code)

    @rule(fault=st.sampled_from(FAULTS))
    def break_something(self, fault: FaultRule) -> None:
        for twin in self.twins:
            twin.faults.add(fault)

    @rule()
    def mend(self) -> None:
        for twin in self.twins:
            twin.faults.clear()

    @rule(limits=st.sampled_from([Limits(bucket=20), Limits(bucket=None), Limits(is_on=False)]))
    def limit(self, limits: Limits) -> None:
        for twin in self.twins:
            twin.limits.set(limits)

    @rule(car=st.integers(0, CARS - 1))
    def revoke(self, car: int) -> None:
        path = f"/v3/connections/{self.grants[car].id}"
        headers = {"authorization": f"Bearer {self.token}"}
        for twin in self.twins:
            twin.answer(Request("DELETE", path, {}, headers))

    @rule()
    def keep(self) -> None:
        self.snapshots = [twin.snapshot() for twin in self.twins]

    @rule()
    def go_back(self) -> None:
        for twin, snapshot in zip(self.twins, self.snapshots, strict=True):
            twin.restore(snapshot)

    @precondition(lambda self: len(self.twins[0].faults.all()) < 3)
    @rule(seed=st.sampled_from([None, 8]))
    def begin_anew(self, seed: int | None) -> None:
        for twin in self.twins:
            twin.reset(seed)
        self.sign_in()


TestWhatIsRememberedIsWhatWouldBeSaid = Twins.TestCase
TestWhatIsRememberedIsWhatWouldBeSaid.settings = settings(max_examples=60, stateful_step_count=20)


def asked(simulator: Simulator, token: str) -> Reply:
    """What the first car's range is said to be."""
    grant = simulator.world.fleet.grant(0)
    headers = {"authorization": f"Bearer {token}", "sc-user-id": grant.user_id}
    path = f"/v3/vehicles/{grant.vehicle_id}/signals/{CODES[0]}"
    return simulator.answer(Request("GET", path, {}, headers)).reply


def test_a_frozen_signal_thaws_though_it_is_remembered() -> None:
    simulator = Simulator(seed=7, fleet=1)
    token, car = signed_in(simulator), simulator.world.fleet.grant(0).vehicle_id
    ends = simulator.clock.now() + 20
    simulator.set_signal(car, CODES[0], 9, frozen=True, until=ends)
    simulator.clock.advance(10)
    frozen = asked(simulator, token).body
    assert asked(simulator, token).body == frozen
    simulator.clock.advance(10)
    assert asked(simulator, token).body != frozen


def test_a_rule_meets_what_is_remembered() -> None:
    simulator = Simulator(seed=7, fleet=1)
    token = signed_in(simulator)
    simulator.clock.advance(10)
    assert [asked(simulator, token).status for _ in range(2)] == [200, 200]
    simulator.faults.add(FaultRule(status=503, path="/v3/*", every=2))
    assert [asked(simulator, token).status for _ in range(4)] == [200, 503, 200, 503]


def test_what_is_remembered_ends_with_its_world() -> None:
    simulator = Simulator(seed=7, fleet=1)
    token = signed_in(simulator)
    simulator.clock.advance(10)
    assert [asked(simulator, token).status for _ in range(2)] == [200, 200]
    simulator.reset()
    assert asked(simulator, token).status == 401


WAYS: Final[dict[str, Callable[[Simulator, bytes], object]]] = {
    "restore": lambda simulator, _: simulator.restore("before"),
    "import": lambda simulator, exported: simulator.import_(exported),
    "reset": lambda simulator, _: simulator.reset(),
}


@pytest.mark.parametrize("go_back", WAYS.values(), ids=WAYS)
def test_another_world_tells_its_own_though_as_much_happened_at_the_same_time(
    go_back: Callable[[Simulator, bytes], object],
) -> None:
    simulator = Simulator(seed=7, fleet=1)
    begun = simulator.clock.now()
    simulator.snapshot("before")
    exported = simulator.export()

    def told(value: int, changes: int) -> object:
        """What Smartcar's own car says, whose token is good in every world."""
        while simulator.world.changes < changes:
            simulator.set_signal(PLAYGROUND_ID, CODES[0], value)
        simulator.clock.reach(begun + 60)
        path = f"/v3/vehicles/{PLAYGROUND_ID}/signals/{CODES[0]}"
        headers = {"authorization": f"Bearer {PLAYGROUND_TOKEN}"}
        said = [simulator.answer(Request("GET", path, {}, headers)).reply for _ in range(2)]
        assert said[0].body == said[1].body
        body: dict[str, Any] = msgspec.json.decode(said[0].body)
        return body["data"]["attributes"]["body"]["value"]

    changes = simulator.world.changes + 5
    assert told(8, changes) == 8
    go_back(simulator, exported)
    assert told(9, changes) == 9
    assert simulator.world.changes == changes
