"""Signing in again where a sign-in no longer works: the page that ``resolution.url`` leads to."""

from __future__ import annotations

import http.client
import json
import re
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from old_caller import ONE_FORM, Owner, new_owner, owner_of

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator import Simulator, SqliteJournal
from smartcar.simulator.application import APPLICATION_ID
from smartcar.simulator.application import DEFAULT_CLIENT_ID as CLIENT_ID
from smartcar.simulator.cars.spec import PLAYGROUND_ID
from smartcar.simulator.connect.consent import agree
from smartcar.simulator.server import Server

PATH = "/oauth/reauthenticate"
BACK = "https://app.example.com/back"
ACCOUNT = "CONNECTED_SERVICES_ACCOUNT"
BROKEN = f"{ACCOUNT}.AUTHENTICATION_FAILED@smartcar.com"
UNKNOWN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def owner(simulator: Simulator) -> Owner:
    """The owner of a car that cannot be reached any more."""
    return new_owner(simulator, BROKEN)


class Browser:
    """The owner at the page."""

    def __init__(self, owner: Owner) -> None:
        self._simulator, self._vehicle_id = owner.simulator, owner.vehicle_id
        self.reply = Reply(0)

    def open(self, url: str | None = None, **query: str | None) -> Browser:
        asked = dict(parse_qsl(urlsplit(url).query)) if url else {}
        if url is None:
            asked = {"response_type": "vehicle_id", "client_id": CLIENT_ID}
            asked |= {"vehicle_id": self._vehicle_id, "redirect_uri": BACK}
        asked |= {name: value for name, value in query.items() if value is not None}
        left_out = {name for name, value in query.items() if value is None}
        sent = {name: value for name, value in asked.items() if name not in left_out}
        self.reply = self._simulator.send(Request("GET", PATH, sent))
        return self

    @property
    def html(self) -> str:
        assert self.reply.headers["content-type"] == "text/html; charset=utf-8"
        return self.reply.body.decode()

    @property
    def words(self) -> str:
        return " ".join(re.sub(r"<[^>]*>", "", self.html).split())

    def send(self, **fields: str) -> Browser:
        found = re.search(r'name="interaction" value="([^"]+)"', self.html)
        assert found is not None, self.html
        form = urlencode({"interaction": found[1], **fields}).encode()
        self.reply = self._simulator.send(Request("POST", PATH, {}, ONE_FORM, form))
        return self

    def sign_in(self, email: str, password: str = "new") -> Browser:
        return self.send(username=email, password=password)

    @property
    def back(self) -> dict[str, str]:
        assert self.reply.status == 302, self.reply.body
        assert self.reply.headers["location"].startswith(BACK)
        return dict(parse_qsl(urlsplit(self.reply.headers["location"]).query))


@pytest.fixture
def browser(owner: Owner) -> Browser:
    return Browser(owner)


def is_reached(owner: Owner) -> bool:
    return owner.car("/odometer").status == 200


def test_the_url_of_the_error_leads_to_a_page_that_says_who_and_which_car(
    owner: Owner, browser: Browser
) -> None:
    got = owner.car("/odometer")
    assert got.error == (400, ACCOUNT, "AUTHENTICATION_FAILED")
    browser.open(got.body["resolution"]["url"])

    assert browser.reply.status == 200
    assert owner.email in browser.words
    assert f"Tesla {owner.car('').body['model']}, {owner.car('').body['year']}" in browser.words
    assert "Simulated application" in browser.words
    assert f'value="{owner.email}"' in browser.html


def test_signing_in_again_mends_the_account_for_the_tokens_of_before(
    owner: Owner, browser: Browser
) -> None:
    browser.open(state="s t&").sign_in(owner.email)

    assert browser.back == {"vehicle_id": owner.vehicle_id, "state": "s t&"}
    assert is_reached(owner)
    assert owner.tell("/security", action="UNLOCK").status == 200
    assert owner.signal("odometer-traveleddistance")["value"] > 0


