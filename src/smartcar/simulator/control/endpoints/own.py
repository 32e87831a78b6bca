"""What the declarations of the controls have in common."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta

from smartcar.protocol.facts import UNVERSIONED

OWN: Final[Any] = {"version": UNVERSIONED}
"""Their paths have no version."""

PageSize = Annotated[int, Meta(ge=1, le=1000)]
PageNumber = Annotated[int, Meta(ge=1, le=10**9)]
Email = Annotated[str, Meta(min_length=1, max_length=200)]
