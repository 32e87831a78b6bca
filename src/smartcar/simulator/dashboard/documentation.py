"""What there is to read about the simulator: what it serves itself, and where to read on.

Nothing of it is fetched by itself: a simulator works offline.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from .asking import Visitor
from .views import Document, DocumentationPage

SERVED: Final = (
    Document(
        title="The simulated API",
        href="/simulator/openapi.json",
        about="OpenAPI 3.1 of v3, v2.0 and the tokens, to generate a client from in any language.",
    ),
    Document(
        title="The controls",
        href="/simulator/control.json",
        about="OpenAPI 3.1 of /simulator/…: the clock, cars, signals, faults, limits, webhooks,"
        " snapshots and the log.",
    ),
    Document(
        title="What happens, as it happens",
        href="/simulator/events?watch=fleet",
        about="Server-sent events: the clock, cars that changed, requests and deliveries.",
    ),
)
ELSEWHERE: Final = (
    Document(
        title="Smartcar's documentation",
        href="https://smartcar.com/docs",
        about="The real API that is simulated here.",
    ),
    Document(
        title="Smartcar's signals",
        href="https://smartcar.com/docs/api-reference/signals/schema",
        about="What each signal says, and in which unit.",
    ),
)
SHELL: Final = (
    ("smartcar simulator --help", "The controls as commands: clock, car, fault, log and more."),
    ("smartcar --help", "The API as commands, and what receives webhooks."),
    ("python -m pydoc smartcar.simulator", "The simulator in a program or a test."),
    ("python -m pydoc smartcar", "The SDK: its names, and what each is for."),
)
"""What a terminal says, where the package is installed."""


def documentation(visitor: Visitor) -> Response:
    """What to read."""
    view = DocumentationPage(documents=SERVED, elsewhere=ELSEWHERE)
    return visitor.page("documentation.html", "/documentation", view, shell=SHELL)
