"""Listings: one iterator over all pages, each fetched when needed, from the same host only."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from owners import connect
from transports import Canned, Counting, reply

from smartcar import AsyncSmartcar, DecodeError, Request, ServerError, Smartcar
from smartcar.simulator import Simulator

SELF = "https://vehicle.api.smartcar.com/v3/connections"


def page(*ids: str, **links: str | None) -> Any:
    """A page of connections."""
    data = [{"id": each, "type": "connection"} for each in ids]
    return reply({"data": data, "meta": {"totalCount": 3, "pageNumber": 1}, "links": links})


def sent(transport: Canned | Counting) -> list[Request]:
    """The requests that were not about a token."""
    return [each for each in transport.requests if each.path != "/oauth2/token"]


@pytest.mark.parametrize("size", [1, 5, 12, 100, None])
async def test_all_items_come_once_in_order_whatever_the_page_size(
    simulator: Simulator, size: int | None
) -> None:
    whole = [each.id for each in Smartcar(transport=simulator).connections(page_size=100)]
    assert len(whole) == len(set(whole)) == 12
    counting = Counting(simulator)
    client = AsyncSmartcar(transport=counting)
    assert [each.id async for each in client.connections(page_size=size)] == whole
    assert len(sent(counting)) == -(-12 // (size or 10))
    blocking = Smartcar(transport=simulator)
    assert [each.id for each in blocking.connections(page_size=size)] == whole


def test_the_next_page_is_fetched_only_when_it_is_needed(simulator: Simulator) -> None:
    counting = Counting(simulator)
    items = Smartcar(transport=counting).connections(page_size=5)
    assert not counting.requests
    walk = iter(items)
    for _ in range(5):
        next(walk)
    assert len(sent(counting)) == 1
    next(walk)
    assert len(sent(counting)) == 2


async def test_a_page_at_a_time(simulator: Simulator) -> None:
    pages = list(Smartcar(transport=simulator).connections(page_size=5).pages())
    assert [len(each.data) for each in pages] == [5, 5, 2]
    assert [each.number for each in pages] == [1, 2, 3]
    assert {each.total for each in pages} == {12}
    assert pages[-1].next_link is None
    assert pages[0].meta["orderBy"] == "createdAt"
    awaited = AsyncSmartcar(transport=simulator).connections(page_size=5).pages()
    assert [each.data async for each in awaited] == [each.data for each in pages]


def test_each_walk_begins_anew(simulator: Simulator) -> None:
    items = Smartcar(transport=simulator).connections()
    assert [each.id for each in items] == [each.id for each in items]


def test_one_may_begin_in_the_middle(simulator: Simulator) -> None:
    client = Smartcar(transport=simulator)
    whole = [each.id for each in client.connections()]
    assert [each.id for each in client.connections(page_size=5, page_number=2)] == whole[5:]
    assert [*client.connections(page_number=99)] == []


def test_nothing_is_an_empty_walk(simulator: Simulator) -> None:
    client = Smartcar(transport=simulator)
    assert [*client.connections(external_id="nobody")] == []
    (only,) = client.connections(external_id="nobody").pages()
    assert (only.data, only.total) == ((), 0)


def test_a_failure_on_a_later_page_is_told_after_the_items_before_it() -> None:
    transport = Canned(page("a", next=f"{SELF}?page%5Bnumber%5D=2"), reply({}, 500))
    walk = iter(Smartcar(access_token="t", transport=transport, retries=0).connections())
    assert next(walk).id == "a"
    with pytest.raises(ServerError):
        next(walk)


# --- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v3/connections?page%5Bnumber%5D=2",
        "//evil.example/x?page%5Bnumber%5D=2",
        "http://vehicle.api.smartcar.com/v3/connections?page%5Bnumber%5D=2",
        "https://user:pw@evil.example:99/?page%5Bnumber%5D=2#frag",
        "/v3/users/u?page%5Bnumber%5D=2",
        "?page%5Bnumber%5D=2",
        f"{SELF}?page[number]=2",
    ],
)
async def test_of_a_next_link_only_the_query_is_followed(link: str) -> None:
    transport = Canned(page("a", next=link), page("b"))
    client = Smartcar(access_token="t", transport=transport)
    assert [each.id for each in client.connections(user_id="u")] == ["a", "b"]
    first, second = transport.requests
    assert (second.origin, second.path, second.method) == (first.origin, first.path, "GET")
    assert dict(second.query) == {"filter[userId]": "u", "page[number]": "2"}
    again = Canned(page("a", next=link), page("b"))
    awaiting = AsyncSmartcar(access_token="t", transport=again)
    assert [each.id async for each in awaiting.connections(user_id="u")] == ["a", "b"]
    assert [each.url for each in again.requests] == [each.url for each in transport.requests]


def test_relative_links_of_2025_are_followed() -> None:
    first = {
        "data": [{"id": "a"}],
        "meta": {"page": 1, "pageSize": 1, "totalCount": 2},
        "links": {"next": "/connections?page=2&pageSize=1", "previous": None},
    }
    transport = Canned(reply(first), page("b"))
    pages = list(Smartcar(access_token="t", transport=transport).connections().pages())
    assert [each.data[0].id for each in pages] == ["a", "b"]
    assert (pages[0].number, pages[0].total) == (1, 2)
    assert dict(transport.requests[1].query) == {"page": "2", "pageSize": "1"}


@pytest.mark.parametrize(
    "link", [SELF, f"{SELF}?", f"{SELF}?filter%5BuserId%5D=u", "", None, 17, [], {}], ids=repr
)
def test_a_link_to_itself_or_to_nowhere_ends_the_walk(link: Any) -> None:
    transport = Canned(page("a", next=link))
    client = Smartcar(access_token="t", transport=transport)
    assert [each.id for each in client.connections(user_id="u")] == ["a"]
    assert len(transport.requests) == 1


@pytest.mark.parametrize("link", ["https://[bad?page=2", "http://[::1?x=y", "https://[x]/?a=b"])
def test_a_link_that_is_no_address_is_told_and_not_taken_for_the_end(link: str) -> None:
    transport = Canned(page("a", next=link), page("b"))
    walked = iter(Smartcar(access_token="t", transport=transport).connections())
    assert next(walked).id == "a"
    with pytest.raises(DecodeError, match="next page"):
        next(walked)


def test_an_empty_page_ends_the_walk_though_it_names_a_next_one() -> None:
    transport = Canned(page(next=f"{SELF}?page%5Bnumber%5D=2"))
    assert [*Smartcar(access_token="t", transport=transport).connections()] == []
    assert len(transport.requests) == 1


def test_two_pages_that_point_at_each_other_do_not_walk_for_ever() -> None:
    there = page("a", next=f"{SELF}?page%5Bnumber%5D=2")
    back = page("b", next=f"{SELF}?page%5Bnumber%5D=1")
    transport = Canned(*[there, back] * 50, reply({"data": []}))
    walked = list(Smartcar(access_token="t", transport=transport).connections())
    assert len(walked) <= 4


# --- filters --------------------------------------------------------------------------------------


def test_filters_are_percent_encoded_on_the_wire() -> None:
    transport = Canned(page())
    client = Smartcar(access_token="t", transport=transport)
    nasty = "ü&page[size]=9#/?% +"
    list(
        client.connections(
            user_id=nasty, vehicle_id="v", external_id="me@example.com", mode="live", page_size=7
        )
    )
    (request,) = transport.requests
    assert request.url.startswith(f"{SELF}?filter%5BuserId%5D=%C3%BC%26page%5Bsize%5D%3D9%23")
    assert parse_qs(urlsplit(request.url).query, strict_parsing=True) == {
        "filter[userId]": [nasty],
        "filter[vehicleId]": ["v"],
        "filter[user.externalId]": ["me@example.com"],
        "filter[vehicle.mode]": ["live"],
        "page[size]": ["7"],
    }


def test_truths_are_written_as_json_has_them() -> None:
    transport = Canned(page())
    list(Smartcar(access_token="t", transport=transport).webhooks(is_enabled=True))
    list(Smartcar(access_token="t", transport=transport).webhooks(auto_subscribe=False))
    assert [each.target for each in transport.requests] == [
        "/v3/webhooks?filter%5BisEnabled%5D=true",
        "/v3/webhooks?filter%5BautoSubscribe%5D=false",
    ]


def test_filters_find_what_they_say(simulator: Simulator, smartcar: Smartcar) -> None:
    owned = connect(simulator, "a+b@example.com", external_id="7&8")
    hidden = connect(simulator, "c@example.com", mode="simulated")
    for found in (
        smartcar.connections(user_id=owned.user_id),
        smartcar.connections(vehicle_id=owned.vehicle_id),
        smartcar.connections(external_id="7&8"),
    ):
        assert [each.vehicle_id for each in found] == [owned.vehicle_id]
    assert hidden.vehicle_id not in {each.vehicle_id for each in smartcar.connections()}
    simulated = [each.vehicle_id for each in smartcar.connections(mode="simulated")]
    assert simulated == [hidden.vehicle_id]
