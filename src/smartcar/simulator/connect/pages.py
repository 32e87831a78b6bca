"""The pages of Connect: what a car's owner sees between an app's link and the way back to it.

Each function gives the whole HTML of one page. The pages are plain forms: they need no JavaScript,
carry their state in hidden fields, load nothing but ``assets``, and use neither inline styles nor
inline scripts, so that the strictest Content-Security-Policy serves. The one script only makes
comfortable what the forms do without it.

The element ids are those of Smartcar's own pages, as its SDKs' browser tests use them:
`continue-button`, `brand-search`, `button#<MAKE>.brand-list-item`, `username`, `password`,
`sign-in-button`, `.page-content` (on the last page only: tests wait for it), `approval-button`.
Source: node-sdk test/end-to-end/helpers; ruby-sdk spec/smartcar/helpers/auth_helper.rb.

Nothing here decides anything: which page comes next is the business of whoever reads the forms.
Exit sends what Decline sends, `decision=deny`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.connect import assets
from smartcar.simulator.connect.brands import BRANDS, BrandRow, find_brand, matching, monogram
from smartcar.simulator.connect.words import COUNTRY_NAMES, PERMISSION_WORDS, permission_words

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = [
    "PERMISSION_WORDS",
    "BrandRow",
    "Form",
    "PermissionRow",
    "VehicleRow",
    "brand_list",
    "done_page",
    "grant",
    "permission_words",
    "preamble",
    "problem_page",
    "sign_in",
    "sign_in_again",
]

# Five and twelve share no divisor: all tints are used, and neighbours in the grid never share one.
_BRAND_TINTS = {brand.make: index * 5 % 12 for index, brand in enumerate(BRANDS)}


@dataclass(frozen=True, slots=True)
class Form:
    """Where a page's forms go, and the hidden fields that every one of them carries."""

    action: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One permission the app asks for, in plain words; a required one cannot be unticked."""

    name: str
    words: str
    required: bool

    @property
    def acts(self) -> bool:
        """Whether it lets the app do something to the car rather than look at it."""
        return self.name.startswith("control_")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the owner's way."""

    label: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class VehicleRow:
    """One car of the account that signed in."""

    id: str
    make: str
    model: str
    year: int
    compatible: bool = True

    @property
    def brand(self) -> BrandRow:
        """The car's brand, made up from its make when it is not one of ours."""
        return find_brand(self.make) or BrandRow(self.make, self.make.replace("_", " ").title())


def preamble(
    *,
    app_name: str,
    permissions: Sequence[PermissionRow],
    form: Form,
    country: str,
    can_exit: bool = True,
    brand_is_given: bool = False,
) -> str:
    """The first page: who asks, and for what. Sends `step=brands`.

    Sends `country` too, a code or nothing, unless *brand_is_given*: then the app chose the brand
    (`make`, `single_select_vin`), and the owner chooses none.
    """
    code = country.upper()
    names = dict(COUNTRY_NAMES) if not code else {code: country, **COUNTRY_NAMES}
    return _page(
        "preamble.html",
        steps=_steps("Overview", brand_is_given=brand_is_given),
        app_name=app_name,
        permissions=permissions,
        form=form,
        country=code,
        countries=sorted(names.items(), key=lambda each: each[1]),
        can_exit=can_exit,
        brand_is_given=brand_is_given,
    )


def brand_list(
    *,
    app_name: str,
    brands: Sequence[BrandRow],
    search: str,
    form: Form,
    can_exit: bool = True,
) -> str:
    """The choice of a brand: those of *brands* that match *search*.

    Sends `make`, or `step=no-brand`; the search comes back by GET as `brand_search`, with
    `step=brands` and the form's fields.
    """
    return _page(
        "brand_list.html",
        steps=_steps("Brand"),
        app_name=app_name,
        brands=matching(search, brands),
        search=search.strip(),
        form=form,
        # A field that the search form sends by itself must not arrive twice.
        search_form=Form(form.action, _without(form, "brand_search", "step")),
        can_exit=can_exit,
    )


