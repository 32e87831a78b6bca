"""Requests that Smartcar never sent, thousands of them, at receivers in a process of their own.

``python tests/hostile.py 100000 SEED`` is the soak.  None may be believed, none may be an error of
the receiver's, and none may be remembered.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from deliveries import NAMES, TOKEN, body_of, compact, document
from guided import corpus
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from receiving import Answer, Request, Weight, read, write
from spoiling import VALUES, spoilt

from smartcar import hash_challenge

WORKER: Final = Path(__file__).parent / "receiving.py"
BATCH: Final = 2500
"""Requests after which Hypothesis begins anew, lest it remember them all."""
GENUINE: Final = [
    body_of(name) if name.startswith("v2") else compact(document(name) | {"eventId": name})
    for name in NAMES
    if "verify" not in name
]
CORPUS: Final = corpus()
"""Bodies that a guided fuzzer found to be each a way of its own through the receiver."""


# --- bodies ---------------------------------------------------------------------------------------


@st.composite
def mutated(draw: st.DrawFn) -> Request:
    """A delivery that was changed on its way: its signature is that of what it was."""
    body = draw(st.sampled_from(GENUINE))
    changed = draw(st.sampled_from([_flip, _cut, _insert, _again, _written_anew]))(draw, body)
    if changed == body:
        changed += b" "
    return Request(changed, [(b"SC-Signature", hash_challenge(TOKEN, body).encode())])


def _flip(draw: st.DrawFn, body: bytes) -> bytes:
    at, bit = draw(st.integers(0, len(body) - 1)), draw(st.integers(0, 7))
    return body[:at] + bytes([body[at] ^ (1 << bit)]) + body[at + 1 :]


def _cut(draw: st.DrawFn, body: bytes) -> bytes:
    first, last = sorted((draw(st.integers(0, len(body))), draw(st.integers(0, len(body)))))
    return body[:first] + body[last:]


def _insert(draw: st.DrawFn, body: bytes) -> bytes:
    at = draw(st.integers(0, len(body)))
    return body[:at] + draw(st.binary(min_size=1, max_size=20)) + body[at:]


def _again(draw: st.DrawFn, body: bytes) -> bytes:
    at = draw(st.integers(0, len(body)))
    return draw(st.sampled_from([body + body, body[at:] + body[:at], body[::-1]]))


def _written_anew(draw: st.DrawFn, body: bytes) -> bytes:
    indent = draw(st.sampled_from([None, 0, 1, 4]))
    text = json.dumps(json.loads(body), indent=indent, sort_keys=draw(st.booleans()))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


_CHALLENGES: Final = st.builds(
    lambda kind, challenge: compact(
        {"eventType": "VERIFY", "data": {"challenge": challenge}}
        if kind
        else {"eventName": "verify", "payload": {"challenge": challenge}}
    ),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.sampled_from([body.decode() for body in GENUINE])
    | VALUES,
)
_ODD: Final = st.sampled_from(
    [
        *(b"[" * 100_000, b'{"a":' * 20_000, b"", b"\x00", b"\xef\xbb\xbf{}", b"{}" * 20_000),
        *(b'{"eventType":"VERIFY"}', b'{"eventId":"' + b"x" * 90_000 + b'"}', b"9" * 99_000),
        *(b" " * 100_001, gzip.compress(GENUINE[0]), GENUINE[0].decode().encode("utf-16")),
        b'{"eventType":"VERIFY","eventType":"VEHICLE_STATE","data":{"challenge":"a"}}',
        b'{"eventType":"VERIFY","data":{"challenge":"\\ud800"}}',
        b'{"eventType":"VERIFY","data":{"challenge":"\xff"}}',
    ]
)
BODIES: Final = st.one_of(
    st.sampled_from(GENUINE),
    st.sampled_from(CORPUS),
    st.binary(max_size=300),
    spoilt(),
    _CHALLENGES,
    _ODD,
)


# --- signatures and other headers -----------------------------------------------------------------


def _signatures(body: bytes) -> list[bytes]:
    """What could be taken for the signature of *body*, and is not."""
    right = hash_challenge(TOKEN, body).encode()
    raw = bytes.fromhex(right.decode())
    return [
        *(b"", b"0" * 64, right.upper(), right[:-1], right + b"0", b" " + right, right + b"\n"),
        *(
            b"sha256=" + right,
            right + b"," + right,
            base64.b64encode(raw),
            raw,
            b'"' + right + b'"',
        ),
        *(right.replace(b"0", b"O").replace(b"1", b"l") + b"-", b"null", b"undefined", b"[]"),
        *(hash_challenge(other, body).encode() for other in ("another", TOKEN + "\n", TOKEN[:-1])),
        hash_challenge(TOKEN, body + b"\n").encode(),
        hmac.new(TOKEN.encode(), body, hashlib.sha1).hexdigest().encode(),
        hashlib.sha256(TOKEN.encode() + body).hexdigest().encode(),
        hashlib.sha256(body).hexdigest().encode(),
    ]


_NAMES: Final = st.sampled_from(
    [b"SC-Signature", b"sc-signature", b"SC_SIGNATURE", b"X-SC-Signature", b"Content-Encoding"]
) | st.binary(max_size=12)
_HEADERS: Final = st.lists(st.tuples(_NAMES, st.binary(max_size=70)), max_size=6)


@st.composite
def forged(draw: st.DrawFn) -> Request:
    """A body that Smartcar did not sign."""
    body = draw(BODIES)
    sign = draw(st.sampled_from(_signatures(body)) | st.binary(max_size=70))
    name = draw(st.sampled_from([b"SC-Signature", b"sc-signature", b"sC-sIGNATURE"]))
    return Request(body, [(name, sign), *draw(_HEADERS)])


@st.composite
def hostile(draw: st.DrawFn) -> Request:
    """Anything at all."""
    return Request(draw(BODIES), draw(_HEADERS))


REQUESTS: Final = st.builds(
    lambda asked, is_served: Request(asked.body, asked.headers, is_served),
    st.one_of(mutated(), forged(), hostile()),
    st.booleans(),
)


# --- what they are sent at ------------------------------------------------------------------------


@dataclass
class Receiving:
    """The process that receives them, and what it answered."""

    folder: Path
    answers: Counter[int] = field(default_factory=Counter[int])
    told: int = 0
    """Events that it was right to believe."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, WORKER, self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _asked(self, message: object, kind: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        write(self._process.stdin, message)
        answer = read(self._process.stdout, kind)
        assert answer is not None, "the process ended"
        return answer

    def believe(self) -> None:
        """Deliver what is genuine: a receiver that refuses everything is no use."""
        for body in GENUINE:
            headers = [(b"sc-signature", hash_challenge(TOKEN, body).encode())]
            for is_served in (True, False):
                answer: Answer = self._asked(Request(body, headers, is_served), Answer)
                assert answer.status == 200, answer
        while self.handled < len(GENUINE):  # what the inbox keeps is handled a little later
            pass
        self.told = self._asked(Request(b"", []), Answer).told

    @property
    def handled(self) -> int:
        """How many events the inbox has handled."""
        count: int = self._asked("handled", int)
        return count

    @property
    def kept(self) -> int:
        """How many events the inbox has."""
        count: int = self._asked("kept", int)
        return count

    def weight(self) -> Weight:
        """What it holds."""
        held: Weight = self._asked("weight", Weight)
        return held

    def refuse(self, asked: Request) -> None:
        """It must not believe *asked*."""
        answer: Answer = self._asked(asked, Answer)
        self.answers[answer.status] += 1
        assert answer.told == self.told, "a handler was told"
        assert hash_challenge(TOKEN, asked.body).encode() not in answer.body
        if answer.status == 200:
            assert json.loads(answer.body) == {"challenge": _harmless(asked.body)}
        else:
            assert answer.status in {401, 413, 415}


