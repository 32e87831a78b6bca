"""What a command's reply may look like, and what counts as the car's own word."""

from __future__ import annotations

import json
from typing import Any

import pytest
from transports import Canned, reply

from smartcar import (
    ConfirmationTimeoutError,
    DecodeError,
    Smartcar,
    SmartcarError,
    Vehicle,
    VehicleBusyError,
)
from smartcar.models import Coordinates

DATE = {"date": "Mon, 01 Jun 2026 10:00:00 GMT"}
NEWER, OLDER = "2026-06-01T10:00:03.000Z", "2020-01-01T00:00:00.000Z"


def car(*answers: Any) -> Vehicle:
    return Smartcar(access_token="t", transport=Canned(*answers)).vehicle("v", user_id="u")


def reading(body: dict[str, Any], at: str = NEWER, **meta: str) -> Any:
    signal = {
        "id": "x",
        "type": "signal",
        "attributes": {"code": body.pop("code"), "status": {"value": "SUCCESS"}, "body": body},
        "meta": {"oemUpdatedAt": at, **meta},
    }
    return reply({"data": signal})


def done(**attributes: Any) -> Any:
    return reply({"data": {"id": "e", "type": "command-execution", "attributes": attributes}})


# --- replies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 202])
def test_a_flat_error_in_a_good_reply_is_raised(status: int) -> None:
    flat = {"statusCode": 409, "type": "VEHICLE_STATE", "code": "ASLEEP", "description": "Zz."}
    with pytest.raises(VehicleBusyError) as caught:
        car(reply(flat, status)).lock()
    assert (caught.value.status, caught.value.code) == (409, "ASLEEP")


@pytest.mark.parametrize("word", ["ERROR", "FAILED", "failure", "TIMEOUT", "REJECTED"])
@pytest.mark.parametrize("is_object", [True, False])
def test_a_status_that_says_no_is_raised(word: str, is_object: bool) -> None:
    with pytest.raises(SmartcarError, match=word):
        car(done(status={"value": word} if is_object else word)).lock()


@pytest.mark.parametrize("word", ["SUCCESS", "COMPLETED", "PENDING"])
def test_a_status_that_nobody_knows_is_kept(word: str) -> None:
    told = car(done(status={"value": word})).lock()

    assert told.status == word.lower()
    assert told.execution is not None
    assert told.execution.status == word


@pytest.mark.parametrize("body", [{"errors": []}, {}, {"ok": True}, {"data": None}, []])
def test_a_reply_that_says_nothing_is_no_success(body: Any) -> None:
    with pytest.raises(DecodeError):
        car(reply(body)).lock()


def test_nulls_beside_the_outcome_do_no_harm() -> None:
    attributes = {"status": {"value": "SUCCESS", "error": None}, "parameters": None}
    item = {"id": "e", "attributes": attributes, "links": None, "meta": None, "relationships": None}
    assert car(reply({"data": item, "included": None})).lock().status == "success"


# --- the car's own word ---------------------------------------------------------------------------

EMPTY = reply(b"", 204, DATE)


def test_a_limit_is_confirmed_by_what_was_asked_for_though_the_reply_is_empty() -> None:
    limits = reading({"code": "charge-chargelimits", "activeLimit": 80, "values": []})
    assert car(EMPTY, limits).set_charge_limit(80).wait_until_confirmed().value.active_limit == 80


def test_no_limit_is_not_the_limit_that_was_asked_for() -> None:
    limits = reading({"code": "charge-chargelimits", "activeLimit": None, "values": []})
    with pytest.raises(ConfirmationTimeoutError):
        car(EMPTY, limits).set_charge_limit(80).wait_until_confirmed(10)


def test_a_timer_without_an_id_is_not_the_schedule_that_was_made() -> None:
    timers = reading({"code": "charge-chargetimers", "values": [{"type": "GLOBAL"}]})
    made = car(EMPTY, timers).schedule_daily_charge(Coordinates(1, 2), "22:00", "06:00")
    with pytest.raises(ConfirmationTimeoutError):
        made.wait_until_confirmed(10)


