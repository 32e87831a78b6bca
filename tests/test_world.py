"""A world that is kept, and found again."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from smartcar import Smartcar
from smartcar.cli.browser import Browser
from smartcar.protocol.wire import Request
from smartcar.simulator import MemoryJournal, Simulator, SqliteJournal
from smartcar.simulator.application import DEFAULT_CLIENT_ID as CLIENT_ID
from smartcar.simulator.application import DEFAULT_CLIENT_SECRET as CLIENT_SECRET
from smartcar.simulator.application import WEBHOOK_ID
from smartcar.simulator.events import ClockMoved
from smartcar.simulator.world import World

CALLBACK = "https://app.example.com/callback"


class App:
    """An application, its token, and the simulator it talks to."""

    def __init__(self, simulator: Simulator, token: str | None = None) -> None:
        self.simulator = simulator
        self.token = token or self.fresh_token()

    def fresh_token(self) -> str:
        client = f"client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
        body = f"grant_type=client_credentials&{client}".encode()
        token: str = self.ask("POST", "/oauth2/token", body=body)["access_token"]
        return token

    def wait(self, by: str) -> None:
        """Let time pass, longer than the token lives perhaps."""
        self.simulator.clock.advance(by)
        self.token = self.fresh_token()

    def ask(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        user: str | None = None,
        body: bytes = b"",
    ) -> Any:
        """The body of a good reply."""
        headers = {"authorization": f"Bearer {getattr(self, 'token', '')}"}
        if user is not None:
            headers["sc-user-id"] = user
        reply = self.simulator.send(Request(method, path, query or {}, headers, body, "http://h"))
        assert reply.is_success, reply.body
        return json.loads(reply.body) if reply.body else None

    def connect(self, email: str, make: str, button: str = "approval-button") -> dict[str, str]:
        browser = Browser(self.simulator, "http://h")
        query = {"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "approval_prompt": "force"}
        browser.open("/oauth/authorize", query)
        browser.press("continue-button")
        browser.press(make)
        browser.press("sign-in-button", username=email, password="any")
        browser.press(button)
        return browser.sent_back

    def connections(self, **query: str) -> list[Any]:
        page = self.ask("GET", "/v3/connections", {"page[size]": "100", **query})
        found: list[Any] = page["data"]
        return found

    def everything(self) -> list[Any]:
        """All that can be asked, for comparing two worlds."""
        seen: list[Any] = [
            self.connections(),
            self.connections(**{"filter[vehicle.mode]": "simulated"}),
        ]
        for each in seen[0]:
            car, user = whose(each)
            seen.append(self.ask("GET", f"/v3/vehicles/{car}/signals", user=user))
        return [*seen, self.ask("GET", "/v3/subscriptions")]


def whose(connection: Any) -> tuple[str, str]:
    """Ids of the car and of its owner."""
    related = connection["relationships"]
    return related["vehicle"]["data"]["id"], related["user"]["data"]["id"]


def test_a_world_begins_with_twelve_different_cars_in_live_connections() -> None:
    app = App(Simulator())
    found = app.connections()
    assert len(found) == 12
    cars = [each["attributes"]["vehicle"] for each in found]
    assert {car["mode"] for car in cars} == {"live"}
    assert len({(car["make"], car["model"]) for car in cars}) == 12
    assert {car["powertrainType"] for car in cars} >= {"BEV", "PHEV", "HEV", "ICE"}
    places = set()
    for each in found:
        car, user = whose(each)
        signals = app.ask("GET", f"/v3/vehicles/{car}/signals", user=user)["data"]
        here = next(s for s in signals if s["id"] == "location-preciselocation")
        if "body" in here["attributes"]:
            body = here["attributes"]["body"]
            places.add((round(body["latitude"]), round(body["longitude"])))
    assert len(places) >= 9


@pytest.mark.parametrize("size", [0, 1, 12, 57])
def test_a_fleet_is_as_large_as_was_asked_for(size: int) -> None:
    app = App(Simulator(fleet=size))
    assert len(app.connections()) == size
    assert app.ask("GET", "/v3/connections")["meta"]["totalCount"] == size


def test_a_large_fleet_has_a_first_and_a_last_page() -> None:
    app = App(Simulator(fleet=2_000))
    first = app.ask("GET", "/v3/connections", {"page[size]": "100"})
    assert first["meta"]["totalCount"] == 2_000
    last = app.ask("GET", "/v3/connections", {"page[size]": "100", "page[number]": "20"})
    assert len(first["data"]) == len(last["data"]) == 100
    assert last["links"]["next"] is None


def test_a_fleet_cannot_be_negative() -> None:
    with pytest.raises(ValueError, match="0 cars or more"):
        Simulator(fleet=-1)


def test_ids_of_a_fleet_are_distinct_and_unlike_those_of_another_seed() -> None:
    ids = [
        {
            name
            for each in App(Simulator(seed, 40)).connections()
            for name in (each["id"], *whose(each))
        }
        for seed in (0, 1)
    ]
    assert len(ids[0]) == len(ids[1]) >= 80
    assert not ids[0] & ids[1]


def test_connections_are_listed_newest_first_also_after_an_old_one_is_made_anew() -> None:
    app = App(Simulator(seed=7))
    oldest = app.simulator.world.fleet.grant(0)
    spec = app.simulator.world.garage.spec(oldest.vehicle_id)
    assert spec is not None
    app.connect("ada@example.com", "KIA")
    app.wait("1h")
    app.connect(oldest.owner_email, spec.make)
    made = [each["meta"]["createdAt"] for each in app.connections()]
    assert len(made) == 13
    assert made == sorted(made, reverse=True)


def test_an_owner_who_says_yes_anew_keeps_connection_and_user_id() -> None:
    app = App(Simulator(seed=7))
    grant = app.simulator.world.fleet.grant(0)
    spec = app.simulator.world.garage.spec(grant.vehicle_id)
    assert spec is not None
    app.wait("1h")
    assert app.connect(grant.owner_email, spec.make)["user_id"] == grant.user_id
    again = app.ask("GET", f"/v3/connections/{grant.id}")["data"]
    assert whose(again) == (grant.vehicle_id, grant.user_id)
    assert again["meta"]["createdAt"] < again["meta"]["updatedAt"]


def test_a_connection_that_ended_stays_ended_and_a_new_one_has_a_new_id() -> None:
    app = App(Simulator(seed=7))
    first = app.connections()[-1]
    car, user = whose(first)
    app.ask("DELETE", f"/v3/connections/{first['id']}")
    assert len(app.connections()) == app.ask("GET", "/v3/connections")["meta"]["totalCount"] == 11
    spec = app.simulator.world.garage.spec(car)
    assert spec is not None
    assert app.connect(spec.owner_email, spec.make)["user_id"] == user
    again = next(each for each in app.connections() if whose(each)[0] == car)
    assert again["id"] != first["id"]


# --- kept in a file ------------------------------------------------------------------------------


def lived(app: App) -> dict[str, str]:
    """Let much happen; give the ids to look for afterwards."""
    app.connect("ada@example.com", "TESLA")
    ada = app.connections()[0]
    car, user = whose(ada)
    path = f"/v3/vehicles/{car}"
    app.wait("9h")
    app.ask("POST", f"{path}/commands/security/unlock", user=user)
    limit = b'{"data":{"attributes":{"percent":73}}}'
    execution = app.ask("POST", f"{path}/commands/charge/set-limit", user=user, body=limit)
    daily = {
        "location": {"latitude": 48.1, "longitude": 11.5},
        "startTime": "22:00",
        "stopTime": "06:00",
    }
    body = json.dumps({"data": {"attributes": daily}}).encode()
    schedule = app.ask("POST", f"{path}/charge-schedules/daily", user=user, body=body)
    wanted = {"webhookId": WEBHOOK_ID, "userId": user, "vehicleId": car}
    body = json.dumps({"data": {"attributes": wanted}}).encode()
    app.ask("POST", "/v3/subscriptions", body=body)
    app.ask("DELETE", f"/v3/connections/{app.connections()[-1]['id']}")
    app.wait("20min")
    return {
        "car": car,
        "user": user,
        "execution": execution["data"]["id"],
        "schedule": schedule["data"]["attributes"]["scheduleId"],
    }


def test_a_world_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(seed=5, journal=SqliteJournal(path)) as simulator:
        app = App(simulator)
        ids = lived(app)
        now, before = simulator.clock.now(), app.everything()
    with Simulator(seed=99, fleet=3, journal=SqliteJournal(path)) as simulator:
        assert simulator.world.is_restored
        assert simulator.world.seed == 5
        assert simulator.clock.now() == now
        app = App(simulator, app.token)
        assert app.everything() == before
        path_ = f"/v3/vehicles/{ids['car']}"
        for kind, which in (("command-executions", "execution"), ("charge-schedules", "schedule")):
            one = app.ask("GET", f"{path_}/{kind}/{ids[which]}", user=ids["user"])
            assert one["data"]["id"] == ids[which]


def test_a_world_that_was_not_closed_has_lost_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    journal = SqliteJournal(path)
    killed = Simulator(seed=5, journal=journal)
    app = App(killed)
    lived(app)
    app.wait("1h")
    before = app.everything()
    journal.close()  # as its process's death would, without a word to the simulator
    with Simulator(journal=SqliteJournal(path)) as simulator:
        assert simulator.clock.now() == killed.clock.now()
        assert App(simulator, app.token).everything() == before


def test_two_simulators_do_not_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(journal=SqliteJournal(path)), pytest.raises(OSError, match=r"state\.db.*locked"):
        Simulator(journal=SqliteJournal(path))


def test_a_clock_does_not_go_back_behind_an_answer_that_was_given(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    journal = SqliteJournal(path)
    killed = Simulator(journal=journal)
    killed.clock.advance("30d")
    told = killed.send(Request("GET", "/v3/connections")).headers["date"]
    journal.close()  # as its process's death would, without a word to the simulator
    with Simulator(journal=SqliteJournal(path)) as simulator:
        again = simulator.send(Request("GET", "/v3/connections")).headers["date"]
    assert parsedate_to_datetime(again) >= parsedate_to_datetime(told) - timedelta(minutes=5)


def test_a_kept_world_and_one_in_memory_say_the_same(tmp_path: Path) -> None:
    kept = App(Simulator(seed=5, journal=SqliteJournal(tmp_path / "state.db")))
    forgotten = App(Simulator(seed=5, journal=MemoryJournal()))
    assert lived(kept) == lived(forgotten)
    assert kept.everything() == forgotten.everything()
    kept.simulator.close()


def test_a_world_restored_twice_is_the_same_again(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(seed=5, journal=SqliteJournal(path)) as simulator:
        app = App(simulator)
        lived(app)
    seen: list[Any] = []
    for _ in range(2):
        with Simulator(journal=SqliteJournal(path)) as simulator:
            seen.append(App(simulator, app.token).everything())
    assert seen[0] == seen[1]


def test_ids_made_after_a_restart_are_new(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    tokens: list[str] = []
    for _ in range(3):
        with Simulator(journal=SqliteJournal(path)) as simulator:
            tokens += [App(simulator).token, App(simulator).token]
    assert len(set(tokens)) == 6


def test_codes_and_refresh_tokens_outlive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(journal=SqliteJournal(path)) as simulator:
        code = App(simulator).connect("ada@example.com", "TESLA")["code"]
    client = f"client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
    with Simulator(journal=SqliteJournal(path)) as simulator:
        body = f"{client}&grant_type=authorization_code&code={code}".encode()
        pair = App(simulator).ask("POST", "/oauth/token", body=body)
        reply = simulator.send(Request("POST", "/oauth/token", body=body))
        assert reply.status == 400
    with Simulator(journal=SqliteJournal(path)) as simulator:
        assert simulator.send(Request("POST", "/oauth/token", body=body)).status == 400
        again = f"{client}&grant_type=refresh_token&refresh_token={pair['refresh_token']}".encode()
        assert App(simulator).ask("POST", "/oauth/token", body=again)["access_token"]


def test_closing_twice_is_closing(tmp_path: Path) -> None:
    with Simulator(journal=SqliteJournal(tmp_path / "state.db")) as simulator:
        simulator.close()


def test_a_failed_write_leaves_a_car_as_it_was(tmp_path: Path) -> None:
    class Full(MemoryJournal):
        """A disk that is full from now on."""

        is_full = False

        def append(self, event: object) -> None:
            if self.is_full:
                raise OSError(28, "No space left on device")

    journal = Full()
    app = App(Simulator(seed=7, journal=journal))
    car, user = whose(app.connections()[-1])
    before = app.ask("GET", f"/v3/vehicles/{car}/signals", user=user)
    journal.is_full = True
    with pytest.raises(OSError, match="No space"):
        app.ask("POST", f"/v3/vehicles/{car}/commands/security/unlock", user=user)
    journal.is_full = False
    assert app.ask("GET", f"/v3/vehicles/{car}/signals", user=user) == before


@pytest.mark.parametrize(
    "content", [b"no database at all " * 9, b"SQLite format 3\x00" + b"\xff" * 99]
)
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(content)
    with pytest.raises(OSError, match="cannot be used to keep the simulator's state"):
        SqliteJournal(path)
    assert path.read_bytes() == content


def test_a_file_in_no_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot be used to keep the simulator's state"):
        SqliteJournal(tmp_path / "missing" / "state.db")


@pytest.mark.parametrize(
    "row",
    [b"{broken", b"{}", b'{"type":"Unheard","at":1}', b'{"type":"Founded","at":"x"}', b"\xff"],
)
def test_events_that_cannot_be_read_are_refused(tmp_path: Path, row: bytes) -> None:
    path = tmp_path / "state.db"
    Simulator(journal=SqliteJournal(path)).close()
    with sqlite3.connect(path) as file:
        file.execute("INSERT INTO event (body) VALUES (?)", (row,))
    file.close()
    journal = SqliteJournal(path)
    try:
        with pytest.raises(OSError, match="cannot be used to keep the simulator's state"):
            Simulator(journal=journal)
    finally:
        journal.close()


def test_a_table_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE event (name TEXT)")
    file.close()
    with pytest.raises(OSError, match="cannot be used to keep the simulator's state"):  # noqa: PT012
        journal = SqliteJournal(path)
        try:
            Simulator(journal=journal)
        finally:
            journal.close()


def test_events_come_back_in_their_order_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    told = [ClockMoved(at=float(number)) for number in range(50)]
    journal = SqliteJournal(path)
    for event in told:
        journal.append(event)
    journal.close()
    again = SqliteJournal(path)
    assert list(again) == told
    again.close()
    assert World(journal=MemoryJournal()).is_restored is False


@pytest.mark.parametrize("gone", [[0], [11], [4, 5], [11, 10, 0], [0, 2, 4, 6, 8, 10]])
@pytest.mark.parametrize("size", [1, 5, 100])
def test_every_page_leaves_out_just_what_was_removed(gone: list[int], size: int) -> None:
    simulator = Simulator(seed=7)
    whole = [simulator.world.fleet.grant(index).id for index in range(11, -1, -1)]
    removed = [simulator.world.fleet.grant(index).id for index in gone]
    with Smartcar(transport=simulator) as smartcar:
        for connection_id in removed:
            smartcar.remove_connection(connection_id)
        left = [each.id for each in smartcar.connections(page_size=size)]
    assert left == [each for each in whole if each not in removed]
