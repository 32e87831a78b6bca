"""Owners, their cars, webhooks, and the management API, on v2.0."""

from __future__ import annotations

import pytest
from old_caller import MANAGEMENT, Owner, Said, basic, new_owner, owner_of

from smartcar.protocol.wire import Request
from smartcar.simulator import Simulator
from smartcar.simulator.application import DEFAULT_MANAGEMENT_TOKEN
from smartcar.simulator.cars.spec import PLAYGROUND_ID
from smartcar.simulator.fleet import ALL_PERMISSIONS

REFUSED = (401, "AUTHENTICATION", None)
MALFORMED = (400, "VALIDATION", None)
FORBIDDEN = (403, "PERMISSION", None)
BEARER = f"Bearer {DEFAULT_MANAGEMENT_TOKEN}"


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, 0)


def manage(owner: Owner, method: str = "GET", **query: str) -> Said:
    path = "/management/connections"
    return owner.ask(path, query, method=method, authorization=MANAGEMENT)


def test_a_user_is_who_connected(tesla: Owner) -> None:
    assert tesla.ask("/user").body == {"id": tesla.user_id}


def test_vehicles_are_listed_in_pages_and_counted_in_all(simulator: Simulator) -> None:
    owner = new_owner(simulator, "12-vehicles@smartcar.com")

    def page(**query: str) -> tuple[int, dict[str, int]]:
        body = owner.ask("/vehicles", query).body
        return len(body["vehicles"]), body["paging"]

    assert page() == (10, {"count": 12, "offset": 0})
    assert page(limit="50") == (12, {"count": 12, "offset": 0})
    assert page(limit="5", offset="10") == (2, {"count": 12, "offset": 10})
    assert page(limit="1", offset="12") == (0, {"count": 12, "offset": 12})
    first, second = (owner.ask("/vehicles", {"limit": "6", "offset": n}).body for n in ("0", "6"))
    assert len({*first["vehicles"], *second["vehicles"]}) == 12


@pytest.mark.parametrize("limit", ["0", "51", "-1", "many"])
def test_a_page_has_1_to_50(tesla: Owner, limit: str) -> None:
    assert tesla.ask("/vehicles", {"limit": limit}).error == MALFORMED


def test_permissions_have_no_prefix_and_come_25_at_once(tesla: Owner) -> None:
    first = tesla.car("/permissions").body
    rest = tesla.car("/permissions", {"limit": "25", "offset": "25"}).body

    assert first["paging"] == {"count": len(ALL_PERMISSIONS), "offset": 0}
    assert len(first["permissions"]) == 25
    assert {*first["permissions"], *rest["permissions"]} == set(ALL_PERMISSIONS)


def test_a_disconnected_car_is_gone_on_both_versions(simulator: Simulator, tesla: Owner) -> None:
    got = tesla.car("/application", method="DELETE", body={})

    assert (got.status, got.body) == (200, {"status": "success"})
    assert tesla.car("/odometer").error == FORBIDDEN
    assert tesla.ask("/vehicles").body["vehicles"] == []
    bearer = {"authorization": f"Bearer {tesla.token}"}
    path = f"/v3/vehicles/{tesla.vehicle_id}"
    assert simulator.send(Request("GET", path, {}, bearer)).status == 404


@pytest.mark.parametrize("authorization", [BEARER, MANAGEMENT], ids=["bearer", "basic"])
def test_a_management_token_lets_a_car_go_too(tesla: Owner, authorization: str) -> None:
    got = tesla.car("/application", method="DELETE", authorization=authorization)

    assert got.status == 200
    assert tesla.car("/odometer").error == FORBIDDEN


def test_a_webhook_is_subscribed_on_v2_and_seen_by_v3(simulator: Simulator, tesla: Owner) -> None:
    webhook = simulator.world.webhook_id
    for _ in range(2):
        assert tesla.car(f"/webhooks/{webhook}", method="POST").body == {
            "webhookId": webhook,
            "vehicleId": tesla.vehicle_id,
        }

    (subscribed,) = simulator.world.subscriptions.values()
    assert (subscribed.vehicle_id, subscribed.user_id) == (tesla.vehicle_id, tesla.user_id)
    got = tesla.car(f"/webhooks/{webhook}", method="DELETE", body={}, authorization=BEARER)
    assert got.body == {"status": "success"}
    assert simulator.world.subscriptions == {}