def test_a_schedule_is_gone_when_no_timer_has_its_id() -> None:
    timers = reading({"code": "charge-chargetimers", "values": [{"scheduleId": "other"}]})
    there = reading({"code": "charge-chargetimers", "values": [{"scheduleId": "mine"}]})
    assert car(EMPTY, there, timers).delete_charge_schedule("mine").wait_until_confirmed()
    with pytest.raises(ConfirmationTimeoutError):
        car(EMPTY, there).delete_charge_schedule("mine").wait_until_confirmed(10)


@pytest.mark.parametrize("meta", [{}, {"retrievedAt": NEWER}])
def test_an_old_report_confirms_nothing_however_lately_it_was_fetched(meta: dict[str, str]) -> None:
    locked = reading({"code": "closure-islocked", "value": True}, OLDER, **meta)
    with pytest.raises(ConfirmationTimeoutError):
        car(EMPTY, locked).lock().wait_until_confirmed(10)


def test_a_failure_that_passes_does_not_end_the_waiting() -> None:
    asleep = {"errors": [{"status": "409", "type": "VEHICLE_STATE", "code": "ASLEEP"}]}
    trouble = [reply("bad gateway", 502) for _ in range(4)] + [reply(asleep, 409)]
    locked = reading({"code": "closure-islocked", "value": True})
    assert car(EMPTY, *trouble, locked).lock().wait_until_confirmed(300).value is True


def test_what_stood_in_the_way_is_told_when_the_waiting_ends() -> None:
    with pytest.raises(ConfirmationTimeoutError) as caught:
        car(EMPTY, reply("bad gateway", 502)).lock().wait_until_confirmed(10)
    assert isinstance(caught.value.__cause__, SmartcarError)
    assert caught.value.__cause__.status == 502


# --- answers that come from somebody else ---------------------------------------------------------

PORTAL = reply({"ok": True})
PAGE = reply(b"<html>Please log in</html>", headers={"content-type": "text/html"})


@pytest.mark.parametrize("answer", [PORTAL, PAGE], ids=["JSON", "HTML"])
def test_a_captive_portal_is_not_taken_for_an_empty_account(answer: Any) -> None:
    client = Smartcar(access_token="t", transport=Canned(answer))
    asked = [
        lambda: list(client.connections()),
        lambda: client.connection("c"),
        lambda: client.vehicle("v").attributes(),
        lambda: client.vehicle("v").signals(),
        lambda: client.vehicle("v").signal("odometer-traveleddistance"),
        lambda: client.create_subscription(webhook_id="w", user_id="u", vehicle_id="v"),
    ]
    for ask in asked:
        with pytest.raises(DecodeError):
            ask()


def test_a_page_of_html_is_not_taken_for_a_removal() -> None:
    with pytest.raises(DecodeError):
        Smartcar(access_token="t", transport=Canned(PAGE)).remove_user("u")


def test_one_null_spoils_neither_its_signal_nor_the_others() -> None:
    good = json.loads(reading({"code": "closure-islocked", "value": True}).body)["data"]
    odd = {**good, "id": "odd", "meta": None, "links": None, "relationships": None}
    wild = {"id": "wild", "attributes": 7}
    signals = car(reply({"data": [good, odd, wild], "links": None})).signals()
    assert [each.value for each in signals] == [True, True, None]
    assert signals["wild"].error is not None
    assert signals["wild"].error.type == "DECODE"


def test_nulls_in_a_listing_do_no_harm() -> None:
    item = {"id": "c", "type": "connection", "attributes": None, "links": None, "meta": None}
    client = Smartcar(access_token="t", transport=Canned(reply({"data": [item], "links": None})))
    assert [each.id for each in client.connections()] == ["c"]


def test_a_week_without_a_single_window_is_refused_before_anything_is_sent() -> None:
    transport = Canned(EMPTY)
    vehicle = Smartcar(access_token="t", transport=transport).vehicle("v", user_id="u")
    with pytest.raises(ValueError, match="days"):
        vehicle.schedule_weekly_charge(Coordinates(1, 2), {})
    assert not transport.requests