def test_what_was_granted_stays(simulator: Simulator) -> None:
    owner = new_owner(simulator, BROKEN, permissions=("read_odometer", "read_vin"))
    (before,) = simulator.world.grants.find(vehicle_id=owner.vehicle_id)
    Browser(owner).open().sign_in(owner.email)
    (after,) = simulator.world.grants.find(vehicle_id=owner.vehicle_id)

    assert after == before
    assert owner.car("/fuel").error == (403, "PERMISSION", None)


def test_without_a_redirect_uri_the_way_ends_on_a_page(owner: Owner, browser: Browser) -> None:
    url = owner.car("/odometer").body["resolution"]["url"]
    browser.open(url)
    assert "exit-button" not in browser.html

    browser.sign_in(owner.email)

    assert browser.reply.status == 200
    assert "You are signed in again" in browser.words
    assert "location" not in browser.reply.headers
    assert is_reached(owner)


@pytest.mark.parametrize("response_type", ["vehicle_id", "none"])
@pytest.mark.parametrize("name", ["client_id", "application_id"])
def test_both_response_types_and_both_names_of_an_app_will_do(
    owner: Owner, browser: Browser, response_type: str, name: str
) -> None:
    ids = {"client_id": None, name: APPLICATION_ID}
    browser.open(response_type=response_type, **ids).sign_in(owner.email)

    assert browser.back["vehicle_id"] == owner.vehicle_id


def test_what_else_an_app_may_add_is_ignored(owner: Owner, browser: Browser) -> None:
    browser.open(user="their id", make="TESLA", scope="read_fuel").sign_in(owner.email)

    assert browser.back == {"vehicle_id": owner.vehicle_id}


def test_exit_says_no_and_mends_nothing(owner: Owner, browser: Browser) -> None:
    browser.open(state="s").send(decision="deny")

    assert browser.back == {
        "error": "access_denied",
        "error_description": "User denied access to application.",
        "state": "s",
    }
    assert not is_reached(owner)


@pytest.mark.parametrize(
    ("email", "password"), [("", "x"), (BROKEN, ""), ("somebody@example.com", "x")]
)
def test_nobody_else_can_sign_in(owner: Owner, browser: Browser, email: str, password: str) -> None:
    browser.open().sign_in(email, password)

    assert browser.reply.status == 200
    assert 'role="alert"' in browser.html
    assert not is_reached(owner)
    browser.sign_in(f" {owner.email.upper()} ")
    assert browser.back["vehicle_id"] == owner.vehicle_id


def test_any_owner_of_a_shared_car_may_sign_in(simulator: Simulator, owner: Owner) -> None:
    world, spec = simulator.world, simulator.world.garage.spec(owner.vehicle_id)
    assert spec is not None
    agree(world, "other@example.com", [spec], ("read_vin",), external_id=None, now=0)
    browser = Browser(owner).open()

    assert f'value="{owner.email}"' in browser.html  # whose sign-in has stopped working
    assert browser.sign_in("other@example.com").back["vehicle_id"] == owner.vehicle_id
    assert not is_reached(owner)
    Browser(owner).open().sign_in(owner.email)
    assert is_reached(owner)


@pytest.mark.parametrize(
    ("login", "is_mended"),
    [
        (f"{ACCOUNT}.PERMISSION@smartcar.com", True),
        ("COMPATIBILITY.PLATFORM_NOT_CAPABLE@smartcar.com", True),
        ("smartcar@voa-000.vehicle-owner-action-required.com", True),
        ("smartcar@voa-001.vehicle-owner-action-required.com", False),
        (f"{ACCOUNT}.SUBSCRIPTION@smartcar.com", False),
        ("VEHICLE_STATE.ASLEEP@smartcar.com", False),
    ],
)
def test_what_signing_in_cannot_help_stays_broken(
    simulator: Simulator, login: str, is_mended: bool
) -> None:
    owner = new_owner(simulator, login)
    Browser(owner).open().sign_in(login)

    assert is_reached(owner) is is_mended


def test_an_owner_whose_account_works_may_sign_in_again_too(simulator: Simulator) -> None:
    owner = owner_of(simulator, 0)

    assert Browser(owner).open().sign_in(owner.email).back["vehicle_id"] == owner.vehicle_id
    assert is_reached(owner)


def test_connecting_anew_brings_the_error_back(
    simulator: Simulator, owner: Owner, browser: Browser
) -> None:
    browser.open().sign_in(owner.email)
    assert is_reached(owner)

    assert not is_reached(new_owner(simulator, BROKEN))


