"""Transports such as a user may write: one answers from a script, one counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from smartcar import Reply, Request
from smartcar.simulator import Simulator, VirtualClock

Answer = Reply | Exception

TOKEN = Reply(200, {}, b'{"access_token": "granted", "token_type": "Bearer", "expires_in": 3600}')


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply whose body is *body* as JSON, as text, or as it is."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {"content-type": "application/json", **(headers or {})}, content)


class Canned:
    """Answers each request with the next of *answers*; the last one for ever after.

    Its clock is frozen: who waits is served at once, and how long they waited can be read from it.
    """

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[Request] = []
        self.clock = VirtualClock()
        self.is_closed = False

    def send(self, request: Request) -> Reply:
        """The next answer, returned or raised."""
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def asend(self, request: Request) -> Reply:
        """As :meth:`send`."""
        return self.send(request)

    def close(self) -> None:
        """Note that it was closed."""
        self.is_closed = True

    async def aclose(self) -> None:
        """As :meth:`close`."""
        self.close()


class Counting:
    """Hands every request on to a simulator, and remembers it."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.requests: list[Request] = []
        self.clock = simulator.clock
        self.credentials = simulator.credentials

    def send(self, request: Request) -> Reply:
        """What the simulator answers."""
        self.requests.append(request)
        return self._simulator.send(request)

    async def asend(self, request: Request) -> Reply:
        """As :meth:`send`."""
        return self.send(request)

    def close(self) -> None:
        """Nothing is held."""

    async def aclose(self) -> None:
        """Nothing is held."""

    def count(self, path: str) -> int:
        """How many requests went to paths that end so."""
        return sum(request.path.endswith(path) for request in self.requests)

    @property
    def tokens_asked(self) -> int:
        """How many requests for a token there were."""
        return self.count("/oauth2/token")