def test_a_webhook_must_be_one(tesla: Owner) -> None:
    other = "11111111-2222-4333-8444-555555555555"

    for more in ({"method": "POST"}, {"method": "DELETE", "authorization": BEARER}):
        assert tesla.car("/webhooks/nonsense", **more).error == MALFORMED
        assert tesla.car(f"/webhooks/{other}", **more).status == 404


def test_only_a_management_token_unsubscribes(simulator: Simulator, tesla: Owner) -> None:
    path = f"/webhooks/{simulator.world.webhook_id}"

    assert tesla.car(path, method="DELETE").error == REFUSED
    assert tesla.car(path, method="DELETE", authorization=MANAGEMENT).error == REFUSED


def test_connections_are_paged_by_a_cursor_newest_first(simulator: Simulator) -> None:
    newest = new_owner(simulator, "new@example.com")
    seen: list[dict[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        body = manage(newest, limit="5", cursor=cursor).body
        seen += body["connections"]
        cursor = body["paging"]["cursor"]

    assert len(seen) == 13
    assert len({each["vehicleId"] for each in seen}) == 13
    assert seen[0].keys() == {"vehicleId", "userId", "connectedAt", "mode"}
    assert (seen[0]["vehicleId"], seen[0]["userId"]) == (newest.vehicle_id, newest.user_id)
    times = [each["connectedAt"] for each in seen]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(("query", "size"), [({"limit": "100"}, 100), ({}, 10)], ids=str)
def test_a_page_of_connections_has_10_or_up_to_100(query: dict[str, str], size: int) -> None:
    owner = owner_of(Simulator(seed=7, fleet=120), 0)

    body = manage(owner, **query).body
    rest = manage(owner, **query, cursor=body["paging"]["cursor"]).body

    assert len(body["connections"]) == size
    assert len(rest["connections"]) == min(size, 120 - size)


def test_ending_what_a_page_lists_skips_nothing(tesla: Owner) -> None:
    ended = 0
    cursor: str | None = ""
    while cursor is not None:
        body = manage(tesla, limit="5", cursor=cursor).body
        for each in body["connections"]:
            ended += len(manage(tesla, "DELETE", vehicle_id=each["vehicleId"]).body["connections"])
        cursor = body["paging"]["cursor"]

    assert ended == 12
    assert manage(tesla).body == {"connections": [], "paging": {"cursor": None}}


def test_connections_are_filtered(tesla: Owner) -> None:
    for query in ({"vehicle_id": tesla.vehicle_id}, {"user_id": tesla.user_id}):
        (found,) = manage(tesla, **query).body["connections"]
        assert (found["vehicleId"], found["userId"]) == (tesla.vehicle_id, tesla.user_id)
    assert manage(tesla, mode="simulated").body["connections"] == []


def test_connections_of_an_owner_are_ended(simulator: Simulator) -> None:
    owner = new_owner(simulator, "3-vehicles@smartcar.com")
    got = manage(owner, "DELETE", user_id=owner.user_id)

    assert len(got.body["connections"]) == 3
    assert got.body["connections"][0].keys() == {"vehicleId", "userId"}
    assert owner.car("/odometer").error == FORBIDDEN


def test_ending_nothing_in_particular_is_refused(tesla: Owner) -> None:
    assert manage(tesla, "DELETE").error == MALFORMED


@pytest.mark.parametrize(
    "query", [{"limit": "101"}, {"limit": "0"}, {"cursor": "nonsense"}, {"mode": "dead"}], ids=str
)
def test_what_cannot_be_listed_is_refused(tesla: Owner, query: dict[str, str]) -> None:
    assert manage(tesla, **query).error == MALFORMED


def test_only_a_management_token_manages(tesla: Owner) -> None:
    for authorization in (
        None,
        BEARER,
        basic("default", "nonsense"),
        basic("other", DEFAULT_MANAGEMENT_TOKEN),
    ):
        got = tesla.ask("/management/connections", authorization=authorization)
        assert got.error == REFUSED


def test_the_playground_is_open_to_its_token(simulator: Simulator) -> None:
    owner = Owner(simulator, "playground@example.com", "test-data-token", PLAYGROUND_ID)

    assert owner.ask("/vehicles").body["vehicles"] == [PLAYGROUND_ID]
    assert owner.car("/odometer").status == 200
