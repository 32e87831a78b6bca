"""What Connect answers a browser with: a page, a redirect, or the end of the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.cars.spec import Spec

from . import pages

HEADERS: Final = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    # No form-action: browsers would apply it to the redirect that leads back to the app.
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

SAID: Final[Mapping[str, str]] = {
    "access_denied": "User denied access to application.",
    "vehicle_incompatible": "The user's vehicle is not compatible.",
    "invalid_subscription": "User does not have an active connected vehicle subscription.",
    "no_vehicles": "No vehicles found. Please add vehicles to your account and try again.",
    "configuration_error": "There has been an error in the configuration of your application.",
    "server_error": "Unexpected server error. Please try again.",
}
"""Descriptions of Connect errors; the last one's words are this simulator's own.

Source: https://smartcar.com/docs/errors/connect-errors
"""

_SAID_TO_OWNERS: Final[Mapping[str, str]] = {
    "vehicle_incompatible": "This car cannot be connected.",
    "invalid_subscription": (
        "This account has no active subscription for connected cars. "
        "Renew it in the app of the brand."
    ),
    "no_vehicles": "There is no car on this account. Add it in the app of the brand.",
    "configuration_error": "The app that sent you here asked for something that cannot be.",
    "server_error": "Something went wrong here.",
}
"""The same to somebody who owns a car, in this simulator's own words."""

REFUSED: Final = "The e-mail or the password is not right. Enter both again."
"""Of a sign-in; the words are this simulator's own."""

Answers = Mapping[str, list[str]]
"""What a form says, by name."""


def answers_of(request: Request) -> Answers | None:
    """What was typed, ticked or pressed; None where the request is no form."""
    if request.method == "GET":
        return {name: [value] for name, value in request.query.items()}
    if request.method == "POST":
        return parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return None


def one(answers: Answers, name: str) -> str:
    """The last value sent under *name*: a pressed button comes after hidden fields."""
    values = answers.get(name)
    return values[-1] if values else ""


def page(html: str) -> Reply:
    """A page."""
    return Reply(200, HEADERS, html.encode())


def done(title: str, message: str, cars: Sequence[Spec] = ()) -> Reply:
    """All is well, and there is no app to go back to."""
    return page(pages.done_page(title=title, message=message, cars=cars))


def dead_end(status: int, title: str, message: str, detail: str = "") -> Reply:
    """It goes no further from here; *detail* is for the app's makers."""
    html = pages.problem_page(title=title, message=message, detail=detail)
    return Reply(status, HEADERS, html.encode())


def bad_link(detail: str) -> Reply:
    """The app's link asks for what cannot be, and names no address to say so to."""
    told = _SAID_TO_OWNERS["configuration_error"]
    return dead_end(400, "This link does not work", told, detail)


def no_way_back(title: str, error: str, detail: str | None = None) -> Reply:
    """The end, with a Connect *error*, of a way that began without a redirect URI."""
    if error == "access_denied":
        return done(title, "You said no, and nothing was shared. You can close this page.")
    return dead_end(400, title, _SAID_TO_OWNERS[error], f"{error}: {detail or SAID[error]}")


def no_form() -> Reply:
    """For a method that no browser sends a form with."""
    return dead_end(405, "That is not how this works", "Connect is read and sent as forms.")


def too_old() -> Reply:
    """For a form of a way that is over, or that this simulator did not begin."""
    return dead_end(410, "This page is too old", "Go back to the app and open its link again.")


def redirect(url: str) -> Reply:
    """Back to the app."""
    return Reply(
        302, {"location": url, "cache-control": "no-store", "referrer-policy": "no-referrer"}
    )
