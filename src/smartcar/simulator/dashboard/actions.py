"""What a person does on a page: done by the controls, then said."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from .asking import Visitor
from .words import day, time

COMMANDS: Final = {
    "drive": "On its way.",
    "park": "Parked.",
    "plug-in": "Plugged in.",
    "unplug": "Unplugged.",
    "security-lock": "Locked.",
    "security-unlock": "Unlocked.",
    "sleep": "Asleep.",
    "wake": "Awake.",
}
"""What the buttons of a car do, and what is said once it is done."""


def set_clock(visitor: Visitor) -> Response:
    """Let time run, stand still, or go on by a step."""
    form, control = visitor.form, visitor.control
    if "by" in form:
        now = control.advance(form["by"]).now
        return visitor.done(f"It is {time(now)} on {day(now)}.")
    try:
        speed = float(form.get("speed", ""))
    except ValueError:
        return visitor.refused("Say how fast time is to run: 0 stops it, 1 is real.")
    control.set_clock(speed=speed)
    return visitor.done("The clock stands still." if not speed else f"Time runs at {speed:g}×.")


def command(visitor: Visitor) -> Response:
    """Do something to a car, as somebody at its door would."""
    name = visitor.form.get("name", "")
    arguments: dict[str, Any] = {}
    if minutes := visitor.form.get("minutes"):
        arguments["minutes"] = float(minutes)
    vehicle_id = str(visitor.request.path_params["vehicle_id"])
    car = visitor.control.command(vehicle_id, name, arguments=arguments)
    return visitor.done(f"{car.nickname}: {COMMANDS.get(name, 'done.')}")


def revoke(visitor: Visitor) -> Response:
    """End a consent, as its owner would."""
    visitor.control.revoke(str(visitor.request.path_params["connection_id"]))
    return visitor.done("Revoked: the application can no longer read this car.")
