"""Connect, walked through as owners do: links, forms and buttons."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator import SimulatedApplication, Simulator, SqliteJournal
from smartcar.simulator.application import APPLICATION_ID
from smartcar.simulator.application import DEFAULT_CLIENT_ID as CLIENT_ID
from smartcar.simulator.application import DEFAULT_CLIENT_SECRET as CLIENT_SECRET
from smartcar.simulator.connect.brands import BRANDS
from smartcar.simulator.connect.vins import make_of

CALLBACK = "https://app.example.com/callback"
ADA = "ada@example.com"
PATH = "/oauth/authorize"


@dataclass(slots=True)
class Box:
    """Something that a form may send."""

    kind: str
    name: str
    value: str
    is_ticked: bool
    is_disabled: bool


@dataclass(slots=True)
class Form:
    """One form of a page."""

    method: str
    action: str
    boxes: list[Box] = field(default_factory=list[Box])
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])


class Page(HTMLParser):
    """The forms and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words = ""
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.ids.add(said.get("id", ""))
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "form":
            self.forms.append(Form(said["method"].upper(), said["action"]))
        elif tag == "button":
            self.forms[-1].buttons[said.get("id") or value] = (name, value)
        elif tag == "input":
            kind = said.get("type", "text")
            ticked = kind not in {"checkbox", "radio"} or "checked" in said
            self.forms[-1].boxes.append(Box(kind, name, value, ticked, "disabled" in said))

    def handle_data(self, data: str) -> None:
        self.words += data


class Owner:
    """A car's owner at a browser without JavaScript."""

    def __init__(self, smartcar: Simulator) -> None:
        self.smartcar = smartcar
        self.reply = Reply(0)

    @property
    def page(self) -> Page:
        assert self.reply.headers["content-type"] == "text/html; charset=utf-8"
        return Page(self.reply.body.decode())

    @property
    def back(self) -> dict[str, str]:
        """What the app learns."""
        assert self.reply.status == 302, self.reply.body
        location = self.reply.headers["location"]
        assert location.startswith(CALLBACK)
        return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True))

    def open(self, **query: str | None) -> Owner:
        asked = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "approval_prompt": "force",
            **query,
        }
        sent = {name: value for name, value in asked.items() if value is not None}
        self.reply = self.smartcar.send(Request("GET", PATH, sent))
        return self

    def press(self, button: str, untick: tuple[str, ...] = (), **typed: str) -> Owner:
        assert self.reply.status == 200, self.reply
        form = next(form for form in self.page.forms if button in form.buttons)
        sent = [
            (box.name, typed.pop(box.name, box.value))
            for box in form.boxes
            if box.is_ticked and not box.is_disabled and box.value not in untick
        ]
        assert not typed, f"there is no field {typed}"
        return self.send([*sent, form.buttons[button]], form.method)

    def send(self, fields: list[tuple[str, str]], method: str = "POST") -> Owner:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if method == "GET":
            self.reply = self.smartcar.send(Request("GET", PATH, dict(fields)))
        else:
            body = urlencode(fields).encode()
            self.reply = self.smartcar.send(Request("POST", PATH, {}, headers, body))
        return self

    def sign_in(self, email: str = ADA, make: str | None = "TESLA") -> Owner:
        self.press("continue-button")
        if make is not None:
            self.press(make)
        return self.press("sign-in-button", username=email, password="any will do")

    def boxes(self, name: str, kind: str | None = None) -> list[Box]:
        """The boxes of a name on this page."""
        return [
            box
            for form in self.page.forms
            for box in form.boxes
            if box.name == name and kind in {None, box.kind} and box.kind != "hidden"
        ]

    @property
    def interaction(self) -> str:
        return next(b.value for f in self.page.forms for b in f.boxes if b.name == "interaction")


@pytest.fixture
def smartcar() -> Simulator:
    return Simulator(seed=7)


@pytest.fixture
def owner(smartcar: Simulator) -> Owner:
    return Owner(smartcar)


def ask(smartcar: Simulator, path: str, user: str = "", **query: str) -> tuple[int, Any]:
    client = f"client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
    body = f"grant_type=client_credentials&{client}".encode()
    token = json.loads(smartcar.send(Request("POST", "/oauth2/token", body=body)).body)
    headers = {"authorization": f"Bearer {token['access_token']}"} | (
        {"sc-user-id": user} if user else {}
    )
    reply = smartcar.send(Request("GET", path, query, headers))
    return reply.status, json.loads(reply.body)


def connections(smartcar: Simulator, user: str, mode: str = "live") -> list[Any]:
    filters = {"filter[userId]": user, "filter[vehicle.mode]": mode, "page[size]": "100"}
    status, page = ask(smartcar, "/v3/connections", **filters)
    assert status == 200
    found: list[Any] = page["data"]
    return found


def car_of(connection: Any) -> str:
    which: str = connection["relationships"]["vehicle"]["data"]["id"]
    return which


# --- the whole way -------------------------------------------------------------------------------


def test_an_owner_connects_a_car_and_the_app_learns_who_and_a_code(owner: Owner) -> None:
    owner.open(state="s1", scope="read_odometer required:read_vin control_security")
    assert "continue-button" in owner.page.ids
    assert "Total distance driven" in owner.page.words
    owner.press("continue-button")
    assert {"brand-search", "TESLA", "KIA"} <= owner.page.ids
    owner.press("TESLA")
    assert {"username", "password", "sign-in-button"} <= owner.page.ids
    owner.press("sign-in-button", username=ADA, password="any")
    assert "approval-button" in owner.page.ids
    owner.press("approval-button")
    back = owner.back
    assert back.keys() == {"code", "state", "user_id"}
    assert back["state"] == "s1"
    (made,) = connections(owner.smartcar, back["user_id"])
    assert made["attributes"]["vehicle"]["make"] == "TESLA"
    assert made["attributes"]["vehicle"]["mode"] == "live"
    assert sorted(made["attributes"]["permissions"]) == [
        "control_security",
        "read_odometer",
        "read_vin",
    ]
    status, body = ask(
        owner.smartcar, f"/v3/vehicles/{car_of(made)}/signals/odometer-traveleddistance",
        back["user_id"],
    )  # fmt: skip
    assert (status, body["data"]["attributes"]["group"]) == (200, "Odometer")


