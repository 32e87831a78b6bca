"""How v2.0 is told what v3 has a command of the same name for.  Nothing here does I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ParamSpec

from smartcar.protocol.endpoint import Change, Declaration
from smartcar.protocol.facts import CLASSIC, Facts

from .classic_models import ActionResponse

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Classic:
    """A command's form on v2.0: a path, and what the body says besides the arguments."""

    path: str
    constants: Mapping[str, object] | None = None
    declaration: Declaration[..., Any] | None = None
    """Where its arguments are others than on v3."""


class ClassicCommand(Change[P, ActionResponse]):
    """A POST of v2.0.  It answers with a status and a message; it is sent once."""

    def __init__(self, declaration: Declaration[P, Any], classic: Classic, facts: Facts) -> None:
        of_v2 = Facts(
            permission=facts.permission, host="api", version=CLASSIC, constants=classic.constants
        )
        super().__init__(classic.declaration or declaration, "POST", classic.path, of_v2)

    @cached_property
    def returns(self) -> type[ActionResponse]:
        """The model that v2.0 answers with."""
        return ActionResponse
