"""What the pages of Connect load, all of it from their own origin."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from smartcar.protocol.wire import Reply

FOLDER: Final = "/oauth/static/"
STYLESHEET: Final = f"{FOLDER}connect.css"
SCRIPT: Final = f"{FOLDER}connect.js"
ICON: Final = f"{FOLDER}connect.svg"

_TYPES: Final = {
    STYLESHEET: "text/css; charset=utf-8",
    SCRIPT: "text/javascript; charset=utf-8",
    ICON: "image/svg+xml",
}


@cache
def asset(path: str) -> Reply | None:
    """The file at *path*; None if there is none."""
    if path not in _TYPES:
        return None
    headers = {
        "content-type": _TYPES[path],
        "cache-control": "max-age=3600",
        "x-content-type-options": "nosniff",
    }
    folder = files("smartcar.simulator.connect").joinpath("static")
    return Reply(200, headers, folder.joinpath(path.rpartition("/")[2]).read_bytes())