def test_every_page_is_strict_and_kept_nowhere(owner: Owner) -> None:
    seen = [owner.open().reply, owner.press("continue-button").reply, owner.press("TESLA").reply]
    seen.append(owner.press("sign-in-button", username=ADA, password="x").reply)
    seen += [owner.open(client_id="wrong").reply, Owner(owner.smartcar).send([]).reply]
    for reply in seen:
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["x-content-type-options"] == "nosniff"
        policy = dict(
            rule.strip().split(" ", 1)
            for rule in reply.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["style-src"] == policy["script-src"] == policy["img-src"] == "'self'"
        assert "unsafe" not in reply.headers["content-security-policy"]


def test_the_way_back_is_kept_nowhere_either(owner: Owner) -> None:
    headers = owner.open().sign_in().press("approval-button").reply.headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_stylesheet_is_served(smartcar: Simulator) -> None:
    reply = smartcar.send(Request("GET", "/oauth/static/connect.css"))
    assert (reply.status, reply.headers["content-type"]) == (200, "text/css; charset=utf-8")


def test_an_owner_may_search_for_a_brand(owner: Owner) -> None:
    owner.open().press("continue-button")
    form = next(form for form in owner.page.forms if form.method == "GET")
    fields = [(box.name, box.value) for box in form.boxes if box.name != "brand_search"]
    owner.send([*fields, ("brand_search", "vw")], "GET")
    assert "VOLKSWAGEN" in owner.page.ids
    assert "TESLA" not in owner.page.ids
    owner.press("VOLKSWAGEN").press("sign-in-button", username=ADA, password="x")
    back = owner.press("approval-button").back
    (made,) = connections(owner.smartcar, back["user_id"])
    assert made["attributes"]["vehicle"]["make"] == "VOLKSWAGEN"


def test_an_owner_may_think_again_about_the_brand(owner: Owner) -> None:
    owner.open().press("continue-button").press("TESLA").press("brands").press("KIA")
    owner.press("sign-in-button", username=ADA, password="x").press("approval-button")
    (made,) = connections(owner.smartcar, owner.back["user_id"])
    assert made["attributes"]["vehicle"]["make"] == "KIA"


@pytest.mark.parametrize(("email", "password"), [("", "x"), (ADA, ""), ("  ", "x")])
def test_an_empty_sign_in_is_asked_for_again(owner: Owner, email: str, password: str) -> None:
    owner.open().press("continue-button").press("TESLA")
    owner.press("sign-in-button", username=email, password=password)
    assert {"problem", "sign-in-button"} <= owner.page.ids
    owner.press("sign-in-button", username=ADA, password="x").press("approval-button")
    assert "code" in owner.back


@pytest.mark.parametrize("email", ["+49 170 1234567", "Ädä@exämple.com", "a" * 5000, "<b>&\"'"])
def test_any_other_login_signs_in(owner: Owner, email: str) -> None:
    back = owner.open().sign_in(email).press("approval-button").back
    assert len(connections(owner.smartcar, back["user_id"])) == 1


def test_one_owner_is_the_same_user_each_time_and_has_the_same_car(owner: Owner) -> None:
    first = owner.open().sign_in().press("approval-button").back
    second = owner.open().sign_in().press("approval-button").back
    assert first["user_id"] == second["user_id"]
    assert first["code"] != second["code"]
    assert len(connections(owner.smartcar, first["user_id"])) == 1


def test_two_owners_are_two_users(owner: Owner) -> None:
    users = {
        owner.open().sign_in(email).press("approval-button").back["user_id"]
        for email in (ADA, "bruno@example.com")
    }
    assert len(users) == 2


def test_two_owners_on_their_way_at_once_do_not_meet(smartcar: Simulator) -> None:
    ada, bruno = Owner(smartcar), Owner(smartcar)
    ada.open(state="a").press("continue-button").press("TESLA")
    bruno.open(state="b").press("continue-button").press("KIA")
    ada.press("sign-in-button", username=ADA, password="x")
    bruno.press("sign-in-button", username="bruno@example.com", password="x")
    assert ada.press("approval-button").back["state"] == "a"
    back = bruno.press("approval-button").back
    assert back["state"] == "b"
    (made,) = connections(smartcar, back["user_id"])
    assert made["attributes"]["vehicle"]["make"] == "KIA"


@pytest.mark.parametrize("name", ["client_id", "application_id"])
@pytest.mark.parametrize("value", [CLIENT_ID, APPLICATION_ID])
def test_an_app_names_itself_by_either_id_under_either_name(
    owner: Owner, name: str, value: str
) -> None:
    owner.open(**{"client_id": None, name: value})
    assert "continue-button" in owner.page.ids


# --- saying no -----------------------------------------------------------------------------------

DENIED = {
    "error": "access_denied",
    "error_description": "User denied access to application.",
    "state": "s",
}


def test_declining_gives_access_denied(owner: Owner) -> None:
    assert owner.open(state="s").sign_in().press("deny-button").back == DENIED


def test_exit_gives_access_denied_from_every_page(owner: Owner) -> None:
    assert owner.open(state="s").press("exit-button").back == DENIED
    assert owner.open(state="s").press("continue-button").press("exit-button").back == DENIED
    owner.open(state="s").press("continue-button").press("TESLA")
    assert owner.press("exit-button").back == DENIED
    assert owner.open(state="s").sign_in().press("exit-button").back == DENIED


def test_an_owner_who_said_no_has_connected_nothing(owner: Owner) -> None:
    before = ask(owner.smartcar, "/v3/connections")[1]["meta"]["totalCount"]
    owner.open().sign_in().press("deny-button")
    assert ask(owner.smartcar, "/v3/connections")[1]["meta"]["totalCount"] == before


def test_a_brand_that_is_not_there_is_a_vehicle_that_is_incompatible(owner: Owner) -> None:
    back = owner.open(state="s").press("continue-button").press("no-brand").back
    assert (back["error"], back["state"]) == ("vehicle_incompatible", "s")
    assert back["error_description"] == "The user's vehicle is not compatible."


def test_without_a_redirect_uri_there_is_no_exit_and_the_way_ends_on_a_page(owner: Owner) -> None:
    owner.open(response_type="none", redirect_uri=None)
    assert "exit-button" not in owner.page.ids
    owner.sign_in().press("approval-button")
    assert owner.reply.status == 200
    assert "You are connected" in owner.page.words
    car = list(owner.smartcar.control.cars())[-1]
    assert car.nickname in owner.page.words
    assert f'href="/cars/{car.id}"' in owner.reply.body.decode()


@pytest.mark.parametrize(
    ("email", "told", "for_makers"),
    [
        ("smartcar@no-vehicles.com", "There is no car on this account.", "no_vehicles: No"),
        ("smartcar@vehicle-incompatible.com", "This car cannot be", "vehicle_incompatible: The"),
        ("smartcar@invalid-subscription.com", "no active subscription", "invalid_subscription: U"),
        ("smartcar@server-error.com", "Something went wrong", "server_error: Unexpected"),
    ],
)
def test_an_end_without_a_way_back_tells_the_owner_and_the_makers(
    owner: Owner, email: str, told: str, for_makers: str
) -> None:
    owner.open(response_type="none", redirect_uri=None).sign_in(email)
    assert owner.reply.status == 400
    assert told in owner.page.words
    assert for_makers in owner.page.words


def test_a_no_without_a_way_back_is_no_problem(owner: Owner) -> None:
    owner.open(response_type="none", redirect_uri=None).sign_in().press("deny-button")
    assert owner.reply.status == 200
    assert "You said no, and nothing was shared." in owner.page.words


def test_response_type_none_gives_a_user_and_no_code(owner: Owner) -> None:
    back = owner.open(response_type="none").sign_in().press("approval-button").back
    assert back.keys() == {"user_id"}


# --- what the link asks for ----------------------------------------------------------------------


def test_a_make_skips_the_choice_of_a_brand(owner: Owner) -> None:
    owner.open(make="bmw").press("continue-button")
    assert "sign-in-button" in owner.page.ids
    assert "brand-search" not in owner.page.ids
    owner.press("sign-in-button", username=ADA, password="x").press("approval-button")
    (made,) = connections(owner.smartcar, owner.back["user_id"])
    assert made["attributes"]["vehicle"]["make"] == "BMW"


def test_a_make_cannot_be_changed_by_the_owner(owner: Owner) -> None:
    owner.open(make="BMW")
    owner.send([("interaction", owner.interaction), ("make", "KIA")])
    owner.press("sign-in-button", username=ADA, password="x").press("approval-button")
    (made,) = connections(owner.smartcar, owner.back["user_id"])
    assert made["attributes"]["vehicle"]["make"] == "BMW"


def test_single_select_offers_radios_and_one_car_is_connected(owner: Owner) -> None:
    owner.open(single_select="true").sign_in("3-vehicles@smartcar.com")
    assert len(owner.boxes("vehicle_id", "radio")) == 3
    assert not owner.boxes("vehicle_id", "checkbox")
    back = owner.press("approval-button").back
    assert len(connections(owner.smartcar, back["user_id"])) == 1


def test_two_cars_chosen_where_one_is_allowed_are_refused(owner: Owner) -> None:
    owner.open(single_select="true", scope="read_vin").sign_in("2-vehicles@smartcar.com")
    fields = [("vehicle_id", box.value) for box in owner.boxes("vehicle_id")]
    yes = [("permission", "read_vin"), ("decision", "allow")]
    owner.send([("interaction", owner.interaction), *fields, *yes])
    assert {"problem", "approval-button"} <= owner.page.ids


def test_several_cars_are_connected_at_once_or_only_those_ticked(owner: Owner) -> None:
    owner.open().sign_in("5-vehicles@smartcar.com")
    boxes = owner.boxes("vehicle_id", "checkbox")
    assert len({box.value for box in boxes}) == 5
    left_out = boxes[1].value, boxes[3].value
    back = owner.press("approval-button", untick=left_out).back
    made = {car_of(each) for each in connections(owner.smartcar, back["user_id"])}
    assert made == {box.value for box in boxes} - set(left_out)


def test_no_car_ticked_is_asked_again(owner: Owner) -> None:
    owner.open().sign_in()
    (box,) = owner.boxes("vehicle_id")
    owner.press("approval-button", untick=(box.value,))
    assert {"problem", "approval-button"} <= owner.page.ids


def test_a_car_of_somebody_else_cannot_be_connected(owner: Owner) -> None:
    stranger = owner.smartcar.world.fleet.grant(0).vehicle_id
    owner.open(scope="read_vin").sign_in()
    yes = [("permission", "read_vin"), ("decision", "allow"), ("vehicle_id", stranger)]
    owner.send([("interaction", owner.interaction), *yes])
    assert "problem" in owner.page.ids


def test_single_select_vin_leads_straight_to_that_car(owner: Owner) -> None:
    grant = owner.smartcar.world.fleet.grant(1)
    spec = owner.smartcar.world.garage.spec(grant.vehicle_id)
    assert spec is not None
    owner.open(single_select="true", single_select_vin=spec.vin, make="TESLA")
    owner.press("continue-button")
    assert spec.make.title() in owner.page.words
    owner.press("sign-in-button", username=grant.owner_email, password="x")
    assert [box.value for box in owner.boxes("vehicle_id")] == [spec.id]
    assert owner.press("approval-button").back["user_id"] == grant.user_id


@pytest.mark.parametrize("email", [ADA, "3-vehicles@smartcar.com"])
def test_single_select_vin_offers_only_the_car_with_that_vin(owner: Owner, email: str) -> None:
    vin = "5YJ3E1EA7KF000316"
    owner.open(single_select="true", single_select_vin=vin).sign_in(email, None)
    assert len(owner.boxes("vehicle_id", "radio")) == 1
    back = owner.press("approval-button").back
    (made,) = connections(owner.smartcar, back["user_id"])
    path = f"/v3/vehicles/{car_of(made)}/signals/vehicleidentification-vin"
    status, body = ask(owner.smartcar, path, back["user_id"])
    assert (status, body["data"]["attributes"]["body"]["value"]) == (200, vin)


def test_single_select_vin_without_single_select_means_nothing(owner: Owner) -> None:
    owner.open(single_select_vin="5YJ3E1EA7KF000316").press("continue-button")
    assert "brand-search" in owner.page.ids


def test_a_required_permission_cannot_be_unticked(owner: Owner) -> None:
    owner.open(scope="required:read_vin read_odometer").sign_in()
    boxes = {box.value: box for box in owner.boxes("permission", "checkbox")}
    assert boxes["read_vin"].is_ticked
    assert boxes["read_vin"].is_disabled
    assert not boxes["read_odometer"].is_disabled
    car = owner.boxes("vehicle_id")[0].value
    fields = [("interaction", owner.interaction), ("vehicle_id", car), ("decision", "allow")]
    (made,) = connections(owner.smartcar, owner.send(fields).back["user_id"])
    assert made["attributes"]["permissions"] == ["read_vin"]


def test_an_unticked_permission_is_not_granted(owner: Owner) -> None:
    owner.open(scope="read_vin read_odometer read_location").sign_in()
    back = owner.press("approval-button", untick=("read_location",)).back
    (made,) = connections(owner.smartcar, back["user_id"])
    assert sorted(made["attributes"]["permissions"]) == ["read_odometer", "read_vin"]
    path = f"/v3/vehicles/{car_of(made)}/signals/location-preciselocation"
    status, body = ask(owner.smartcar, path, back["user_id"])
    assert status == 200
    assert body["data"]["attributes"]["status"]["error"]["type"] == "PERMISSION"


def test_a_permission_that_was_not_asked_for_is_not_granted(owner: Owner) -> None:
    owner.open(scope="read_vin").sign_in()
    car = owner.boxes("vehicle_id")[0].value
    more = [("permission", "read_vin"), ("permission", "control_security")]
    fields = [("interaction", owner.interaction), ("vehicle_id", car), ("decision", "allow"), *more]
    (made,) = connections(owner.smartcar, owner.send(fields).back["user_id"])
    assert made["attributes"]["permissions"] == ["read_vin"]


def test_at_least_one_permission_must_stay_ticked(owner: Owner) -> None:
    owner.open(scope="read_vin").sign_in()
    owner.press("approval-button", untick=("read_vin",))
    assert {"problem", "approval-button"} <= owner.page.ids


def test_no_scope_asks_for_everything(owner: Owner) -> None:
    owner.open(scope=None).sign_in()
    assert len(owner.boxes("permission", "checkbox")) >= 28


def test_approval_is_asked_once_unless_forced(owner: Owner) -> None:
    scope = "read_vin read_odometer"
    owner.open(approval_prompt=None, scope=scope).sign_in()
    assert "approval-button" in owner.page.ids
    owner.press("approval-button")
    back = owner.open(approval_prompt="auto", scope=scope, state="2").sign_in().back
    assert back.keys() == {"code", "user_id", "state"}
    owner.open(approval_prompt="force", scope=scope).sign_in()
    assert "approval-button" in owner.page.ids


def test_auto_asks_again_for_more_than_was_granted(owner: Owner) -> None:
    owner.open(approval_prompt="auto", scope="read_vin").sign_in().press("approval-button")
    owner.open(approval_prompt="auto", scope="read_vin read_odometer").sign_in()
    assert "approval-button" in owner.page.ids


def test_auto_asks_again_after_the_connection_has_ended(owner: Owner) -> None:
    back = owner.open(scope="read_vin").sign_in().press("approval-button").back
    (made,) = connections(owner.smartcar, back["user_id"])
    headers = {"authorization": "Bearer " + _user_token(owner.smartcar, back["code"])}
    path = f"/v3/connections/{made['id']}"
    assert owner.smartcar.send(Request("DELETE", path, headers=headers)).status == 204
    owner.open(approval_prompt="auto", scope="read_vin").sign_in()
    assert "approval-button" in owner.page.ids


def _user_token(smartcar: Simulator, code: str) -> str:
    client = f"client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
    body = f"{client}&grant_type=authorization_code&code={code}".encode()
    token: str = json.loads(smartcar.send(Request("POST", "/oauth/token", body=body)).body)[
        "access_token"
    ]
    return token


@pytest.mark.parametrize("mode", ["test", "simulated"])
def test_cars_of_other_modes_are_hidden_unless_asked_for(owner: Owner, mode: str) -> None:
    back = owner.open(mode=mode).sign_in().press("approval-button").back
    assert connections(owner.smartcar, back["user_id"]) == []
    assert ask(owner.smartcar, "/v3/connections")[1]["meta"]["totalCount"] == 12
    (made,) = connections(owner.smartcar, back["user_id"], "simulated")
    assert made["attributes"]["vehicle"]["mode"] == mode


def test_a_country_is_shown(owner: Owner) -> None:
    assert "Germany" in owner.open(flags="country:DE color:00819D").page.words


def test_an_external_id_comes_back_and_finds_the_connection(owner: Owner) -> None:
    back = owner.open(external_id="käufer 7").sign_in().press("approval-button").back
    assert back["external_id"] == "käufer 7"
    filters = {"filter[user.externalId]": "käufer 7"}
    found = ask(owner.smartcar, "/v3/connections", **filters)[1]["data"]
    assert len(found) == 1
    back = owner.open(external_id="null").sign_in().press("approval-button").back
    assert "external_id" not in back
    assert ask(owner.smartcar, "/v3/connections", **filters)[1]["data"] == []


ODD = [
    "",
    " ",
    "a b+c%20d",
    "äöü€😀",
    '"><script>',
    "a&b=c#d?e",
    "eyJpIjoiYSJ9+/==",
    "\n\r\t",
    "\0",
]


@pytest.mark.parametrize("state", ODD)
def test_a_state_comes_back_unchanged(owner: Owner, state: str) -> None:
    assert owner.open(state=state).sign_in().press("approval-button").back["state"] == state
    assert owner.open(state=state).press("exit-button").back["state"] == state


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_may_be_a_state(state: str) -> None:
    owner = Owner(Simulator(fleet=0)).open(state=state).press("exit-button")
    assert owner.back == DENIED | {"state": state}
    assert owner.reply.headers["location"].isascii()


def test_without_a_state_none_comes_back(owner: Owner) -> None:
    assert "state" not in owner.open().sign_in().press("approval-button").back


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?tenant=a%26b&x=", [("tenant", "a&b"), ("x", "")]),
        ("?a=1&a=2", [("a", "1"), ("a", "2")]),
        ("?next=%2Fhome%3Fq%3D1", [("next", "/home?q=1")]),
    ],
)
def test_a_redirect_uri_keeps_its_own_query(
    owner: Owner, query: str, kept: list[tuple[str, str]]
) -> None:
    owner.open(redirect_uri=CALLBACK + query, state="s").sign_in().press("approval-button")
    location = owner.reply.headers["location"]
    assert location.startswith(CALLBACK + "?")
    pairs = parse_qsl(urlsplit(location).query, keep_blank_values=True)
    assert pairs[: len(kept)] == kept
    assert {"code", "state", "user_id"} == {name for name, _ in pairs[len(kept) :]}


