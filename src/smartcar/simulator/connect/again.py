"""Signing in again, where an account's sign-in no longer works: ``/oauth/reauthenticate``.

No code and no new consent come of it: the tokens of before work again.
Source: https://smartcar.com/docs/connect/re-auth/redirect-to-connect
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator import events
from smartcar.simulator.application import SimulatedApplication
from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.fleet import Grant
from smartcar.simulator.world import World

from . import pages
from .attempt import Misconfigured, read_redirect, the_application, way_back
from .brands import BrandRow, find_brand
from .fates import fate_of, is_mendable
from .logins import is_wrong
from .replies import (
    REFUSED,
    SAID,
    answers_of,
    bad_link,
    done,
    no_form,
    no_way_back,
    one,
    page,
    redirect,
    too_old,
)

AGAIN_PATH: Final = "/oauth/reauthenticate"
ATTEMPTS_AT_HAND: Final = 4096
"""Owners on their way at once; an older attempt must begin anew."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who is to sign in again, to which car, and where to go then."""

    id: str
    application: SimulatedApplication
    redirect_uri: str | None
    state: str | None
    spec: Spec
    grants: tuple[Grant, ...]
    """Of every owner who has connected the car, those first whose sign-in no longer works."""
    external_id: str | None
    """None: what is kept stays; the word ``null`` clears it."""

    @property
    def brand(self) -> BrandRow:
        """Whose account it is."""
        return find_brand(self.spec.make) or BrandRow(self.spec.make, self.spec.make.title())

    def back(self, **parameters: str | None) -> str:
        """The way back to the app."""
        return way_back(self.redirect_uri or "", self.state, parameters)


class Again:
    """The way of every owner who must sign in again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()
        self._begun = 0

    def answer(self, request: Request, now: float) -> Reply:
        """A page, or the way back to the app."""
        if request.method == "GET" and "interaction" not in request.query:
            return self._begin(request.query)
        answers = answers_of(request)
        if answers is None:
            return no_form()
        attempt = self._attempts.get(one(answers, "interaction"))
        if attempt is None:
            return too_old()
        if one(answers, "decision") == "deny":
            return self._back(attempt, "access_denied")
        username = one(answers, "username").strip().lower()
        password = one(answers, "password")
        if not username or not password or is_wrong(password):
            asked = "Enter the e-mail and the password of your account."
            told = REFUSED if username and password else asked
            return self._ask(attempt, username, told)
        return self._sign_in(attempt, username, now)

    def fail(self, request: Request, error: str, now: float) -> Reply:
        """Send the owner back to the app with *error*, wherever on the way they are."""
        attempt = self._attempt_of(request)
        return self.answer(request, now) if attempt is None else self._back(attempt, error)

    def _attempt_of(self, request: Request) -> Attempt | None:
        """Whose way *request* is a step of; None if it is of nobody's."""
        if request.method == "GET" and "interaction" not in request.query:
            started = self._start(request.query)
            return started if isinstance(started, Attempt) else None
        return self._attempts.get(one(answers_of(request) or {}, "interaction"))

    def _begin(self, query: Mapping[str, str]) -> Reply:
        attempt = self._start(query)
        if isinstance(attempt, Reply):
            return attempt
        self._attempts[attempt.id] = attempt
        if len(self._attempts) > ATTEMPTS_AT_HAND:
            self._attempts.popitem(last=False)
        return self._ask(attempt, attempt.grants[0].owner_email)

    def _start(self, query: Mapping[str, str]) -> Attempt | Reply:
        """What the link asks for, or a page that says what is wrong with it."""
        try:
            application = the_application(query, self._world.applications)
            _check_response_type(query)
            # A resolution.url comes without one: opened as it is, it ends on a page.
            redirect_uri = read_redirect(query, application)
            spec, grants = self._found(query.get("vehicle_id", ""), application)
        except Misconfigured as error:
            return bad_link(str(error))
        self._begun += 1
        return Attempt(
            id=self._world.next_id("sign in again", self._begun),
            application=application,
            redirect_uri=redirect_uri,
            state=query.get("state"),
            spec=spec,
            grants=grants,
            external_id=query.get("external_id") or None,
        )

    def _found(
        self, vehicle_id: str, application: SimulatedApplication
    ) -> tuple[Spec, tuple[Grant, ...]]:
        """The car, and who has connected it.

        Raises:
            Misconfigured: Nobody has (what the real Connect shows then is unconfirmed).
        """
        spec = self._world.garage.spec(vehicle_id)
        whose = self._world.applications.key(application)
        grants = list(self._world.grants.of(whose, vehicle_id=vehicle_id)) if spec else []
        if spec is None or not grants:
            msg = "vehicle_id is not of a car that is connected to this application."
            raise Misconfigured(msg)
        return spec, tuple(sorted(grants, key=lambda each: not self._is_broken(each, spec)))

    def _is_broken(self, grant: Grant, spec: Spec) -> bool:
        fate = fate_of(grant.owner_email, spec.vin)
        return (
            fate is not None and is_mendable(fate) and grant.owner_email not in self._world.mended
        )

    def _ask(self, attempt: Attempt, username: str, problem: str | None = None) -> Reply:
        spec = attempt.spec
        return page(
            pages.sign_in_again(
                app_name=attempt.application.name,
                brand=attempt.brand,
                vehicle=pages.VehicleRow(spec.id, spec.make, spec.model, spec.year),
                owner=attempt.grants[0].owner_email,
                username=username,
                problem=problem,
                form=pages.Form(AGAIN_PATH, {"interaction": attempt.id}),
                can_exit=attempt.redirect_uri is not None,
            )
        )

    def _sign_in(self, attempt: Attempt, username: str, now: float) -> Reply:
        grant = next((each for each in attempt.grants if each.owner_email == username), None)
        if grant is None:
            told = "This car is connected with another account. Sign in with that one."
            return self._ask(attempt, username, told)
        if attempt.external_id is not None:
            self._rename(grant, attempt.external_id, now)
        self._world.record(events.SignedInAgain(at=now, owner_email=grant.owner_email))
        del self._attempts[attempt.id]
        if attempt.redirect_uri is None:
            app_name = attempt.application.name
            told = f"{app_name} can reach your car again. You can close this page."
            return done("You are signed in again", told)
        kept = None if attempt.external_id == "null" else attempt.external_id
        return redirect(attempt.back(vehicle_id=attempt.spec.id, external_id=kept))

    def _rename(self, grant: Grant, external_id: str, now: float) -> None:
        """The app's own id of the owner, in place of the one before."""
        self._world.record(
            events.Connected(
                at=now,
                connection_id=grant.id,
                user_id=grant.user_id,
                owner_email=grant.owner_email,
                vehicle_id=grant.vehicle_id,
                permissions=grant.permissions,
                mode=grant.mode,
                external_id=None if external_id == "null" else external_id,
                application=grant.application,
            )
        )

    def _back(self, attempt: Attempt, error: str) -> Reply:
        self._attempts.pop(attempt.id, None)
        if attempt.redirect_uri is None:
            return no_way_back("You are not signed in", error)
        return redirect(attempt.back(error=error, error_description=SAID[error]))


def _check_response_type(query: Mapping[str, str]) -> None:
    if query.get("response_type") not in {"vehicle_id", "none"}:
        msg = "response_type must be vehicle_id or none."
        raise Misconfigured(msg)
