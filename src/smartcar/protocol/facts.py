"""What is true of an operation besides its signature.  Nothing here does I/O."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypedDict

from smartcar.errors import advice

from .origins import Host
from .wire import header_value

CLASSIC: Final = "2.0"
"""The version whose answers have an endpoint each."""

UNVERSIONED: Final = ""
"""The version of paths that have none: those of the simulator's own controls."""

Authority = Literal["token", "management token", "default:management token", "client"]
"""Who the request says it is from: the session's token; ``amt`` as a bearer; ``amt`` as the
password of a user named default; ``client_id`` and ``client_secret``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true of an operation besides its signature."""

    permission: str | None = None
    """What the owner must have granted."""
    host: Host = "vehicle"
    version: str = "3"
    needs_user: bool = False
    """Must the request name the user (``sc-user-id``)?"""
    wire: Mapping[str, str] | None = None
    """Names on the wire that are not the parameters' own."""
    constants: Mapping[str, object] | None = None
    """What is sent besides the arguments, such as ``action="LOCK"``."""
    worded: Mapping[str, Callable[[str, object], str | None]] | None = None
    """How arguments that are no text are told as text: from a name and what was given."""
    authority: Authority = "token"
    ends_with_slash: bool = False
    """Do the official SDKs put a slash behind the path?  The API takes both."""
    elsewhere: str | None = None
    """What to call instead on a version that lacks this."""
    body: str | None = None
    """The parameter that is the whole body of a change; the others are attributes of one."""

    @property
    def root(self) -> str:
        """What stands before the path."""
        return f"/v{self.version}" if self.version else ""

    @property
    def is_flat(self) -> bool:
        """Are the attributes of a change the body itself?  On v3 they are those of its ``data``."""
        return self.version in {CLASSIC, UNVERSIONED}


class Stated(TypedDict, total=False):
    """``Facts``, as a declaration states them."""

    permission: str | None
    host: Host
    version: str
    needs_user: bool
    wire: Mapping[str, str]
    constants: Mapping[str, object]
    worded: Mapping[str, Callable[[str, object], str | None]]
    authority: Authority
    ends_with_slash: bool
    elsewhere: str | None
    body: str | None


SECRETS: Final[Mapping[Authority, tuple[str, ...]]] = {
    "token": (),
    "management token": ("amt",),
    "default:management token": ("amt",),
    "client": ("client_id", "client_secret"),
}
"""Parameters that go into the ``Authorization`` header."""


REFUSED: Final[Mapping[Authority, str | None]] = {
    "token": None,
    "management token": advice.REFUSED_MANAGEMENT_TOKEN,
    "default:management token": advice.REFUSED_MANAGEMENT_TOKEN,
    "client": None,
}
"""What to do where it is refused, if that is not what the error says itself."""


def authorization(authority: Authority, fields: MutableMapping[str, Any]) -> dict[str, str]:
    """The header that *authority* asks for; the secrets are taken out of *fields*."""
    secrets = [header_value(name, fields.pop(name)) for name in SECRETS[authority]]
    if authority == "token":
        return {}
    if authority == "management token":
        return {"authorization": f"Bearer {secrets[0]}"}
    user, password = secrets if authority == "client" else ("default", secrets[0])
    return {"authorization": basic(user, password)}


def basic(user: str, password: str) -> str:
    """HTTP's Basic scheme: https://www.rfc-editor.org/rfc/rfc7617."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