def exchanged(smartcar: Simulator, code: str, **more: str) -> Reply:
    form = {"grant_type": "authorization_code", "code": code, **more}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    headers["authorization"] = (
        "Basic " + b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    )
    return smartcar.send(Request("POST", "/oauth/token", {}, headers, urlencode(form).encode()))


@pytest.mark.parametrize("said", [None, "", "undefined"])
@pytest.mark.parametrize(
    ("application", "back"),
    [
        (SimulatedApplication(), "http://localhost:8000/callback"),
        (
            SimulatedApplication.from_environment({"SMARTCAR_REDIRECT_URI": f"{CALLBACK}/own"}),
            f"{CALLBACK}/own",
        ),
        (SimulatedApplication(redirect_uris=(CALLBACK, "myapp://back")), CALLBACK),
        (SimulatedApplication(redirect_uris=("myapp://back", CALLBACK)), "myapp://back"),
    ],
    ids=["by default", "of the environment", "registered", "registered, of an app"],
)
def test_a_link_without_a_redirect_uri_leads_to_the_first_that_is_registered(
    application: SimulatedApplication, back: str, said: str | None
) -> None:
    owner = Owner(Simulator(seed=7, application=application))
    owner.open(redirect_uri=said, state="s").sign_in().press("approval-button")

    address, _, query = owner.reply.headers["location"].partition("?")
    told = dict(parse_qsl(query))
    assert (address, told["state"]) == (back, "s")
    assert exchanged(owner.smartcar, told["code"], redirect_uri="undefined").status == 200


