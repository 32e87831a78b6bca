"""The simulated API: the same bytes for the same calls, in the shapes of the reference."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartcar.api.catalogue import find
from smartcar.cli.browser import Browser
from smartcar.protocol.wire import Reply, Request
from smartcar.simulator import SimulatedApplication, Simulator
from smartcar.simulator.application import APPLICATION_ID, WEBHOOK_ID
from smartcar.simulator.application import DEFAULT_CLIENT_ID as CLIENT_ID
from smartcar.simulator.application import DEFAULT_CLIENT_SECRET as CLIENT_SECRET
from smartcar.simulator.cars.spec import PLAYGROUND_ID

ORIGIN = "https://vehicle.api.smartcar.com"
CALLBACK = "https://app.example.com/callback"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
GRANT = {
    "grant_type": "client_credentials",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
}


class App:
    """An application that asks."""

    def __init__(self, simulator: Simulator, token: str | None = None) -> None:
        self.simulator = simulator
        self.replies: list[Reply] = []
        self.token = token or ""
        if token is None:
            self.log_in()

    def log_in(self) -> None:
        body = urlencode(GRANT).encode()
        self.token = json.loads(self._send(Request("POST", "/oauth2/token", body=body)).body)[
            "access_token"
        ]

    def ask(
        self, method: str, path: str, user: str | None = None, body: Any = None, **query: str
    ) -> Reply:
        headers = {"authorization": f"Bearer {self.token}"}
        if user is not None:
            headers["sc-user-id"] = user
        content = b"" if body is None else json.dumps({"data": {"attributes": body}}).encode()
        return self._send(Request(method, f"/v3{path}", query, headers, content, ORIGIN))

    def get(self, path: str, user: str | None = None, **query: str) -> Any:
        reply = self.ask("GET", path, user, **query)
        assert reply.status == 200, reply.body
        assert reply.headers["content-type"] == "application/json"
        return json.loads(reply.body)

    def connect(self, email: str, make: str, *, scope: str = "", button: str = "") -> Reply:
        browser = Browser(self, ORIGIN)
        query = {"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "approval_prompt": "force"}
        browser.open("/oauth/authorize", query | ({"scope": scope} if scope else {}))
        browser.press("continue-button")
        browser.press(make)
        browser.press("sign-in-button", username=email, password="any")
        browser.press(button or "approval-button")
        return self.replies[-1]

    def cars(self, **query: str) -> list[tuple[str, str, Any]]:
        """Id, owner and make, model, … of each car."""
        page = self.get("/connections", **{"page[size]": "100", **query})
        return [
            (
                each["relationships"]["vehicle"]["data"]["id"],
                each["relationships"]["user"]["data"]["id"],
                each["attributes"],
            )
            for each in page["data"]
        ]

    def send(self, request: Request) -> Reply:
        """For the browser."""
        return self._send(request)

    def close(self) -> None:
        """Nothing is open."""

    def _send(self, request: Request) -> Reply:
        self.replies.append(self.simulator.send(request))
        return self.replies[-1]


@pytest.fixture
def app() -> App:
    return App(Simulator(seed=7))


def car_that(app: App, is_so: Callable[[Any], bool]) -> tuple[str, str]:
    return next((car, user) for car, user, facts in app.cars() if is_so(facts))


def of_make(make: str) -> Callable[[Any], bool]:
    return lambda facts: facts["vehicle"]["make"] == make


# --- the same bytes ------------------------------------------------------------------------------


def story(app: App) -> None:
    """Some two hundred calls of every kind, good and bad."""
    for email, make in (("ada@example.com", "TESLA"), ("bo@example.com", "VOLVO")):
        app.connect(email, make, scope="required:read_vin read_charge control_charge")
    app.connect("cy@example.com", "KIA", button="deny-button")
    app.ask("GET", "/applications")
    for number in ("1", "2", "3", "x"):
        app.ask("GET", "/connections", **{"page[size]": "5", "page[number]": number})
    for hours in (0, 5, 9, 30):
        app.simulator.clock.advance(hours * 3600 + 61)
        app.log_in()
        for car, user, _ in app.cars():
            app.ask("GET", f"/vehicles/{car}/signals", user)
            app.ask("POST", f"/vehicles/{car}/commands/charge/start", user)
            app.ask("POST", f"/vehicles/{car}/commands/security/unlock", user)
        daily = {
            "location": {"latitude": 1, "longitude": 2},
            "startTime": "22:00",
            "stopTime": "06:00",
        }
        app.ask("POST", f"/vehicles/{car}/charge-schedules/daily", user, daily)
        wanted = {"webhookId": WEBHOOK_ID, "userId": user, "vehicleId": car}
        app.ask("POST", "/subscriptions", body=wanted)
        app.ask("GET", "/subscriptions")
    car, user, _ = app.cars()[3]
    app.ask("GET", "/compatible-vehicles", **{"page[size]": "3"})
    app.ask("DELETE", f"/users/{user}")
    app.ask("GET", f"/vehicles/{car}/signals", user)
    app.ask("GET", "/nowhere")
    app.ask("POST", f"/vehicles/{car}/commands/charge/set-limit", user, {"percent": 49})


def test_the_same_seed_and_the_same_calls_give_the_same_bytes() -> None:
    told = []
    for _ in range(2):
        app = App(Simulator(seed=3))
        story(app)
        told.append(app.replies)
    assert len(told[0]) > 180
    assert {reply.status for reply in told[0]} >= {200, 202, 204, 302, 400, 404, 409, 501}
    for one, other in zip(*told, strict=True):
        assert (one.status, dict(one.headers), one.body) == (
            other.status,
            dict(other.headers),
            other.body,
        )


def test_another_seed_gives_other_cars() -> None:
    seen = []
    for seed in (0, 1, 2, 2**53):
        app = App(Simulator(seed))
        seen.append({car for car, _, _ in app.cars()} | {app.token})
    assert len(set.union(*seen)) == sum(len(each) for each in seen)


STEPS = st.one_of(
    st.tuples(st.just("wait"), st.floats(0, 1e6)),
    st.tuples(st.just("token"), st.none()),
    st.tuples(
        st.just("connect"), st.sampled_from(["a@x.org", "b@x.org", "3-vehicles@smartcar.com"])
    ),
    st.tuples(st.just("signals"), st.integers(0, 20)),
    st.tuples(
        st.sampled_from(["charge/start", "charge/stop", "security/lock", "security/unlock"]),
        st.integers(0, 20),
    ),
    st.tuples(st.just("limit"), st.integers(40, 110)),
    st.tuples(st.just("end"), st.integers(0, 20)),
)


def do(app: App, step: tuple[str, Any]) -> None:
    match step:
        case "wait", by:
            app.simulator.clock.advance(by)
            app.log_in()
        case "token", _:
            app.log_in()
        case "connect", email:
            app.connect(email, "VOLVO", scope="read_charge control_charge control_security")
        case what, which:
            cars = app.cars()
            if not cars:
                return
            car, user, _ = cars[which % len(cars)]
            if what == "signals":
                app.ask("GET", f"/vehicles/{car}/signals", user)
            elif what == "end":
                app.ask("DELETE", f"/users/{user}")
            elif what == "limit":
                path = f"/vehicles/{car}/commands/charge/set-limit"
                app.ask("POST", path, user, {"percent": which})
            else:
                app.ask("POST", f"/vehicles/{car}/commands/{what}", user)


@settings(max_examples=10)
@given(st.integers(0, 2**32), st.lists(STEPS, max_size=12))
def test_whatever_is_done_two_simulators_agree(seed: int, steps: list[tuple[str, Any]]) -> None:
    apps = [App(Simulator(seed, 4)), App(Simulator(seed, 4))]
    for step in steps:
        for app in apps:
            do(app, step)
    one, other = ([(r.status, dict(r.headers), r.body) for r in app.replies] for app in apps)
    assert one == other
    assert all(status < 500 or status == 501 for status, _, _ in one)


def test_looking_changes_nothing(app: App) -> None:
    quiet = App(Simulator(seed=7))
    for car, user, _ in app.cars():
        app.get(f"/vehicles/{car}/signals", user)
    for one in (app, quiet):
        one.simulator.clock.advance(60)
    car, user, _ = app.cars()[4]
    assert app.get(f"/vehicles/{car}/signals", user) == quiet.get(f"/vehicles/{car}/signals", user)


async def test_asking_and_awaiting_are_the_same() -> None:
    request = Request("GET", "/v3/connections", {}, {"authorization": "Bearer test-data-token"})
    async_one, sync_one = Simulator(), Simulator()
    assert (await async_one.asend(request)).body == sync_one.send(request).body
    await async_one.aclose()


# --- every reply ---------------------------------------------------------------------------------


def test_every_reply_has_a_date_and_an_id_of_its_own(app: App) -> None:
    story(app)
    now = app.simulator.clock.now()
    ids = {reply.headers["sc-request-id"] for reply in app.replies}
    assert len(ids) == len(app.replies)
    assert all(str(UUID(each)) == each for each in ids)
    last = parsedate_to_datetime(app.replies[-1].headers["date"])
    assert last.timestamp() == int(now)
    for reply in app.replies:
        assert all(name == name.lower() for name in reply.headers)


def links_in(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        for name, value in content.items():
            if name == "links":
                yield from (link for link in value.values() if isinstance(link, str))
            else:
                yield from links_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from links_in(value)


def test_links_are_absolute_and_lead_where_they_say(app: App) -> None:
    car, user, _ = app.cars()[0]
    seen = [
        app.get("/connections", **{"page[size]": "3", "page[number]": "2"}),
        app.get(f"/vehicles/{car}"),
        app.get(f"/vehicles/{car}/signals/odometer-traveleddistance", user),
        app.get("/webhooks"),
        app.get("/applications"),
    ]
    followed = 0
    for link in links_in(seen):
        assert link.startswith(f"{ORIGIN}/v3/")
        assert not set("[]") & set(link)
        path, _, query = link.removeprefix(f"{ORIGIN}/v3").partition("?")
        reply = app.ask("GET", path, user, **dict(_pairs(query)))
        assert reply.status == 200, link
        followed += 1
    assert followed > 15


def _pairs(query: str) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl  # noqa: PLC0415

    return parse_qsl(query)


# --- connections and vehicles --------------------------------------------------------------------

VEHICLE = {"make", "model", "year", "powertrainType", "mode"}


def test_a_connection_has_the_shape_of_the_reference(app: App) -> None:
    page = app.get("/connections")
    assert page.keys() == {"data", "meta", "links"}
    assert page["meta"] == {
        "totalCount": 12,
        "pageSize": 10,
        "pageNumber": 1,
        "orderBy": "createdAt",
        "orderDirection": "DESC",
    }
    assert page["links"].keys() == {"self", "first", "last", "next", "prev"}
    for each in page["data"]:
        check_connection(each)
        alone = app.get(f"/connections/{each['id']}")
        assert alone == {"data": each}


def check_connection(each: Any) -> None:
    assert each.keys() == {"id", "type", "attributes", "relationships", "meta", "links"}
    assert each["type"] == "connection"
    assert each["attributes"].keys() == {"permissions", "vehicle"}
    assert each["attributes"]["vehicle"].keys() == VEHICLE
    assert isinstance(each["attributes"]["vehicle"]["year"], int)
    vehicle, user = each["relationships"]["vehicle"], each["relationships"]["user"]
    assert vehicle["data"].keys() == {"id", "type"}
    assert vehicle["links"] == {"related": f"{ORIGIN}/v3/vehicles/{vehicle['data']['id']}"}
    assert user == {"data": {"id": user["data"]["id"], "type": "user"}}
    assert each["meta"].keys() == {"createdAt", "updatedAt"}
    assert all(INSTANT.fullmatch(text) for text in each["meta"].values())
    assert each["links"] == {"self": f"{ORIGIN}/v3/connections/{each['id']}"}


def test_a_vehicle_has_the_shape_of_the_reference_and_nothing_empty(app: App) -> None:
    for car, _, facts in app.cars():
        body = app.get(f"/vehicles/{car}")
        assert body == {
            "data": {
                "id": car,
                "type": "vehicle",
                "attributes": facts["vehicle"],
                "links": {"self": f"{ORIGIN}/v3/vehicles/{car}"},
            }
        }


def test_connections_are_filtered_by_owner_car_and_mode(app: App) -> None:
    car, user, _ = app.cars()[5]
    for query in ({"filter[userId]": user}, {"filter[vehicleId]": car}):
        assert [each[0] for each in app.cars(**query)] == [car]
    assert app.cars(**{"filter[userId]": "nobody"}) == []
    assert app.cars(**{"filter[vehicle.mode]": "simulated"}) == []
    assert len(app.cars(**{"filter[vehicle.mode]": "live"})) == 12
    page = app.get("/connections")
    assert all("filter%5Bvehicle.mode%5D=live" in link for link in page["links"].values() if link)


def test_a_connection_ends(app: App) -> None:
    each = app.get("/connections")["data"][0]
    car = each["relationships"]["vehicle"]["data"]["id"]
    user = each["relationships"]["user"]["data"]["id"]
    reply = app.ask("DELETE", f"/connections/{each['id']}")
    assert (reply.status, reply.body) == (204, b"")
    assert "content-type" not in reply.headers
    assert app.ask("GET", f"/connections/{each['id']}").status == 404
    assert app.ask("DELETE", f"/connections/{each['id']}").status == 404
    assert app.ask("GET", f"/vehicles/{car}").status == 404
    assert app.ask("GET", f"/vehicles/{car}/signals", user).status == 404
    assert app.get("/connections")["meta"]["totalCount"] == 11


def test_a_user_is_removed_with_all_connections(app: App) -> None:
    app.connect("3-vehicles@smartcar.com", "KIA")
    user = app.cars()[0][1]
    assert len(app.cars(**{"filter[userId]": user})) == 3
    assert app.ask("DELETE", f"/users/{user}").status == 204
    assert app.cars(**{"filter[userId]": user}) == []
    assert app.ask("DELETE", f"/users/{user}").status == 404


# --- signals -------------------------------------------------------------------------------------


def signals_of_all(app: App) -> Iterator[Any]:
    for car, user, _ in app.cars():
        yield from app.get(f"/vehicles/{car}/signals", user)["data"]


def test_all_signals_come_with_their_car_and_on_one_page(app: App) -> None:
    for car, user, facts in app.cars():
        body = app.get(f"/vehicles/{car}/signals", user)
        assert body.keys() == {"data", "meta", "links", "included"}
        count = len(body["data"])
        assert count >= 20
        assert body["meta"] == {"totalCount": count, "pageSize": count, "pageNumber": 1}
        assert body["links"] == {"self": f"{ORIGIN}/v3/vehicles/{car}/signals"}
        assert body["included"]["vehicle"]["id"] == car
        assert body["included"]["vehicle"]["attributes"] == facts["vehicle"]


def test_a_car_that_is_included_has_no_empty_parts(app: App) -> None:
    car, user, _ = app.cars()[0]
    included = app.get(f"/vehicles/{car}/signals", user)["included"]
    assert included["vehicle"].keys() == {"id", "type", "attributes", "links"}


def test_every_signal_says_how_it_is(app: App) -> None:
    for each in signals_of_all(app):
        status = each["attributes"]["status"]
        assert status["value"] in {"SUCCESS", "ERROR"}
        assert status.keys() == ({"value"} if status["value"] == "SUCCESS" else {"value", "error"})


def is_good(signal: Any) -> bool:
    return "error" not in signal["attributes"]["status"]


def test_a_good_signal_has_a_body_and_its_times(app: App) -> None:
    for each in signals_of_all(app):
        if not is_good(each):
            continue
        known = find(each["id"])
        assert known is not None
        attributes = each["attributes"]
        assert attributes.keys() == {"code", "name", "group", "status", "body"}
        assert (attributes["code"], attributes["name"], attributes["group"]) == (
            each["id"],
            known.name,
            known.group,
        )
        times = {"ingestedAt"} | (set() if known.is_attribute else {"oemUpdatedAt", "retrievedAt"})
        assert each["meta"].keys() == times
        assert all(INSTANT.fullmatch(text) for text in each["meta"].values())


def test_signals_have_no_empty_parts(app: App) -> None:
    for each in signals_of_all(app):
        assert each.keys() <= {"id", "type", "attributes", "meta", "links"}
        assert each.get("meta") != {}
        assert each["type"] == "signal"


def test_times_of_a_signal_are_in_order_and_never_ahead(app: App) -> None:
    for _ in range(9):
        app.simulator.clock.advance("2h 7min")
        app.log_in()
        now = parsedate_to_datetime(app.replies[-1].headers["date"]).isoformat()[:19]
        for each in signals_of_all(app):
            meta = each.get("meta", {})
            order = [meta[n] for n in ("oemUpdatedAt", "retrievedAt", "ingestedAt") if n in meta]
            assert order == sorted(order)
            assert all(text[:19] <= now for text in order), each


def test_what_a_car_cannot_say_has_no_body_and_only_the_time_of_storing(app: App) -> None:
    found = [
        each
        for each in signals_of_all(app)
        if each["attributes"]["status"].get("error", {}).get("type") == "COMPATIBILITY"
    ]
    assert len(found) > 20
    for each in found:
        assert "body" not in each["attributes"]
        assert each["meta"].keys() == {"ingestedAt"}
        error = each["attributes"]["status"]["error"]
        assert error.keys() == {"type", "code", "title", "detail", "resolution"}
        assert error["code"] == "VEHICLE_NOT_CAPABLE"
        assert error["resolution"] == {"type": "UNKNOWN_RESOLUTION_TYPE"}


def test_what_was_not_granted_has_neither_body_nor_times(app: App) -> None:
    found = [
        each
        for each in signals_of_all(app)
        if each["attributes"]["status"].get("error", {}).get("type") == "PERMISSION"
    ]
    assert {each["attributes"]["group"] for each in found} >= {"Location"}
    for each in found:
        assert "body" not in each["attributes"]
        assert not each.get("meta")


def test_the_code_of_a_missing_permission_is_null(app: App) -> None:
    for each in signals_of_all(app):
        error = each["attributes"]["status"].get("error", {})
        if error.get("type") == "PERMISSION":
            assert error["code"] is None


def test_what_a_car_cannot_say_now_has_a_body_without_a_value_and_full_times(app: App) -> None:
    found = [
        each
        for each in signals_of_all(app)
        if each["attributes"]["status"].get("error", {}).get("type") == "VEHICLE_STATE"
    ]
    assert any(each["id"] == "charge-chargerate" for each in found)
    for each in found:
        assert each["attributes"]["body"]["value"] is None
        assert each["meta"].keys() == {"oemUpdatedAt", "retrievedAt", "ingestedAt"}


def test_one_signal_is_the_one_of_the_list_with_its_car(app: App) -> None:
    for car, user, _ in app.cars()[::4]:
        everything = app.get(f"/vehicles/{car}/signals", user)
        for each in everything["data"]:
            one = app.get(f"/vehicles/{car}/signals/{each['id']}", user)
            assert one == {"data": each, "included": everything["included"]}


def test_permissions_open_their_own_signals_and_no_others(app: App) -> None:
    app.connect("ada@example.com", "TESLA", scope="read_odometer")
    car, user, facts = app.cars()[0]
    assert facts["permissions"] == ["read_odometer"]
    for each in app.get(f"/vehicles/{car}/signals", user)["data"]:
        known = find(each["id"])
        assert known is not None
        error = each["attributes"]["status"].get("error", {})
        assert (error.get("type") == "PERMISSION") is ("read_odometer" not in known.permissions)


# --- commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("charge/set-limit", "charge-set-limit", {"percent": 80}),
        ("charge/set-limit", "charge-set-limit", {"percent": 50}),
        ("charge/set-limit", "charge-set-limit", {"percent": 100}),
        ("charge-port/open", "charge-port-open", None),
        ("security/lock", "security-lock", None),
        ("security/unlock", "security-unlock", None),
        (
            "navigation/set-destination",
            "navigation-set-destination",
            {"latitude": 48.1, "longitude": 11.5},
        ),
        (
            "navigation/set-destination",
            "navigation-set-destination",
            {"latitude": -90, "longitude": 180},
        ),
    ],
)
def test_a_command_is_answered_in_the_shape_of_the_reference(
    app: App, path: str, kind: str, body: Any
) -> None:
    car, user = car_that(app, of_make("TESLA"))
    reply = app.ask("POST", f"/vehicles/{car}/commands/{path}", user, body)
    assert reply.status == 200, reply.body
    data = json.loads(reply.body)["data"]
    assert data["type"] == "command-execution"
    assert data["id"].startswith("exec_")
    attributes = data["attributes"]
    assert attributes["commandType"] == kind
    assert attributes["executionMode"] == "sync"
    assert attributes.get("parameters", {}) == (body or {})
    assert data["meta"].keys() == {"executedAt", "completedAt", "durationInSeconds"}
    assert INSTANT.fullmatch(data["meta"]["executedAt"])
    again = app.get(f"/vehicles/{car}/command-executions/{data['id']}", user)
    assert again == {"data": data}


def test_an_execution_says_that_it_succeeded_and_has_no_empty_parts(app: App) -> None:
    car, user = car_that(app, of_make("TESLA"))
    reply = app.ask("POST", f"/vehicles/{car}/commands/charge/set-limit", user, {"percent": 80})
    data = json.loads(reply.body)["data"]
    assert data["attributes"].pop("status") == {"value": "SUCCESS"}
    assert data.keys() == {"id", "type", "attributes", "meta"}
    assert data["attributes"].keys() == {"commandType", "executionMode", "parameters"}


def value(app: App, car: str, user: str, code: str) -> Any:
    body = app.get(f"/vehicles/{car}/signals/{code}", user)["data"]["attributes"]["body"]
    return body.get("value", body)


def test_a_command_changes_the_car(app: App) -> None:
    car, user = car_that(app, of_make("TESLA"))
    for path, is_locked in (("unlock", False), ("lock", True)):
        assert app.ask("POST", f"/vehicles/{car}/commands/security/{path}", user).status == 200
        assert value(app, car, user, "closure-islocked") is is_locked
    app.ask("POST", f"/vehicles/{car}/commands/charge/set-limit", user, {"percent": 63})
    assert value(app, car, user, "charge-chargelimits")["activeLimit"] == 63


def test_a_car_that_is_not_plugged_in_refuses_to_charge(app: App) -> None:
    car, user = next(
        (car, user)
        for car, user, facts in app.cars()
        if facts["vehicle"]["powertrainType"] == "BEV"
        and not value(app, car, user, "charge-ischargingcableconnected")
    )
    for what in ("start", "stop"):
        reply = app.ask("POST", f"/vehicles/{car}/commands/charge/{what}", user)
        item = json.loads(reply.body)["errors"][0]
        assert (reply.status, item["type"], item["code"]) == (
            409,
            "VEHICLE_STATE",
            "CHARGING_PLUG_NOT_CONNECTED",
        )
        assert item["suggestedUserMessage"]


def test_a_car_without_a_plug_cannot_be_charged_at_all(app: App) -> None:
    car, user = car_that(app, lambda facts: facts["vehicle"]["powertrainType"] in {"ICE", "HEV"})
    for path in ("charge/start", "charge/stop", "charge-port/open", "charge-port/close"):
        reply = app.ask("POST", f"/vehicles/{car}/commands/{path}", user)
        item = json.loads(reply.body)["errors"][0]
        assert (reply.status, item["type"], item["code"]) == (
            501,
            "COMPATIBILITY",
            "VEHICLE_NOT_CAPABLE",
        )


def test_a_moving_car_does_not_lock(app: App) -> None:
    seen = set()
    for _ in range(200):
        app.simulator.clock.advance("11min")
        app.log_in()
        for car, user, _ in app.cars()[:6]:
            reply = app.ask("POST", f"/vehicles/{car}/commands/security/lock", user)
            if reply.status == 409:
                seen.add(json.loads(reply.body)["errors"][0]["code"])
        if seen:
            break
    assert seen == {"IN_MOTION"}


def test_a_command_that_was_refused_is_no_execution_and_changes_nothing(app: App) -> None:
    car, user = car_that(app, of_make("FORD"))
    before = app.get(f"/vehicles/{car}/signals", user)
    app.ask("POST", f"/vehicles/{car}/commands/charge/start", user)
    assert app.get(f"/vehicles/{car}/signals", user) == before


def test_a_command_needs_its_permission(app: App) -> None:
    car, user = car_that(app, lambda facts: "control_security" not in facts["permissions"])
    reply = app.ask("POST", f"/vehicles/{car}/commands/security/lock", user)
    item = json.loads(reply.body)["errors"][0]
    assert (reply.status, item["type"], item["code"]) == (403, "PERMISSION", None)
    assert item["resolution"] == {"type": "REAUTHENTICATE"}


WINDOW = {"startTime": "22:00", "stopTime": "06:00"}
AT_HOME = {"location": {"latitude": 38.5, "longitude": -121.4}}
SCHEDULES = {
    "daily": AT_HOME | WINDOW,
    "weekly": AT_HOME | {"days": {"monday": WINDOW, "sunday": WINDOW}},
    "workweek": AT_HOME | {"weekdays": WINDOW, "weekends": WINDOW},
}


@pytest.mark.parametrize("kind", sorted(SCHEDULES))
def test_a_tesla_takes_every_schedule_and_shows_and_forgets_it(app: App, kind: str) -> None:
    car, user = car_that(app, of_make("TESLA"))
    reply = app.ask("POST", f"/vehicles/{car}/charge-schedules/{kind}", user, SCHEDULES[kind])
    assert reply.status == 200, reply.body
    data = json.loads(reply.body)["data"]
    attributes = data["attributes"]
    assert data["type"] == "charge-schedule-execution"
    assert (attributes["action"], attributes["scheduleType"]) == ("create", kind)
    assert attributes["parameters"] == SCHEDULES[kind]
    which = attributes["scheduleId"]
    assert data["links"] == {"schedule": f"/vehicles/{car}/charge-schedules/{which}"}
    path = f"/vehicles/{car}/charge-schedule-executions/{data['id']}"
    assert app.get(path, user)["data"] == data
    timers = value(app, car, user, "charge-chargetimers")["values"]
    (timer,) = [timer for timer in timers if timer.get("scheduleId") == which]
    assert (timer["type"], timer["scheduleType"]) == ("LOCATION", kind.upper())
    one = app.get(f"/vehicles/{car}/charge-schedules/{which}", user)["data"]
    assert (one["id"], one["type"]) == (which, "charge-schedule")
    gone = app.ask("DELETE", f"/vehicles/{car}/charge-schedules/{which}", user)
    assert gone.status == 200
    assert json.loads(gone.body)["data"]["attributes"]["action"] == "delete"
    assert app.ask("GET", f"/vehicles/{car}/charge-schedules/{which}", user).status == 404
    assert app.ask("DELETE", f"/vehicles/{car}/charge-schedules/{which}", user).status == 404


def test_a_volvo_takes_daily_schedules_only_and_other_makes_none(app: App) -> None:
    for make, allowed in (("VOLVO", {"daily"}), ("VOLKSWAGEN", set[str]())):
        car, user = car_that(app, of_make(make))
        for kind, body in SCHEDULES.items():
            reply = app.ask("POST", f"/vehicles/{car}/charge-schedules/{kind}", user, body)
            assert reply.status == (200 if kind in allowed else 501), (make, kind)


def test_an_execution_is_its_cars_and_its_owners_own(app: App) -> None:
    (car, user, _), (other, stranger, _) = app.cars()[:2]
    reply = app.ask("POST", f"/vehicles/{car}/commands/security/lock", user)
    which = json.loads(reply.body)["data"]["id"]
    assert app.ask("GET", f"/vehicles/{car}/command-executions/{which}", user).status == 200
    assert app.ask("GET", f"/vehicles/{other}/command-executions/{which}", stranger).status == 404
    path = f"/vehicles/{car}/charge-schedule-executions/{which}"
    assert app.ask("GET", path, user).status == 404


# --- management ----------------------------------------------------------------------------------


def test_a_webhook_has_the_shape_of_the_reference(app: App) -> None:
    page = app.get("/webhooks")
    assert page["meta"] == {"totalCount": 1, "pageSize": 50, "pageNumber": 1}
    (webhook,) = page["data"]
    assert webhook["type"] == "webhook"
    attributes = webhook["attributes"]
    assert attributes.keys() == {
        "name",
        "callbackUri",
        "errorCallbackUri",
        "isEnabled",
        "autoSubscribe",
        "triggers",
        "data",
    }
    for named in (*attributes["triggers"], *attributes["data"]):
        assert named.keys() == {"group", "name", "code"}
        known = find(named["code"])
        assert known is not None
        assert (known.group, known.name) == (named["group"], named["name"])
    assert webhook["links"] == {"self": f"{ORIGIN}/v3/webhooks/{webhook['id']}"}
    assert webhook["meta"].keys() == {"createdAt"}
    assert app.get(f"/webhooks/{webhook['id']}") == {"data": webhook}


def test_webhooks_are_found_by_parts_of_their_names_in_any_case(app: App) -> None:
    name = app.get("/webhooks")["data"][0]["attributes"]["name"]
    for query, found in (
        ({"filter[name]": name[1:5].upper()}, 1),
        ({"filter[name]": "zzz"}, 0),
        ({"filter[callbackUri]": "EXAMPLE.COM"}, 1),
        ({"filter[isEnabled]": "true"}, 1),
        ({"filter[isEnabled]": "false"}, 0),
        ({"filter[autoSubscribe]": "true"}, 0),
    ):
        assert app.get("/webhooks", **query)["meta"]["totalCount"] == found, query


def subscribe(app: App, car: str, user: str, webhook: str = WEBHOOK_ID) -> Reply:
    wanted = {"webhookId": webhook, "userId": user, "vehicleId": car}
    return app.ask("POST", "/subscriptions", body=wanted)


def test_a_subscription_is_made_listed_and_ended(app: App) -> None:
    car, user, facts = app.cars()[0]
    reply = subscribe(app, car, user)
    assert reply.status == 202
    message = {"message": "subscription creation in progress"}
    assert json.loads(reply.body) == {"meta": message}
    page = app.get("/subscriptions")
    assert page["meta"] == {"totalCount": 1, "pageSize": 25, "pageNumber": 1}
    (made,) = page["data"]
    assert made.keys() == {"id", "type", "attributes", "relationships", "meta", "links"}
    assert made["type"] == "subscription"
    assert made["attributes"] == {"vehicle": facts["vehicle"]}
    related = {name: each["data"] for name, each in made["relationships"].items()}
    assert related == {
        "webhook": {"id": WEBHOOK_ID, "type": "webhook"},
        "user": {"id": user, "type": "user"},
        "vehicle": {"id": car, "type": "vehicle"},
    }
    assert app.get(f"/subscriptions/{made['id']}") == {"data": made}
    assert app.ask("DELETE", f"/subscriptions/{made['id']}").status == 204
    assert app.get("/subscriptions")["data"] == []
    assert app.ask("GET", f"/subscriptions/{made['id']}").status == 404
    assert subscribe(app, car, user).status == 202


def test_a_car_is_subscribed_once(app: App) -> None:
    car, user, _ = app.cars()[0]
    subscribe(app, car, user)
    reply = subscribe(app, car, user)
    assert reply.status == 409
    assert json.loads(reply.body)["errors"][0]["status"] == "409"


def test_only_what_exists_can_be_subscribed(app: App) -> None:
    (car, user, _), (_, stranger, _) = app.cars()[:2]
    assert subscribe(app, "nowhere", user).status == 404
    assert subscribe(app, car, user, "nowhere").status == 404
    assert subscribe(app, car, stranger).status in {403, 404}
    assert app.ask("POST", "/subscriptions", body={"webhookId": WEBHOOK_ID}).status == 400
    assert app.ask("POST", "/subscriptions").status == 400


def test_subscriptions_end_with_the_connection_and_are_filtered(app: App) -> None:
    (car, user, _), (other, stranger, _) = app.cars()[:2]
    subscribe(app, car, user)
    subscribe(app, other, stranger)
    for query, found in (
        ({"filter[userId]": user}, 1),
        ({"filter[vehicleId]": other}, 1),
        ({"filter[webhookId]": WEBHOOK_ID}, 2),
        ({"filter[webhookId]": "none"}, 0),
        ({"filter[vehicle.mode]": "simulated"}, 0),
    ):
        assert app.get("/subscriptions", **query)["meta"]["totalCount"] == found, query
    app.ask("DELETE", f"/users/{user}")
    assert app.get("/subscriptions")["meta"]["totalCount"] == 1


def test_an_application_shows_itself_and_not_its_secret() -> None:
    own = SimulatedApplication(client_secret=CLIENT_SECRET, management_token="never-shown")
    app = App(Simulator(application=own))
    page = app.get("/applications")
    (one,) = page["data"]
    assert (one["id"], one["type"]) == (APPLICATION_ID, "application")
    assert app.get(f"/applications/{APPLICATION_ID}")["data"] == one
    secrets = app.ask("GET", f"/applications/{APPLICATION_ID}/secrets")
    assert secrets.status == 200
    assert CLIENT_SECRET.encode() not in secrets.body
    assert b"never-shown" not in secrets.body
    assert app.ask("GET", "/applications/other").status == 404
    assert app.ask("GET", "/applications/other/secrets").status == 404


def test_compatible_vehicles_are_listed_with_what_they_can(app: App) -> None:
    page = app.get("/compatible-vehicles", **{"page[size]": "100"})
    assert page["meta"]["totalCount"] == len(page["data"]) >= 12
    for each in page["data"]:
        attributes = each["attributes"]
        assert attributes.keys() == {"make", "model", "powertrainType", "years", "capabilities"}
        assert attributes["years"]["start"] <= attributes["years"]["end"]
        for can in attributes["capabilities"]:
            assert can.keys() == {"type", "group", "name", "code", "permission"}
    teslas = app.get("/compatible-vehicles", **{"filter[make]": "TESLA"})["data"]
    assert {each["attributes"]["make"] for each in teslas} == {"TESLA"}
    query = {"filter[powertrainType]": "ICE", "filter[region]": "EUROPE"}
    found = app.get("/compatible-vehicles", **query)["data"]
    assert {each["attributes"]["powertrainType"] for each in found} == {"ICE"}


# --- the playground ------------------------------------------------------------------------------


def test_the_playground_car_answers_its_own_token_without_a_user() -> None:
    playground = App(Simulator(), "test-data-token")
    body = playground.get(f"/vehicles/{PLAYGROUND_ID}")
    assert body["data"]["id"] == "tst2e255-d3c8-4f90-9fec-e6e68b98e9cb"
    signals = playground.get(f"/vehicles/{PLAYGROUND_ID}/signals")["data"]
    assert len(signals) > 20
    one = playground.get(f"/vehicles/{PLAYGROUND_ID}/signals/tractionbattery-stateofcharge")
    assert one["data"] in signals
    lock = playground.ask("POST", f"/vehicles/{PLAYGROUND_ID}/commands/security/lock")
    assert lock.status == 200
    which = json.loads(lock.body)["data"]["id"]
    playground.get(f"/vehicles/{PLAYGROUND_ID}/command-executions/{which}")


def test_the_playground_token_opens_no_other_car(app: App) -> None:
    car, user, _ = app.cars()[0]
    playground = App(app.simulator, "test-data-token")
    assert playground.get("/connections")["data"] == []
    assert playground.ask("GET", f"/vehicles/{car}").status == 404
    assert playground.ask("GET", f"/vehicles/{car}/signals", user).status == 404
    assert playground.ask("DELETE", f"/users/{user}").status == 404


def test_the_playground_car_is_nobodys_connection(app: App) -> None:
    for mode in ("live", "simulated"):
        cars = app.cars(**{"filter[vehicle.mode]": mode})
        assert PLAYGROUND_ID not in {car for car, _, _ in cars}


def test_the_playground_token_manages_nothing(app: App) -> None:
    car, user, _ = app.cars()[0]
    subscribe(app, car, user)
    which = app.get("/subscriptions")["data"][0]["id"]
    playground = App(app.simulator, "test-data-token")
    for method, path in (
        ("GET", "/subscriptions"),
        ("GET", f"/subscriptions/{which}"),
        ("DELETE", f"/subscriptions/{which}"),
        ("GET", "/applications"),
    ):
        reply = playground.ask(method, path)
        is_empty = reply.status == 200 and json.loads(reply.body)["data"] == []
        assert is_empty or reply.status in {401, 403, 404}, (method, path)
    assert app.get("/subscriptions")["meta"]["totalCount"] == 1