@pytest.mark.parametrize(
    ("sent", "kept", "returned"),
    [(None, "first", None), ("second", "second", "second"), ("null", None, None)],
)
def test_an_external_id_is_replaced_or_cleared(
    simulator: Simulator, sent: str | None, kept: str | None, returned: str | None
) -> None:
    owner = new_owner(simulator, BROKEN)
    Browser(owner).open(external_id="first").sign_in(owner.email)
    browser = Browser(owner).open(external_id=sent).sign_in(owner.email)

    assert browser.back.get("external_id") == returned
    (grant,) = simulator.world.grants.find(vehicle_id=owner.vehicle_id)
    assert grant.external_id == kept
    assert is_reached(owner)


@pytest.mark.parametrize(
    "query",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"response_type": "code"},
        {"response_type": None},
        {"redirect_uri": "http://evil.example/"},
        {"vehicle_id": None},
        {"vehicle_id": UNKNOWN},
        {"vehicle_id": PLAYGROUND_ID},
        {"vehicle_id": "\0"},
    ],
    ids=str,
)
def test_a_link_that_makes_no_sense_ends_on_a_page(
    browser: Browser, query: dict[str, str | None]
) -> None:
    reply = browser.open(**query).reply

    assert reply.status == 400
    assert "location" not in reply.headers


def test_a_car_that_is_connected_no_more_cannot_be_mended(owner: Owner, browser: Browser) -> None:
    assert owner.car("/application", method="DELETE").status == 200

    assert browser.open().reply.status == 400


def test_a_way_that_has_ended_cannot_be_ended_again(owner: Owner, browser: Browser) -> None:
    page = browser.open().reply
    browser.sign_in(owner.email)
    browser.reply = page

    assert browser.sign_in(owner.email).reply.status == 410


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_it_is_read_and_sent_as_a_form_only(simulator: Simulator, method: str) -> None:
    assert simulator.send(Request(method, PATH)).status == 405


def test_a_page_is_strict_and_kept_nowhere(browser: Browser) -> None:
    headers = browser.open().reply.headers

    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_wrong_password_signs_nobody_in(owner: Owner, browser: Browser) -> None:
    browser.open().sign_in(owner.email, "wrong")
    assert "The e-mail or the password is not right." in browser.words
    assert browser.sign_in(owner.email).reply.status == 302


def test_what_an_owner_types_is_only_text(browser: Browser) -> None:
    hostile = "\"><script>alert(1)</script>'&{{ 7 * 7 }}"
    browser.open(state=hostile).sign_in(hostile)

    assert "<script>" not in browser.html
    assert browser.send(decision="deny").back["state"] == hostile


def test_a_mended_account_stays_so_when_the_simulator_restarts(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(journal=SqliteJournal(path)) as before:
        owner = new_owner(before, BROKEN)
        Browser(owner).open().sign_in(owner.email)
    with Simulator(journal=SqliteJournal(path)) as after:
        assert is_reached(Owner(after, owner.email, owner.token, owner.vehicle_id))


def over_http(url: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, str]:
    """Status and text of what a server answers."""
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.netloc)) as connection:
        connection.request(method, f"{parts.path}?{parts.query}", body.encode(), headers)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()


def test_over_http_the_url_can_be_opened_as_it_is(simulator: Simulator, owner: Owner) -> None:
    bearer = f"Bearer {owner.token}"
    with Server(simulator) as server:
        car = f"{server.origin}/v2.0/vehicles/{owner.vehicle_id}/odometer"
        refused, body = over_http(car, authorization=bearer)
        url = json.loads(body)["resolution"]["url"]
        _, page = over_http(url)
        (interaction,) = re.findall(r'name="interaction" value="([^"]+)"', page)
        form = {"interaction": interaction, "username": owner.email, "password": "x"}
        _, end = over_http(f"{server.origin}{PATH}", "POST", urlencode(form), **ONE_FORM)
        again, _ = over_http(car, authorization=bearer)

    assert url.startswith(f"{server.origin}{PATH}?")
    assert (refused, again) == (400, 200)
    assert "You are signed in again" in end