def test_a_registered_redirect_uri_is_the_only_one_that_will_do() -> None:
    application = SimulatedApplication(redirect_uris=(CALLBACK,))
    owner = Owner(Simulator(seed=7, application=application))

    assert owner.open().reply.status == 200
    assert owner.open(redirect_uri=f"{CALLBACK}/other").reply.status == 400
    assert "registered" in owner.page.words


@pytest.mark.parametrize("client_id", [CLIENT_ID, "3F8c1e7a-51a4-4b7c-8a52-6f1f7c9a2e10", "A.b-c"])
def test_an_owner_goes_back_to_a_mobile_app_of_any_client_id(client_id: str) -> None:
    application = SimulatedApplication(client_id=client_id)
    owner = Owner(Simulator(seed=7, application=application))
    uri = f"sc{client_id}://exchange/done?a=b%20c"

    owner.open(client_id=client_id, redirect_uri=uri, state="s").press("exit-button")

    address, _, query = owner.reply.headers["location"].partition("?")
    assert address == f"sc{client_id}://exchange/done"
    assert parse_qsl(query)[0] == ("a", "b c")
    assert dict(parse_qsl(query))["error"] == "access_denied"
    assert (
        owner.open(client_id=client_id, redirect_uri=f"sc{client_id}x://exchange").reply.status
        == 400
    )


