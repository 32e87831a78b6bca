"""Who may reach the controls over HTTP: programs, and pages that the simulator served itself.

A browser is on the same machine as the simulator and would send it whatever a page elsewhere says.
Three things keep such pages out: a change must say that it is JSON, which no form can without
being asked for leave (and none is given); ``Origin`` must be the simulator's own; and ``Host`` must
be a name that nobody elsewhere can point at this machine.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from smartcar.protocol.wire import Reply, Request

from .problems import Problem

if TYPE_CHECKING:
    from smartcar.simulator.simulator import Simulator

_LOCAL: Final = re.compile(r"(.+\.)?localhost")
_ONE_LABEL: Final = re.compile(r"[a-z0-9_-]+")
"""A name that no domain of the internet has: a container's, or a machine's on the same network."""


def controlled(simulator: Simulator, request: Request, bound_to: str) -> Reply:
    """Answer *request*, which came over HTTP, if it may come at all."""
    try:
        check(request, bound_to)
    except Problem as problem:
        return problem.reply()
    try:
        return simulator.controlled(request)
    except OSError as error:  # a journal's: the disk is full, for instance
        return Problem(500, "NOT_KEPT", str(error)).reply()


def too_large(most: int) -> Reply:
    """What is answered to a body of more than so many bytes."""
    return Problem(413, "TOO_LARGE", f"The body is larger than {most} bytes.").reply()


def check(request: Request, bound_to: str = "127.0.0.1") -> None:
    """Let *request* in, if it comes from where it may.

    Args:
        request: What came.
        bound_to: The address or name that the server listens at.

    Raises:
        Problem: It comes through a name, or from a page, that is not the simulator's.
    """
    said = request.headers.get("host", "")
    host = _name(said)
    if host is None or not is_own(host, bound_to):
        told = f"Ask for the simulator by its address or as localhost, not as {said!r}."
        raise Problem(403, "FOREIGN_HOST", told, "host")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != said.lower():
        told = f"A page of {origin!r} may not drive the simulator."
        raise Problem(403, "FOREIGN_ORIGIN", told, "origin")


def is_own(host: str, bound_to: str) -> bool:
    """Is *host*, without a port, a name of the simulator that nobody elsewhere can give away?"""
    if _is_address(host) or _LOCAL.fullmatch(host) or host == bound_to.lower():
        return True
    is_open = not (_LOCAL.fullmatch(bound_to) or _is_loopback(bound_to))
    return is_open and _ONE_LABEL.fullmatch(host) is not None


def _name(host: str) -> str | None:
    """What ``Host`` says, without port and brackets; None where it makes no sense."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return _is_address(host) and ip_address(host).is_loopback
