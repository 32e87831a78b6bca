"""One exchange as it is kept: a file of JSON that people can read, and change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from smartcar.protocol.origins import Host

FOLDER: Final = "samples"
_PLAIN: Final = re.compile(r"[a-z][a-z0-9_.]*(-[a-z]+)*")
_LONGEST: Final = 60


class Asked(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A request, redacted."""

    method: str
    path: str
    """Quoted, as on the wire."""
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    caller: str | None = None
    """Stands for the credentials: the same for the same."""
    body: Any = None
    """JSON, or the fields of a form."""


class Sample(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A request and its reply, redacted."""

    number: int
    """In order of the requests, from 1."""
    at: str
    """When the request came; UTC."""
    host: Host
    request: Asked
    status: int
    headers: dict[str, str] = {}
    body: Any = msgspec.UNSET
    """JSON; left out if there is none."""
    left_out: str | None = None
    """What the body was, if it was no JSON: nothing of it is kept."""

    @property
    def name(self) -> str:
        """What its file is called."""
        words = [each for each in self.request.path.split("/") if _PLAIN.fullmatch(each)]
        told = "-".join([self.request.method.lower(), *words])[:_LONGEST]
        return f"{self.number:04d}-{told}.json"

    def reply_body(self) -> bytes:
        """The bytes that it is replayed with."""
        return b"" if self.body is msgspec.UNSET else msgspec.json.encode(self.body)


def write_sample(sample: Sample, folder: Path) -> Path:
    """Write *sample* whole, or not at all; gives where it is."""
    path = folder / sample.name
    part = path.with_suffix(".part")
    try:
        part.write_bytes(msgspec.json.format(msgspec.json.encode(sample), indent=2) + b"\n")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return path


def read_samples(directory: str | Path) -> tuple[Sample, ...]:
    """The samples of a recording, in order.

    Args:
        directory: That of the recording, or of its samples.

    Raises:
        ValueError: There are none, or one is not as they are written.
    """
    given = Path(directory)
    folder = given / FOLDER if (given / FOLDER).is_dir() else given
    found: list[Sample] = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=Sample))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            msg = f"{path} is no sample: {error}"
            raise ValueError(msg) from None
    if not found:
        msg = f"{given} holds no samples: make some with 'smartcar simulator record --out {given}'."
        raise ValueError(msg)
    return tuple(sorted(found, key=lambda each: each.number))