# --- links that do not work ----------------------------------------------------------------------

GOOD = [
    "https://app.example.com",
    "https://app.example.com:8443/a/b?c=d",
    "https://javascript-sdk.smartcar.com/v2/redirect?app_origin=https://app.example.com",
    "http://localhost:3000/exchange",
    "http://127.0.0.1/cb",
    "http://[::1]:8000/cb",
    f"sc{APPLICATION_ID}://app/cb",
    f"SC{APPLICATION_ID.upper()}://app/cb",
]
BAD = [
    "http://app.example.com/cb",
    "http://localhost.evil.example/cb",
    "http://localhost@evil.example/cb",
    "http://127.0.0.1.evil.example/cb",
    "javascript:alert(1)",
    "data:text/html,hello",
    "//evil.example/cb",
    "/cb",
    "https:",
    "https:///cb",
    "file:///etc/passwd",
    "ftp://localhost/cb",
    "scother://app/cb",
    "scclient_01OTHER://app/cb",
    f"sc{CLIENT_ID}:app/cb",
    f"sc{CLIENT_ID}:///cb",
    f"{CLIENT_ID}://app/cb",
    "http://[::1/cb",
    "http://",
]


@pytest.mark.parametrize("uri", GOOD)
def test_https_loopback_and_mobile_redirects_are_accepted(owner: Owner, uri: str) -> None:
    assert SimulatedApplication().accepts_redirect(uri)
    assert "exit-button" in owner.open(redirect_uri=uri).page.ids
    asked, back = urlsplit(uri), urlsplit(owner.press("exit-button").reply.headers["location"])
    assert (back.scheme, back.netloc, back.path) == (asked.scheme, asked.netloc, asked.path)
    assert parse_qsl(back.query)[: len(parse_qsl(asked.query))] == parse_qsl(asked.query)


