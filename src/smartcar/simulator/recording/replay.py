"""Says again what was recorded: a transport for a client, or an application for a port."""

from __future__ import annotations

import threading
from collections import defaultdict
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from smartcar.protocol.closing import Closing
from smartcar.protocol.oauth import Credentials
from smartcar.protocol.origins import Origins
from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.classic import is_classic, plain

from .hosts import API_HOSTS, bound
from .samples import Sample, read_samples

NOT_RECORDED: Final = "NOT_RECORDED"
"""Code of the error that answers what no sample is of."""
_SHOWN: Final = 5
_JSON: Final = {"content-type": "application/json"}

Key = tuple[str, str, frozenset[tuple[str, str]]]


class Replay(Closing):
    """Answers as a recording has it: the same request, the same bytes.

    Requests are the same by method, path and query.  Those that were repeated are answered in
    order, and the last answer from then on.  Where users, units or bodies tell such requests apart,
    those that agree come first.  Credentials are not looked at.

    Args:
        recording: Directory of the recording, or samples.

    Raises:
        ValueError: There are no samples, or they cannot be read.
    """

    credentials = Credentials("replayed", "replayed")
    """What a client uses that is given this as its transport and no credentials."""

    def __init__(self, recording: str | Path | tuple[Sample, ...]) -> None:
        samples = recording if isinstance(recording, tuple) else read_samples(recording)
        self.samples = samples
        self._by_key: dict[Key, list[Sample]] = defaultdict(list)
        for each in samples:
            asked = each.request
            self._by_key[_key(asked.method, asked.path, asked.query)].append(each)
        self._told: set[int] = set()
        self._lock = threading.Lock()

    def answer(self, request: Request, origin: str | None = None) -> Reply:
        """What was answered to *request*; an error with the code ``NOT_RECORDED`` if nothing was.

        Args:
            request: What is asked.
            origin: Where links to Smartcar's hosts shall lead instead.
        """
        path, _, query = request.path.partition("?")
        asked = {**dict(parse_qsl(query, keep_blank_values=True)), **request.query}
        candidates = self._by_key.get(_key(request.method, path, asked))
        if candidates is None:
            return self._not_recorded(request.method, path, asked)
        with self._lock:
            sample = self._next(candidates, request)
        body = sample.reply_body()
        if origin is not None:
            body = led_to(body, Origins(), origin)
        return Reply(sample.status, sample.headers, body)

    def reset(self) -> None:
        """Begin anew with the first answers."""
        with self._lock:
            self._told.clear()

    def send(self, request: Request) -> Reply:
        """As a transport: what was answered to *request*."""
        return self.answer(request)

    async def asend(self, request: Request) -> Reply:
        """As ``send``."""
        return self.answer(request)

    def close(self) -> None:
        """There is nothing to let go of."""

    async def aclose(self) -> None:
        """There is nothing to let go of."""

    def _next(self, candidates: list[Sample], request: Request) -> Sample:
        """The first of those that agree best which has not been told, or their last."""
        body = _decoded(request.body)
        scores = [_agreement(each, request, body) for each in candidates]
        best = [
            each for each, score in zip(candidates, scores, strict=True) if score == max(scores)
        ]
        chosen = next((each for each in best if each.number not in self._told), best[-1])
        self._told.add(chosen.number)
        return chosen

    def _not_recorded(self, method: str, path: str, query: dict[str, str]) -> Reply:
        wanted = _target(method, path, query)
        known = [_target(key[0], key[1], dict(key[2])) for key in self._by_key]
        near = get_close_matches(wanted, known, n=_SHOWN, cutoff=0.5)
        told = f"{wanted} was not recorded." + (f" Recorded: {', '.join(near)}." if near else "")
        return _problem(path, told)


def led_to(body: bytes, origins: Origins, origin: str) -> bytes:
    """*body* with links to the APIs of *origins* leading to *origin*; those to Connect stay."""
    for each in {origins.of(host) for host in API_HOSTS}:
        body = body.replace(f"{each}/".encode(), f"{origin}/".encode())
    return body


def _key(method: str, path: str, query: dict[str, str]) -> Key:
    where = bound(method, path)
    return method, plain(path if where is None else where.path), frozenset(query.items())


def _target(method: str, path: str, query: dict[str, str]) -> str:
    return f"{method} {path}" + (f"?{urlencode(sorted(query.items()))}" if query else "")


def _agreement(sample: Sample, request: Request, body: Any) -> tuple[bool, bool, bool]:
    """In what *sample* is of the same request, besides its address."""
    said = sample.request.headers
    return (
        said.get("sc-user-id") == request.headers.get("sc-user-id"),
        said.get("sc-unit-system", "metric") == request.headers.get("sc-unit-system", "metric"),
        sample.request.body == body,
    )


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _problem(path: str, told: str) -> Reply:
    """*told*, in the words of the API that *path* is of."""
    resolution = {"type": None}
    kind = {"type": "RESOURCE_NOT_FOUND", "code": NOT_RECORDED}
    if is_classic(path):
        body: Any = {"statusCode": 404, **kind, "description": told}
        body |= {"docURL": None, "resolution": resolution, "requestId": "replay"}
    elif path.startswith("/v3/"):
        item = {"status": "404", **kind, "title": "Not Recorded", "detail": told}
        body = {"errors": [{**item, "resolution": resolution}]}
    else:
        body = {"error": "not_recorded", "error_description": told}
    return Reply(404, _JSON, msgspec.json.encode(body))
