"""What a person does on a page: done by the controls, then said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from smartcar.errors import SmartcarError
from smartcar.simulator.clock import FASTEST
from smartcar.simulator.faults import BadRule, FaultRule

from .asking import Visitor
from .car_pages import signal as signal_page
from .fields import field_of
from .known import vehicle_id_of
from .sure import asks
from .words import day, effect, sentence, time

COMMANDS: Final = {
    "drive": "on its way.",
    "park": "parked.",
    "plug-in": "plugged in.",
    "unplug": "unplugged.",
    "security-lock": "locked.",
    "security-unlock": "unlocked.",
    "sleep": "asleep.",
    "wake": "awake.",
}
"""What the buttons of a car do, and what is said once it is done."""

_WORDS: Final = ("error", "car", "breakage", "body", "latency", "method", "path", "vehicle_id")
_EFFECTS: Final = frozenset({"error", "car", "breakage", "body", "latency", "status"})
_WHOLE: Final = ("times", "nth", "status")


def set_clock(visitor: Visitor) -> Response:
    """Let time run, stand still, or go on: by a step, or to a moment."""
    form, control = visitor.form, visitor.control
    if form.get("by", " ").strip() == "" and "by" in form:
        return visitor.refused("Say by how much: 90s, 15min, 3h or 1d 2h.", "by")
    try:
        at = datetime.fromisoformat(form["at"]) if "at" in form else None
        speed = float(form["speed"]) if "speed" in form else 0.0
    except ValueError:
        return visitor.refused("Say how fast: 0 stops time, 1 is real; or a moment in ISO 8601.")
    if not 0 <= speed <= FASTEST:
        return visitor.refused(f"Time runs 0 to {FASTEST:,.0f} times as fast as the world's.")
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)  # as the page shows it
    if at is not None or "by" in form:
        now = (control.advance(form["by"]) if at is None else control.set_clock(at=at)).now
        return visitor.done(f"It is {time(now)} on {day(now)}.")
    control.set_clock(speed=speed)
    return visitor.done(
        "The clock stands still." if not speed else f"Time runs at {speed:g} times as fast."
    )


def command(visitor: Visitor) -> Response:
    """Do something to a car, as somebody at its door would."""
    name = visitor.form.get("name", "")
    car = visitor.control.command(vehicle_id_of(visitor), name)
    return visitor.done(f"{car.nickname}: {COMMANDS.get(name, 'done.')}")


def _granted(visitor: Visitor) -> tuple[str, ...]:
    """By whom, and whose the application is."""
    world = visitor.simulator.world
    grant = world.grants.one(str(visitor.request.path_params["connection_id"]))
    application = None if grant is None else world.applications.of(grant.application)
    return (
        "somebody" if grant is None else grant.owner_email,
        "The application" if application is None else application.name,
    )


@asks("revoke", _granted)
def revoke(visitor: Visitor) -> Response:
    """End a consent, as its owner would."""
    visitor.control.revoke(str(visitor.request.path_params["connection_id"]))
    return visitor.done("Revoked: the application can no longer read this car.")


def add_fault(visitor: Visitor) -> Response:
    """Let something go wrong on purpose."""
    said: dict[str, Any] = {name: visitor.form[name] for name in _WORDS if visitor.form.get(name)}
    if not _EFFECTS & said.keys():
        return visitor.refused("Choose what should go wrong.", "error")
    try:
        for name in _WHOLE:
            if visitor.form.get(name):
                said[name] = int(visitor.form[name])
        if visitor.form.get("probability"):
            said["probability"] = float(visitor.form["probability"])
        rule = FaultRule(**said)
    except BadRule as error:
        return visitor.refused(str(error), error.field)
    except ValueError:
        told = "How often is a whole number, and a probability one from 0 to 1."
        return visitor.refused(told, "times")
    visitor.control.add_fault(rule)
    return visitor.done(f"From now on: {effect(rule)}.")


def _rule(visitor: Visitor) -> tuple[str, ...]:
    fault_id = str(visitor.request.path_params["fault_id"])
    found = (each.rule for each in visitor.control.faults() if each.id == fault_id)
    return (next((effect(each) for each in found), fault_id),)


@asks("remove-fault", _rule)
def remove_fault(visitor: Visitor) -> Response:
    """Heed a rule no more."""
    visitor.control.remove_fault(str(visitor.request.path_params["fault_id"]))
    return visitor.done("Removed.")


def set_limits(visitor: Visitor) -> Response:
    """Switch limits on or off; their figures stay."""
    settings = visitor.control.limits().settings
    is_on = visitor.form.get("on") == "yes"
    visitor.control.set_limits(msgspec.structs.replace(settings, is_on=is_on))
    return visitor.done("Requests are limited." if is_on else "Nothing is limited.")


@asks("clear-requests", lambda _: ())
def clear_requests(visitor: Visitor) -> Response:
    """Forget what was asked."""
    visitor.control.clear_requests()
    return visitor.done("Cleared.", to="/requests")


def set_signal(visitor: Visitor) -> Response:
    """Make a signal tell something else, or stay as it is."""
    form, vehicle_id, code = visitor.form, vehicle_id_of(visitor), visitor.form.get("code", "")
    signal = visitor.control.signal(vehicle_id, code)
    text, error = form.get("value", "").strip(), form.get("error", "").strip()
    is_frozen = form.get("frozen") == "yes"
    at = f"/cars/{vehicle_id}/signals/{code}"
    if not text and not error and not is_frozen:
        told = "Give a value or an error, or freeze it as it is."
        return visitor.refused_at(signal_page, told, "value", at=at)
    try:
        given: dict[str, Any] = {"error": error} if error else {}
        if text and not error:
            given = {"value": field_of(signal).read(text)}
        visitor.control.set_signal(vehicle_id, code, frozen=is_frozen, **given)
    except (SmartcarError, ValueError) as problem:
        said = problem.description if isinstance(problem, SmartcarError) else str(problem)
        told = said.replace(code, sentence(signal.name))
        return visitor.refused_at(signal_page, told, "error" if error else "value", at=at)
    return visitor.done(f"{sentence(signal.name)} is {'frozen' if is_frozen else 'set'}.")


def release_signal(visitor: Visitor) -> Response:
    """Let a signal tell again what the car says."""
    code = str(visitor.request.path_params["code"])
    visitor.control.release_signal(vehicle_id_of(visitor), code)
    return visitor.done(f"{code} tells again what the car says.")