@pytest.mark.parametrize("uri", BAD)
def test_any_other_redirect_is_told_on_a_page_and_never_followed(owner: Owner, uri: str) -> None:
    assert not SimulatedApplication().accepts_redirect(uri)
    reply = owner.open(redirect_uri=uri).reply
    assert reply.status == 400
    assert "location" not in reply.headers
    assert not owner.page.forms


@pytest.mark.parametrize(
    "uri", [f"{CALLBACK}/日本", "https://bücher.example/cb", f"{CALLBACK}/a b"]
)
def test_the_way_back_is_an_address_in_ascii(owner: Owner, uri: str) -> None:
    reply = owner.open(redirect_uri=uri).reply
    if reply.status == 200:
        location = owner.press("exit-button").reply.headers["location"]
        assert location.isascii()
        assert " " not in location


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "unknown"},
        {"client_id": ""},
        {"client_id": None},
        {"response_type": "token"},
        {"response_type": "vehicle_id"},
        {"mode": "dream"},
    ],
)
def test_a_link_that_cannot_be_trusted_ends_on_a_page(
    owner: Owner, wrong: dict[str, str | None]
) -> None:
    reply = owner.open(**wrong).reply
    assert reply.status == 400
    assert "location" not in reply.headers
    assert "This link does not work" in owner.page.words
    assert next(iter(wrong)) in owner.page.words  # for the app's makers


def test_an_unknown_make_is_a_configuration_error(owner: Owner) -> None:
    back = owner.open(make="TRABANT", state="s").back
    assert (back["error"], back["state"]) == ("configuration_error", "s")


def test_a_configuration_error_says_status_and_message(owner: Owner) -> None:
    back = owner.open(make="TRABANT").back
    assert back.keys() >= {"error", "error_description", "status_code", "error_message"}
    assert back["status_code"].isdigit()


# --- logins with a meaning -----------------------------------------------------------------------


def test_the_login_for_success_succeeds_with_its_vin(owner: Owner) -> None:
    owner.open().sign_in("smartcar@successful-request.com", "AUDI")
    back = owner.press("approval-button").back
    (made,) = connections(owner.smartcar, back["user_id"])
    path = f"/v3/vehicles/{car_of(made)}/signals/vehicleidentification-vin"
    body = ask(owner.smartcar, path, back["user_id"])[1]
    assert body["data"]["attributes"]["body"]["value"] == "0SCAUDI037A5ADB1C"


@pytest.mark.parametrize(("number", "cars"), [("1", 1), ("3", 3), ("40", 40)])
def test_an_account_may_have_several_cars(owner: Owner, number: str, cars: int) -> None:
    owner.open().sign_in(f"{number}-vehicles@smartcar.com")
    assert len({box.value for box in owner.boxes("vehicle_id")}) == cars


@pytest.mark.parametrize("number", ["0", "1000", "-1", "01"])
def test_a_number_of_cars_is_from_1_to_999(owner: Owner, number: str) -> None:
    owner.open().sign_in(f"{number}-vehicles@smartcar.com")
    assert len(owner.boxes("vehicle_id")) == 1


@pytest.mark.parametrize(
    ("level", "powertrains"),
    [
        ("bev", {"BEV"}),
        ("phev", {"PHEV"}),
        ("fuel", {"ICE", "HEV"}),
        ("compatible", {"PHEV"}),
    ],
)
def test_a_vin_and_a_level_sign_in_to_such_a_car(
    owner: Owner, level: str, powertrains: set[str]
) -> None:
    vin = "0SCAUDIQ234567890"  # it need not be one that a real car could have
    back = owner.open(mode="test").sign_in(f"{vin}@{level}.smartcar.com")
    back = owner.press("approval-button").back
    (made,) = connections(owner.smartcar, back["user_id"], "simulated")
    assert made["attributes"]["vehicle"]["powertrainType"] in powertrains
    path = f"/v3/vehicles/{car_of(made)}/signals/vehicleidentification-vin"
    body = ask(owner.smartcar, path, back["user_id"])[1]
    assert body["data"]["attributes"]["body"]["value"] == vin


@pytest.mark.parametrize(
    ("email", "error"),
    [
        ("smartcar@vehicle-incompatible.com", "vehicle_incompatible"),
        ("SmartCar@Vehicle-Incompatible.com", "vehicle_incompatible"),
        ("smartcar@invalid-subscription.com", "invalid_subscription"),
        ("smartcar@no-vehicles.com", "no_vehicles"),
        ("smartcar@server-error.com", "server_error"),
        ("0SCTSLA1234567890@incompatible.smartcar.com", "vehicle_incompatible"),
    ],
)
def test_a_login_may_mean_that_connecting_fails(owner: Owner, email: str, error: str) -> None:
    back = owner.open(state="s").sign_in(email).back
    assert (back["error"], back["state"]) == (error, "s")
    assert back["error_description"]
    assert "code" not in back


