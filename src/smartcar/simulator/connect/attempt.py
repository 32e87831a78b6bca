"""One owner's way through Connect: what the app asked for, and what the owner has said so far.

Facts: the Connect URL pages of Smartcar's documentation, and what its SDKs put into authorize URLs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from smartcar.simulator.application import Applications, SimulatedApplication
from smartcar.simulator.cars.spec import Mode, Spec
from smartcar.simulator.fleet import ALL_PERMISSIONS

from .logins import Login, read_login

MODES: Mapping[str, Mode] = {"live": "live", "simulated": "simulated", "test": "test"}


_PATH = "/%:@!$&'()*+,;=-._~"
"""What a path may have as it is: https://www.rfc-editor.org/rfc/rfc3986#section-3.3"""


_UNSAID = frozenset({None, "", "undefined"})
"""The last is what JavaScript makes of a variable that is not set."""


class Misconfigured(Exception):  # noqa: N818 -- it reads as what happened
    """The URL itself is wrong.  Told on a page: there is no redirect URI to be trusted."""


@dataclass(slots=True)
class Attempt:
    """What the app's URL asked for, and how far its owner has come."""

    id: str
    application: SimulatedApplication
    redirect_uri: str | None
    asked: tuple[tuple[str, bool], ...]
    """Permissions, and whether the owner must grant them."""
    state: str | None
    mode: Mode
    make: str | None
    single_select: bool
    single_select_vin: str | None
    external_id: str | None
    country: str | None
    """The one that a flag names."""
    is_forced: bool
    """Show the grant page even if all this was granted before."""
    wants_code: bool
    brand: str | None = None
    username: str = ""
    vehicles: list[Spec] = field(default_factory=list[Spec])
    is_signed_in: bool = False

    @property
    def brand_is_given(self) -> bool:
        """Did the app choose the brand, so that the owner cannot?"""
        return self.make is not None

    @property
    def must_choose(self) -> bool:
        """Must the owner say which car, whatever was granted before?"""
        return self.single_select and len(self.vehicles) > 1

    def back(self, **parameters: str | None) -> str:
        """The way back to the app, with *parameters* and its own state."""
        return way_back(self.redirect_uri or "", self.state, parameters)

    @property
    def login(self) -> Login:
        """What the e-mail means that was typed."""
        return read_login(self.username)


def way_back(redirect_uri: str, state: str | None, parameters: Mapping[str, str | None]) -> str:
    """*redirect_uri* with those *parameters* that have a value, and with the app's own state."""
    said = {name: value for name, value in parameters.items() if value is not None}
    if state is not None:
        said["state"] = state
    scheme, _, rest = redirect_uri.partition("://")  # not by urlsplit: a client id may have "_"
    parts = urlsplit(f"//{rest}")
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *said.items()])
    behind = urlunsplit(
        (
            "",
            _ascii_host(parts.netloc),
            quote(parts.path, safe=_PATH),
            query,
            quote(parts.fragment, safe=_PATH),
        )
    )
    return f"{scheme}:{behind}"


def read_attempt(attempt_id: str, query: Mapping[str, str], applications: Applications) -> Attempt:
    """What the URL asks for.

    Raises:
        Misconfigured: It names no application that we know, or no address that we may send to.
    """
    application = the_application(query, applications)
    response_type = query.get("response_type", "code")
    if response_type not in {"code", "none"}:
        msg = "response_type must be code or none."
        raise Misconfigured(msg)
    default = application.first_redirect_uri if response_type == "code" else None
    redirect_uri = read_redirect(query, application, default)
    mode = MODES.get(query.get("mode", "live"))
    if mode is None:
        msg = "mode must be live, simulated or test."
        raise Misconfigured(msg)
    is_single = query.get("single_select", "false").lower() == "true"
    return Attempt(
        id=attempt_id,
        application=application,
        redirect_uri=redirect_uri,
        asked=_asked(query.get("scope", "")),
        state=query.get("state"),
        mode=mode,
        make=query.get("make", "").upper() or None,
        single_select=is_single,
        single_select_vin=query.get("single_select_vin", "").upper() or None if is_single else None,
        external_id=_external(query.get("external_id")),
        country=_country(query.get("flags", "")),
        is_forced=query.get("approval_prompt", "auto") == "force",
        wants_code=response_type == "code",
    )


def the_application(query: Mapping[str, str], applications: Applications) -> SimulatedApplication:
    """The application that the URL names.

    Raises:
        Misconfigured: It names none, or one that nobody knows.
    """
    name = query.get("client_id") or query.get("application_id")
    application = applications.called(name)
    if application is None:
        msg = "client_id (or application_id) is not of an application that this simulator knows."
        raise Misconfigured(msg)
    return application


def read_redirect(
    query: Mapping[str, str], application: SimulatedApplication, default: str | None = None
) -> str | None:
    """Where the URL wants its owner sent in the end, if anywhere.

    Raises:
        Misconfigured: It is nowhere that we may send to.
    """
    said = query.get("redirect_uri")
    redirect_uri = default if said in _UNSAID else said
    if redirect_uri is not None and not application.accepts_redirect(redirect_uri):
        msg = "redirect_uri must be an https address, or one on this machine."
        if application.redirect_uris:
            msg = "redirect_uri must be one of those that the application has registered."
        raise Misconfigured(msg)
    return redirect_uri


def _ascii_host(netloc: str) -> str:
    """A host as a header can carry it: Punycode where it is not ASCII."""
    if netloc.isascii():
        return netloc
    host, colon, port = netloc.partition(":")
    return f"{host.encode('idna').decode()}{colon}{port}"


def _asked(scope: str) -> tuple[tuple[str, bool], ...]:
    """Names with or without ``required:``; none means what the dashboard has set: everything."""
    asked: dict[str, bool] = {}
    for word in scope.split() or ALL_PERMISSIONS:
        name = word.removeprefix("required:")
        asked[name] = asked.get(name, False) or name != word
    return tuple(asked.items())


def _country(flags: str) -> str | None:
    """The country of ``country:DE``, one of the flags."""
    named = (flag.partition(":") for flag in flags.split())
    return next((value for name, _, value in named if name == "country"), None)


def _external(external_id: str | None) -> str | None:
    """The app's own id of the owner; the word ``null`` clears it."""
    return None if external_id in {None, "", "null"} else external_id