def sign_in(
    *,
    app_name: str,
    brand: BrandRow,
    username: str,
    problem: str | None,
    form: Form,
    can_exit: bool = True,
    brand_is_given: bool = False,
) -> str:
    """The brand's sign-in. Sends `username` and `password`, or `step=brands` for another brand.

    There is no other brand where the app chose it (`make`, `single_select_vin`).
    """
    return _page(
        "sign_in.html",
        steps=_steps("Sign in", brand_is_given=brand_is_given),
        app_name=app_name,
        brand=brand,
        username=username,
        problem=problem,
        form=form,
        change_form=Form(form.action, _without(form, "make", "step")),
        can_exit=can_exit,
        can_change_brand=not brand_is_given,
    )


def grant(
    *,
    app_name: str,
    brand: BrandRow,
    vehicles: Sequence[VehicleRow],
    single_select: bool,
    permissions: Sequence[PermissionRow],
    problem: str | None,
    form: Form,
    can_exit: bool = True,
    brand_is_given: bool = False,
    chosen: Collection[str] | None = None,
    ticked: Collection[str] | None = None,
) -> str:
    """The last page: which cars, which permissions, yes or no.

    Sends any number of `vehicle_id` (one when *single_select*) and `permission`, and `decision`,
    which is `allow` or `deny`. A required permission is ticked and sent whatever the owner does.
    What the owner left *chosen* and *ticked* before a *problem* stays so; at first all is.
    """
    if chosen is None:
        possible = [vehicle.id for vehicle in vehicles if vehicle.compatible]
        chosen = possible[:1] if single_select else possible
    return _page(
        "grant.html",
        steps=_steps("Approve", brand_is_given=brand_is_given),
        app_name=app_name,
        brand=brand,
        vehicles=vehicles,
        chosen=chosen,
        ticked=[row.name for row in permissions] if ticked is None else ticked,
        single_select=single_select,
        permissions=permissions,
        problem=problem,
        form=form,
        can_exit=can_exit,
    )


def sign_in_again(
    *,
    app_name: str,
    brand: BrandRow,
    vehicle: VehicleRow,
    owner: str,
    username: str,
    problem: str | None,
    form: Form,
    can_exit: bool = True,
) -> str:
    """The brand's sign-in for an account whose old one no longer works; *owner* says which.

    Sends `username` and `password`.
    """
    return _page(
        "sign_in_again.html",
        app_name=app_name,
        brand=brand,
        vehicle=vehicle,
        owner=owner,
        username=username,
        problem=problem,
        form=form,
        can_exit=can_exit,
    )


def done_page(*, title: str, message: str, cars: Sequence[Spec] = ()) -> str:
    """A good end, for when there is no app to go back to; *cars* are shown on the dashboard."""
    shown = [(f"/cars/{each.id}", f"{each.nickname}, {each.year} {each.model}") for each in cars]
    return _page("done.html", title=title, message=message, cars=shown, can_exit=False)


def problem_page(*, title: str, message: str, detail: str) -> str:
    """A dead end, for when there is no trusted way back to the app; *detail* is for its makers."""
    return _page("problem.html", title=title, message=message, detail=detail, can_exit=False)


def _page(template: str, *, steps: Sequence[Step] = (), **facts: object) -> str:
    return (
        _environment()
        .get_template(template)
        .render(facts, assets=assets, monogram=monogram, steps=steps, tint=_tint)
    )


def _steps(now: str, *, brand_is_given: bool = False) -> list[Step]:
    """The owner's way, of which *now* is the step that the page is."""
    labels = ["Overview", *(() if brand_is_given else ("Brand",)), "Sign in", "Approve"]
    here = labels.index(now)
    return [Step(label, index < here, index == here) for index, label in enumerate(labels)]


def _without(form: Form, *names: str) -> dict[str, str]:
    return {name: value for name, value in form.fields.items() if name not in names}


def _tint(text: str) -> int:
    """One of the stylesheet's twelve tints, always the same for the same text."""
    return _BRAND_TINTS.get(text, crc32(text.encode()) % 12)


@cache
def _environment() -> "Environment":
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  (only a server needs it)
    except ImportError:
        msg = "Connect's pages need the package jinja2: pip install 'smartcar-sdk[simulator]'"
        raise ImportError(msg, name="jinja2") from None
    return Environment(
        autoescape=True,
        loader=PackageLoader("smartcar.simulator.connect"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