@pytest.mark.parametrize(
    ("vin", "error"),
    [
        ("0SCAUDI012FE3B132", "vehicle_incompatible"),
        ("0SCAUDI0155C49A95", "invalid_subscription"),
    ],
)
def test_a_vin_may_mean_the_same(owner: Owner, vin: str, error: str) -> None:
    owner.open(mode="test", single_select="true", single_select_vin=vin)
    owner.press("continue-button")
    assert "Sign in to your Audi account" in " ".join(owner.page.words.split())
    back = owner.press("sign-in-button", username=ADA, password="x").back
    assert back["error"] == error


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("0SCTSLA12N4567890@incompatible.smartcar.com", ("0SCTSLA12N4567890", "2022")),
        ("smartcar@vehicle-incompatible.com", None),
    ],
)
def test_of_an_incompatible_car_the_app_learns_make_and_if_it_is_known_vin_and_year(
    owner: Owner, email: str, told: tuple[str, str] | None
) -> None:
    back = owner.open().sign_in(email).back
    assert back["make"] == "TESLA"
    assert (back.get("vin"), back.get("year")) == (told or (None, None))


@pytest.mark.parametrize(
    ("mode", "vin", "message"),
    [
        ("live", "0SCAUDI037A5ADB1C", "You have entered a test mode VIN."),
        ("live", "1SCW111B6BNL61XYD", "You have entered a simulated VIN."),
        ("test", "1SCW111B6BNL61XYD", "You have entered a simulated VIN."),
        ("live", "5YJ3", "You have entered an invalid VIN."),
        ("test", "0SC", "You have entered an invalid VIN."),
        ("live", "5YJ3E1EAIOQ000001", "You have entered an invalid VIN."),
    ],
)
def test_a_vin_of_another_mode_or_none_at_all_is_a_configuration_error(
    owner: Owner, mode: str, vin: str, message: str
) -> None:
    back = owner.open(mode=mode, single_select="true", single_select_vin=vin, state="s").back
    assert (back["error"], back["status_code"], back["state"]) == (
        "configuration_error",
        "400",
        "s",
    )
    assert back["error_message"].startswith(message)


@pytest.mark.parametrize(
    ("mode", "vin"),
    [
        ("test", "0SCAUDI037A5ADB1C"),
        ("simulated", "0SCAUDI037A5ADB1C"),
        ("simulated", "1SCW111B6BNL61XYD"),
    ],
)
def test_made_up_vins_are_at_home_in_their_modes(owner: Owner, mode: str, vin: str) -> None:
    owner.open(mode=mode, single_select="true", single_select_vin=vin)
    back = owner.sign_in(ADA, None).press("approval-button").back
    (made,) = connections(owner.smartcar, back["user_id"], "simulated")
    path = f"/v3/vehicles/{car_of(made)}/signals/vehicleidentification-vin"
    body = ask(owner.smartcar, path, back["user_id"])[1]
    assert body["data"]["attributes"]["body"]["value"] == vin


@pytest.mark.parametrize(
    ("vin", "make"),
    [
        ("0SCAUDI037A5ADB1C", "AUDI"),
        ("0SCLR0002E8896323", "LAND_ROVER"),
        ("0SCGMCT0386A85356", "GMC"),
        ("0SCTSLA1234567890", "TESLA"),
        ("0SCMERC0123456789", "MERCEDES-BENZ"),
        ("0SCXXXX0123456789", None),
        ("WBAKE5C58DJ107700", "BMW"),
        ("1G6AX5SX9E0000001", "CADILLAC"),
        ("ZZZ3E1EA1NF000001", None),
    ],
)
def test_a_vin_names_its_make(vin: str, make: str | None) -> None:
    assert make_of(vin) == make


@pytest.mark.parametrize(
    ("flags", "there", "not_there"),
    [
        ("country:DE", "RENAULT", "LINCOLN"),
        ("color:00819D country:us", "LINCOLN", "RENAULT"),
        ("country:CA", "RAM", "SEAT"),
    ],
)
def test_a_country_has_its_own_brands(owner: Owner, flags: str, there: str, not_there: str) -> None:
    owner.open(flags=flags).press("continue-button")
    assert there in owner.page.ids
    assert not_there not in owner.page.ids
    assert "TESLA" in owner.page.ids


def test_an_owner_may_choose_another_country_or_any(owner: Owner) -> None:
    owner.open(flags="country:DE")
    begun = {"interaction": owner.interaction, "step": "brands"}
    for country, has_lincoln, has_renault in (("US", True, False), ("", True, True)):
        owner.send([*{**begun, "country": country}.items()], "GET")
        assert ("LINCOLN" in owner.page.ids) is has_lincoln
        assert ("RENAULT" in owner.page.ids) is has_renault
    owner.send([*{**begun, "country": "DE"}.items()], "GET")
    owner.send([*begun.items(), ("brand_search", "r")], "GET")
    assert "LINCOLN" not in owner.page.ids  # a search stays in the country