def _harmless(body: bytes) -> str:
    """The answer to the challenge in *body*, which is one, and could be no event."""
    said = json.loads(body)
    is_new = said.get("eventType") == "VERIFY"
    assert is_new or said.get("eventName") == "verify"
    challenge = said["data" if is_new else "payload"]["challenge"]
    assert "{" not in challenge
    # Half a character is told as U+FFFD, for no UTF-8 can say it.
    whole = challenge.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return hash_challenge(TOKEN, whole)


@dataclass(frozen=True)
class Outcome:
    """What was seen."""

    answers: Counter[int]
    before: Weight
    """Once caches were filled."""
    after: Weight

    @property
    def is_flat(self) -> bool:
        """Did memory stay as it was?"""
        grown = self.after.resident - self.before.resident
        return grown < 8 << 20 and self.after.traced - self.before.traced < 64 << 10


def attack(folder: Path, requests: int, first_seed: int) -> Outcome:
    """Send so many; an AssertionError tells of the first that was not refused."""
    with Receiving(folder) as receiving:
        receiving.believe()
        _send(receiving, max(requests // 10, 200), first_seed)
        before = receiving.weight()
        for number, begun in enumerate(range(0, requests, BATCH), start=1):
            _send(receiving, min(BATCH, requests - begun), first_seed + number)
        after = receiving.weight()
        receiving.believe()
        assert receiving.kept == len(GENUINE)
        return Outcome(receiving.answers, before, after)


def _send(receiving: Receiving, requests: int, number: int) -> None:
    @seed(number)
    @settings(
        max_examples=requests,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(REQUESTS)
    def send(asked: Request) -> None:
        receiving.refuse(asked)

    send()


def main(arguments: Iterable[str]) -> int:
    """Attack, and say what was seen."""
    requests, first = map(int, arguments)
    with tempfile.TemporaryDirectory() as folder:
        outcome = attack(Path(folder), requests, first)
    answers = ", ".join(f"{status}: {count:,}" for status, count in sorted(outcome.answers.items()))
    sys.stdout.write(
        f"{outcome.answers.total():,} forged, mutated and hostile requests, seed {first}: none "
        f"believed (200 answers harmless challenges; {answers}); resident "
        f"{outcome.before.resident / 1e6:.1f} MB, then {outcome.after.resident / 1e6:.1f} MB; "
        f"allocated by the package {outcome.before.traced:,} B, then {outcome.after.traced:,} B\n"
    )
    return 0 if outcome.is_flat else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
