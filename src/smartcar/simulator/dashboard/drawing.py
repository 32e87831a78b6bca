"""Pages from templates, with the icons set into them: a page has no style or script of its own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from .questions import question
from .words import FILTERS

STATIC: Final = "/simulator/static"
"""Where the stylesheet, the scripts and the libraries are served."""


@cache
def environment() -> Environment:
    """How templates are read."""
    made = Environment(
        autoescape=True,
        loader=PackageLoader("smartcar.simulator.dashboard"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    known: dict[str, Any] = {"svg": svg, "static": STATIC, "question": question}
    made.globals.update(known)
    made.filters.update(FILTERS)
    return made


@cache
def svg(name: str, size: str = "") -> Markup:
    """An icon that a screen reader passes over: words stand beside it."""
    folder = files("smartcar.simulator.dashboard").joinpath("static", "vendor", "lucide-static")
    drawn = folder.joinpath(f"{name}.svg").read_text("utf-8")
    inside = drawn.partition(">\n")[2].rpartition("</svg>")[0].partition(">")[2]
    # Our own files, and a name of ours: nothing of a request gets here.
    return Markup(  # noqa: S704
        f'<svg class="icon {size}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{inside.strip()}</svg>'
    )


def draw(template: str, **facts: object) -> str:
    """The page that *template* makes of *facts*."""
    return environment().get_template(template).render(facts)
