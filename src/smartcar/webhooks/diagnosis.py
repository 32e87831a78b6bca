"""What can be wrong with receiving webhooks, and how to mend it.  Words only."""

from __future__ import annotations

from typing import Final, Literal, get_args

from smartcar.protocol.documents import Model

Framework = Literal[
    "aiohttp", "aws-lambda", "django", "express", "fastapi", "flask", "next", "starlette"
]
FRAMEWORKS: Final[tuple[str, ...]] = get_args(Framework)

Mistake = Literal[
    "none",
    "signature-missing",
    "signature-renamed",
    "signature-changed",
    "signature-malformed",
    "body-empty",
    "body-rewritten",
    "body-newlines",
    "body-charset",
    "body-base64",
    "body-packed",
    "body-wrapped",
    "body-incomplete",
    "token-wrong",
    "token-untidy",
    "answer-status",
    "answer-redirect",
    "answer-late",
    "answer-content-type",
    "answer-not-json",
    "answer-no-challenge",
    "answer-echo",
    "answer-wrong-message",
    "answer-wrong-token",
    "answer-wrong-encoding",
    "signs-anything",
    "believes-anything",
    "refuses-good",
    "unreachable",
]


class Diagnosis(Model, frozen=True, omit_defaults=False):
    """Which mistake was made, and how to mend it."""

    mistake: Mistake = "none"
    """Its short name; ``none`` where all is well."""
    told: str = ""
    """What is so, in a sentence."""
    mend: str = ""
    """What to do about it; empty where there is nothing to do."""
    is_certain: bool = True
    """Was it proved, by a signature that fits?  Else it is the likeliest."""
    token: str | None = None
    """Name of the token that fits, where one does."""

    @property
    def is_well(self) -> bool:
        """Is there nothing to mend?"""
        return self.mistake == "none"

    def __str__(self) -> str:
        likely = "" if self.is_certain else "Likely: "
        return f"{likely}{self.told} {self.mend}".strip()


RAW_BODY: Final = {
    "aiohttp": "body = await request.read()",
    "aws-lambda": "base64.b64decode(event['body']) if event['isBase64Encoded'] "
    "else event['body'].encode()",
    "django": "request.body",
    "express": "express.raw({type: 'application/json'}) on this route, before express.json()",
    "fastapi": "body = await request.body(), of a `request: Request`, not of a model or a dict",
    "flask": "request.get_data(), before request.json",
    "next": "await request.text(), of the App Router; `bodyParser: false` in pages/api",
    "starlette": "body = await request.body()",
}
"""How a framework gives the bytes that came."""

ADAPTED: Final = {
    "aiohttp": "smartcar.webhooks.adapters.aiohttp.handler",
    "aws-lambda": "smartcar.webhooks.adapters.aws_lambda.handler",
    "django": "smartcar.webhooks.adapters.django.view",
    "fastapi": "smartcar.webhooks.adapters.starlette.route",
    "flask": "smartcar.webhooks.adapters.flask.blueprint",
    "starlette": "smartcar.webhooks.adapters.starlette.route",
}
"""What does it for you."""


def raw_body(framework: str | None) -> str:
    """How to check the bytes that came, in *framework*."""
    how = RAW_BODY.get(framework or "")
    said = "Check the bytes of the request, before anything reads or writes them"
    said = f"{said}: {how}." if how else f"{said}."
    adapter = ADAPTED.get(framework or "")
    return f"{said} Or let {adapter} do it." if adapter else said


HEADER_LOST: Final = (
    "Let every proxy, gateway and middleware pass the header sc-signature on. If it is always "
    "missing, this was not sent by Smartcar."
)
HEADER_KEPT: Final = "Read sc-signature itself, whatever its case, and change nothing of its value."
TOKEN: Final = (
    "Take the application management token of the application that the webhook belongs to, from "
    "the dashboard: not the client secret, not an access token. After a new one is made, old "
    "deliveries no longer fit."
)
ANSWER: Final = (
    "Answer 200, content-type application/json, with "
    '{"challenge": hash_challenge(token, event["data"]["challenge"])}, within 15 seconds.'
)
SIGNS_ANYTHING: Final = (
    "Do not answer a challenge that has a { in it: its answer is what an event with that text "
    "would be signed with. smartcar.webhooks.Receiver does not."
)
"""Of a receiver that anybody can ask for signatures."""
