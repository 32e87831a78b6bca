"""An answer of v2.0 as headers and JSON."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from smartcar.simulator.problems import Refusal

from .routes import Route
from .visit import CLASSIC_ANSWERS, ClassicVisit
from .wording import has_units, in_units, said


class Answered(NamedTuple):
    """What is answered with 200."""

    body: Any
    headers: dict[str, str]


def perform(visit: ClassicVisit, route: Route, arguments: Mapping[str, Any]) -> Answered:
    """Answer, in the caller's units."""
    units = visit.units
    with reading(visit):
        answer = CLASSIC_ANSWERS[route.endpoint](visit, **arguments)
    headers = headers_of(visit)
    if has_units(answer):
        answer = in_units(answer, units)
        headers["sc-unit-system"] = units
    return Answered(said(answer), headers)


@contextmanager
def reading(visit: ClassicVisit) -> Generator[None]:
    """What a signal was made to tell may be nonsense to v2.0: then the maker sent bad data.

    Raises:
        Refusal: It is.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError):
        if visit.seen is None or not visit.seen.overrides:
            raise
        raise Refusal("UPSTREAM", "INVALID_DATA") from None


def headers_of(visit: ClassicVisit) -> dict[str, str]:
    """How old the data are, where the answer has data; units where they make a difference."""
    headers = visit.seen.headers if visit.seen is not None else {}
    return {**headers, "sc-unit-system": visit.units} if visit.says_units else headers
