"""What Connect answers a browser with: a page, a redirect, or the end of the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from smartcar.protocol.wire import Reply, Request

from . import pages

HEADERS: Final = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    # No form-action: browsers would apply it to the redirect that leads back to the app.
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
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


def done(title: str, message: str) -> Reply:
    """All is well, and there is no app to go back to."""
    return page(pages.done_page(title=title, message=message))


def dead_end(status: int, title: str, message: str) -> Reply:
    """It goes no further from here."""
    return Reply(
        status, HEADERS, pages.problem_page(title=title, message=message, detail="").encode()
    )


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