@pytest.mark.parametrize("flags", ["country:JP", "color:00819D", ""])
def test_without_a_country_that_connect_knows_there_are_all_brands(
    owner: Owner, flags: str
) -> None:
    owner.open(flags=flags).press("continue-button")
    assert {brand.make for brand in BRANDS} <= owner.page.ids


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("VEHICLE_STATE.UNKNOWN", 409),
        ("vehicle_state.asleep", 409),
        ("CONNECTED_SERVICES_ACCOUNT.VEHICLE_MISSING", 400),
        ("RATE_LIMIT.VEHICLE", 429),
        ("BILLING.VEHICLE_LIMIT", 430),
        ("UPSTREAM.NO_RESPONSE", 502),
    ],
)
def test_a_login_may_mean_that_every_call_fails_from_then_on(
    owner: Owner, kind: str, status: int
) -> None:
    back = owner.open().sign_in(f"{kind}@smartcar.com").press("approval-button").back
    (made,) = connections(owner.smartcar, back["user_id"])
    path = f"/v3/vehicles/{car_of(made)}"
    for asked in (f"{path}/signals", f"{path}/signals/odometer-traveleddistance"):
        got, body = ask(owner.smartcar, asked, back["user_id"])
        item = body["errors"][0]
        assert (got, item["status"]) == (status, str(status))
        assert f"{item['type']}.{item['code']}" == kind.upper()
    assert ask(owner.smartcar, path)[0] == 200
    vin = f"{path}/signals/vehicleidentification-vin"
    assert ask(owner.smartcar, vin, back["user_id"])[0] == 200


@pytest.mark.parametrize("email", ["john.doe@smartcar.com", "VEHICLE_STATE.MOODY@smartcar.com"])
def test_a_name_with_a_dot_is_no_error_that_anybody_knows(owner: Owner, email: str) -> None:
    back = owner.open().sign_in(email).press("approval-button").back
    (made,) = connections(owner.smartcar, back["user_id"])
    status, _ = ask(owner.smartcar, f"/v3/vehicles/{car_of(made)}/signals", back["user_id"])
    assert status == 200


# --- jumping about -------------------------------------------------------------------------------


def test_jumping_ahead_is_a_configuration_error(owner: Owner) -> None:
    owner.open(state="s")
    owner.send([("interaction", owner.interaction), ("username", ADA), ("password", "x")])
    assert owner.back["error"] == "configuration_error"
    owner.open(state="s")
    owner.send([("interaction", owner.interaction), ("decision", "allow")])
    assert owner.back["error"] == "configuration_error"
    owner.open(state="s").press("continue-button").press("TESLA")
    owner.send([("interaction", owner.interaction), ("decision", "allow")])
    assert owner.back["error"] == "configuration_error"


@pytest.mark.parametrize("interaction", ["", "unknown", "\0", "é"])
def test_an_interaction_that_nobody_began_is_too_old(owner: Owner, interaction: str) -> None:
    reply = owner.send([("interaction", interaction), ("decision", "allow")]).reply
    assert reply.status == 410
    assert "location" not in reply.headers


def test_a_way_that_has_ended_cannot_be_ended_again(owner: Owner) -> None:
    owner.open().sign_in()
    page = owner.reply
    assert "code" in owner.press("approval-button").back
    owner.reply = page
    assert owner.press("approval-button").reply.status == 410


def test_a_page_from_before_a_restart_is_too_old_and_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(journal=SqliteJournal(path)) as before:
        ada = Owner(before).open()
    with Simulator(journal=SqliteJournal(path)) as after:
        bruno = Owner(after).open(state="b")
        assert bruno.interaction != ada.interaction
        ada.smartcar = after
        assert ada.press("exit-button").reply.status == 410


@pytest.mark.parametrize("make", ["TRABANT", "SUZUKI", "%%", "\0"])
def test_a_brand_that_cannot_be_chosen_is_incompatible(owner: Owner, make: str) -> None:
    owner.open()
    owner.send([("interaction", owner.interaction), ("make", make)])
    assert owner.back["error"] == "vehicle_incompatible"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&&&", b"=" * 1000, b"interaction"])
def test_a_form_that_cannot_be_read_is_answered_with_a_page(
    smartcar: Simulator, body: bytes
) -> None:
    reply = smartcar.send(Request("POST", PATH, body=body))
    assert reply.status == 410
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_connect_is_read_and_sent_as_forms_only(smartcar: Simulator, method: str) -> None:
    assert smartcar.send(Request(method, PATH)).status == 405


@pytest.mark.parametrize("path", ["/oauth/nowhere", "/oauth/static/../x", "/oauth/authorize/x"])
def test_other_paths_are_no_pages(smartcar: Simulator, path: str) -> None:
    reply = smartcar.send(Request("GET", path))
    assert reply.status == 404
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("password", ["wrong", " Wrong "])
def test_a_wrong_password_signs_nobody_in(owner: Owner, password: str) -> None:
    owner.open(make="TESLA").press("continue-button")
    owner.press("sign-in-button", username="smartcar@no-vehicles.com", password=password)
    assert "The e-mail or the password is not right." in owner.page.words
    owner.press("sign-in-button", username=ADA, password="right")
    assert "approval-button" in owner.page.ids


def test_what_an_owner_types_is_only_text(owner: Owner) -> None:
    hostile = "\"><script>alert(1)</script>'&{{ 7 * 7 }}"
    owner.open(scope=hostile.replace(" ", ""), state=hostile, flags="country:<b>")
    assert b"<script>" not in owner.reply.body
    owner.press("continue-button").press("TESLA")
    owner.press("sign-in-button", username=hostile, password="")
    assert b"<script>" not in owner.reply.body
    assert owner.press("exit-button").back["state"] == hostile


@pytest.mark.parametrize(
    "uri",
    [
        "http://evil.example\\@localhost/",
        "http://user@localhost/",
        "https://user:password@app.example.com/",
        "https://a\u2028b.example/",
        "https://.é/",
        f"https://{'a' * 70}é.example/",
        "https://app.example.com:99999/",
        "https://app.example.com:0/",
        "https://",
    ],
)
def test_an_address_that_browsers_and_we_read_differently_is_refused(
    owner: Owner, uri: str
) -> None:
    reply = owner.open(redirect_uri=uri).reply
    assert reply.status == 400
    assert "location" not in reply.headers
