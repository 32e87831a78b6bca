"""Which visits to workshops are told: days in every form, chosen alike on both versions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from old_caller import Owner, owner_of
from readings import resource
from transports import Canned, reply

from smartcar import AsyncVehicle, Vehicle
from smartcar.simulator import Simulator

VERSIONS = ("2.0", "3")
BMW = 2
LAST = datetime(2026, 2, 17, 9, tzinfo=UTC)
"""When the BMW was at a workshop last; before that, a year ago, and two."""

CET = timezone(timedelta(hours=1))


@pytest.fixture
def bmw(simulator: Simulator) -> Owner:
    """The owner of a car that has been at workshops three times."""
    return owner_of(simulator, BMW)


def car(owner: Owner, version: str) -> Vehicle:
    return Vehicle(owner.vehicle_id, owner.token, version=version, transport=owner.simulator)


@pytest.mark.parametrize("version", VERSIONS)
def test_where_nobody_says_it_is_the_last_year(bmw: Owner, version: str) -> None:
    (visit,) = car(bmw, version).service_history()

    assert datetime.fromisoformat(visit.service_date or "") == LAST


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2020-01-01", None, 3),
        (date(2020, 1, 1), None, 3),
        (date.min, date.max, 3),
        (datetime(2020, 1, 1, tzinfo=UTC), None, 3),
        ("2020-01-01T00:00:00.000Z", "2020-02-01", 0),
        (date(2026, 2, 17), date(2026, 2, 17), 1),
        (date(2026, 2, 18), None, 0),
        (LAST, LAST, 1),
        (LAST + timedelta(seconds=1), None, 0),
        (None, LAST - timedelta(seconds=1), 1),
        (LAST.astimezone(CET), None, 1),
        (None, "2026-02-16", 1),
        (None, date(2026, 2, 17), 2),  # the year before its end
        ("", "", 1),
        (date(2026, 6, 1), date(2020, 1, 1), 0),
    ],
)
def test_both_versions_choose_the_same(
    bmw: Owner, version: str, start: Any, end: Any, count: int
) -> None:
    assert len(car(bmw, version).service_history(start, end)) == count
    assert len(car(bmw, version).service_history(start_date=start, end_date=end)) == count


@pytest.mark.parametrize("version", VERSIONS)
async def test_awaiting_chooses_too(bmw: Owner, version: str) -> None:
    awaited = AsyncVehicle(bmw.vehicle_id, bmw.token, version=version, transport=bmw.simulator)

    assert len(await awaited.service_history(date(2020, 1, 1))) == 3


def test_what_is_chosen_keeps_its_age_and_its_reply(bmw: Owner) -> None:
    old, new = (car(bmw, version).service_history(date(2020, 1, 1)) for version in VERSIONS)

    assert new.meta.data_age == old.meta.data_age
    assert new.reply is not None
    assert new.request_id


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("2025-01-31", "2025-01-31"),
        ("2025-01-31T10:00:00Z", "2025-01-31T10:00:00Z"),
        (date(2025, 1, 31), "2025-01-31"),
        (datetime(2025, 1, 31, 10, tzinfo=UTC), "2025-01-31T10:00:00.000Z"),
        (datetime(2025, 1, 31, 10, 0, 5, 678_900, tzinfo=CET), "2025-01-31T09:00:05.678Z"),
        (datetime(999, 1, 31, tzinfo=UTC), "0999-01-31T00:00:00.000Z"),
    ],
)
def test_a_day_is_sent_as_v2_takes_it(said: Any, sent: str) -> None:
    canned = Canned(reply([]))

    Vehicle("v", "t", transport=canned).service_history(said, end_date=said)

    assert canned.requests[0].query == {"start_date": sent, "end_date": sent}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "wrong",
    [
        datetime(2025, 1, 31, 10),  # noqa: DTZ001 -- the time zone is what it lacks
        datetime(1, 1, 1, tzinfo=CET),  # before the calendar begins, in UTC
        "yesterday",
        "31.01.2025",
        1738281600,
        True,
    ],
)
def test_what_is_no_day_is_refused_before_it_is_sent(version: str, wrong: Any) -> None:
    canned = Canned(reply([]))

    with pytest.raises(ValueError, match=r"start_date: Expected date\(2025, 1, 31\), a datetime w"):
        Vehicle("v", "t", version=version, transport=canned).service_history(wrong)
    with pytest.raises(ValueError, match="end_date"):
        Vehicle("v", "t", version=version, transport=canned).service_history(end_date=wrong)

    assert canned.requests == []


def told(*times: str | None, **headers: str) -> list[str | None]:
    """The times of the visits that v3 tells, of those it is told."""
    records = [{"id": "1", "time": time} for time in times]
    answer = reply({"data": resource("service-records", {"values": records})}, headers=headers)
    car = Vehicle("v", "t", version="3", transport=Canned(answer))
    return [visit.service_date for visit in car.service_history()]


def test_on_v3_the_year_ends_when_the_server_replied() -> None:
    times = ("2025-06-02T10:00:00Z", "2024-06-02T10:00:00Z", None)

    assert told(*times, date="Mon, 01 Jun 2026 06:00:00 GMT") == [times[0], None]
    assert told(*times, date="Sun, 01 Jun 2025 06:00:00 GMT") == [times[1], None]
    assert told(*times) == [*times]  # it is not said when


@pytest.mark.parametrize("version", VERSIONS)
def test_a_batch_tells_the_visits_of_the_days_that_it_asks_for(bmw: Owner, version: str) -> None:
    asked = car(bmw, version)
    since = "/service/history?start_date=2020-01-01"

    assert asked.batch(Vehicle.service_history).service_history() == asked.service_history()
    assert asked.batch(since)[since] == asked.service_history("2020-01-01")
    assert asked.batch(since).service_history("2020-01-01") == asked.service_history("2020-01-01")
