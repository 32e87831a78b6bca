"""Which answer of a batch is to which question.  No I/O here.

v2.0 answers in the order of the questions and names the path of each, with or without its query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, NamedTuple, Self
from urllib.parse import parse_qsl, urlencode

import msgspec

from smartcar.protocol.documents import Model, read_model
from smartcar.protocol.shapes import convert
from smartcar.protocol.wire import Reply, Request
from smartcar.untyped import is_mapping


class BatchAnswer(msgspec.Struct, frozen=True):
    """What became of one read of a batch."""

    path: str
    code: int | None = None
    body: Any = None
    headers: Any = None
    """A mapping; a read that failed has none."""

    @property
    def status(self) -> int:
        """HTTP status of the answer; a body that tells of an error has it as well."""
        if self.code is not None:
            return self.code
        said: Any = self.body.get("statusCode") if is_mapping(self.body) else None
        return said if isinstance(said, int) else 200


_ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "code": {"type": "integer"},
        "body": {"description": "What the read answers by itself, or an error."},
        "headers": {"type": "object"},
    },
    "required": ["path", "code", "body"],
}
"""The schema of ``BatchAnswer``, as the API documents it."""


class BatchAnswers(Model, frozen=True):
    """What became of all of them."""

    responses: Annotated[tuple[Any, ...], msgspec.Meta(extra_json_schema={"items": _ANSWER})] = ()
    """Each as ``BatchAnswer`` has it."""


_SPELLINGS: Final[Mapping[tuple[str, str], str]] = {
    ("/service/history", "startDate"): "start_date",
    ("/service/history", "endDate"): "end_date",
}
"""How the official Python SDK spells what that of Node, and this one, send in snake case."""


class Part(NamedTuple):
    """One question of a batch: a path below the car's own, and its query."""

    path: str
    """With its first slash, without its last."""
    query: tuple[tuple[str, str], ...] = ()
    """In the order of names, each in the spelling of this SDK."""

    @classmethod
    def named(cls, text: str) -> Self:
        """What ``service/history?start_date=2025-01-01`` asks."""
        bare, _, query = text.partition("?")
        path = f"/{bare.strip('/')}"
        said = parse_qsl(query, keep_blank_values=True)
        return cls(
            path, tuple(sorted((_SPELLINGS.get((path, name), name), value) for name, value in said))
        )

    @classmethod
    def asked_by(cls, request: Request) -> Self:
        """What *request* would ask if it went alone."""
        _, _, _, _, *rest = request.path.split("/", 4)  # "", version, vehicles, id
        path = rest[0].strip("/") if rest else ""
        return cls(f"/{path}", tuple(sorted(request.query.items())))

    def __str__(self) -> str:
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def parts_of(reply: Reply, asked: Iterable[Part]) -> dict[Part, Reply]:
    """The reply to each question, as if it had gone alone; none to one that was left out."""
    waiting = list(asked)
    parts: dict[Part, Reply] = {}
    for answer in _answers(reply):
        part = _meant(Part.named(answer.path), waiting)
        if part is not None:
            waiting.remove(part)
            parts[part] = _alone(answer, reply)
    return parts


def _answers(reply: Reply) -> Iterable[BatchAnswer]:
    """One that is none does not spoil the others."""
    for each in read_model(reply, BatchAnswers).responses:
        try:
            yield convert(each, BatchAnswer, strict=False)
        except msgspec.ValidationError:
            continue


def _meant(told: Part, waiting: list[Part]) -> Part | None:
    """The question that *told* is the answer to: its very self, else the next of that path.

    A path without a query may be all that is told of a question with one.
    """
    if told.query and told in waiting:
        return told
    return next((part for part in waiting if part.path == told.path), None)


def _alone(answer: BatchAnswer, reply: Reply) -> Reply:
    whole = {k: v for k, v in reply.headers.items() if k in {"sc-request-id", "content-type"}}
    own: Mapping[str, Any] = answer.headers if is_mapping(answer.headers) else {}
    headers = {name.lower(): str(value) for name, value in own.items() if value is not None}
    body = b"" if answer.body is None else msgspec.json.encode(answer.body)
    return Reply(answer.status, {**whole, **headers}, body)
