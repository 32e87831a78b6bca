"""Keeps exchanges: redacts each, then writes it, then forgets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from smartcar.protocol.origins import Host, Origins
from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.fleet_file import written

from .fleet import fleet_of_samples
from .redactor import REPLY_HEADERS, REQUEST_HEADERS, Redactor
from .samples import FOLDER, Asked, Sample, read_samples, write_sample

FLEET: Final = "fleet.yaml"
_HEAD: Final = "# Cars of a recording, under other names: smartcar simulator --fleet {path}\n"


class RecordingError(ValueError):
    """A recording cannot be written there."""


class Recorder:
    """A recording in a directory of its own.

    Args:
        directory: Where to; it is made, or is empty.
        upstream: Where the hosts are that are recorded.
        now: The time, in Unix seconds.
        key: What other names are made with; drawn by chance unless given.

    Raises:
        RecordingError: There is something already: names of two recordings do not go together.
    """

    def __init__(
        self,
        directory: str | Path,
        upstream: Origins,
        now: Callable[[], float],
        key: bytes | None = None,
    ) -> None:
        self.directory = Path(directory)
        self._folder = self.directory / FOLDER
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            # One that began and kept nothing left an empty folder.
            if any(each != self._folder for each in self.directory.rglob("*")):
                raise RecordingError(
                    f"{directory} is not empty. Each recording has other names for the same "
                    "things: give it a directory of its own."
                )
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise RecordingError(f"{directory} cannot be written: {error.strerror}.") from error
        self._redactor = Redactor(upstream, key)
        self._now = now
        self._begun = 0
        self.kept = 0
        """How many exchanges have been written."""

    def begin(self) -> tuple[int, float]:
        """Number and time of a request that comes in."""
        self._begun += 1
        return self._begun, self._now()

    def keep(self, began: tuple[int, float], host: Host, request: Request, reply: Reply) -> Path:
        """Write one exchange, redacted; gives where.

        Raises:
            OSError: It cannot be written.
        """
        path = write_sample(self._sample(began, host, request, reply), self._folder)
        self.kept += 1
        return path

    def close(self) -> Path | None:
        """Write the fleet file; gives where, or None if no car was seen.

        Raises:
            OSError: It cannot be written.
        """
        if not self.kept:
            return None
        fleet = fleet_of_samples(read_samples(self.directory))
        if not fleet.cars:
            return None
        path = self.directory / FLEET
        path.write_text(_HEAD.format(path=FLEET) + written(fleet), encoding="utf-8")
        return path

    def _sample(
        self, began: tuple[int, float], host: Host, request: Request, reply: Reply
    ) -> Sample:
        redact, (number, at) = self._redactor, began
        path, _, query = request.path.partition("?")
        # Secrets of the request first: the reply may quote them.
        caller = redact.caller(request.headers)
        asked = Asked(
            method=request.method,
            query=redact.query(query),
            path=redact.addresses.path(path),
            headers=redact.headers(request.headers, REQUEST_HEADERS),
            caller=caller,
            body=self._body(request.body, request.headers)[0],
        )
        body, left_out = self._body(reply.body, reply.headers)
        return Sample(
            number=number,
            at=datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds"),
            host=host,
            request=asked,
            status=reply.status,
            headers=redact.headers(reply.headers, REPLY_HEADERS),
            body=msgspec.UNSET if left_out or not reply.body else body,
            left_out=left_out,
        )

    def _body(self, body: bytes, headers: Any) -> tuple[Any, str | None]:
        """What may be kept of a body; what it was, if nothing of it may."""
        if not body:
            return None, None
        kind = headers.get("content-type", "")
        try:
            return self._redactor.body(body, kind), None
        except (ValueError, RecursionError):
            named = self._redactor.text(kind.partition(";")[0])
            return None, f"{len(body)} bytes of {named or 'no type'}"
