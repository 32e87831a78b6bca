"""Programs that use an owner's token, run as processes of their own; some die in the middle.

Their arguments: what to do, the file of tokens, and a number.  The environment says the rest.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from keeping import ADA, CALLBACK, expire, is_refresh

from smartcar import (
    AuthClient,
    FileTokens,
    Network,
    Reply,
    Request,
    Smartcar,
    SmartcarError,
    TemporaryError,
)
from smartcar.tokens import KeptTokens

KEY = b"k" * 32
LEASE = 1.0
"""Seconds, of those who die: short enough to wait for again and again."""
STEPS = 18
"""Three renewals, of six steps each: before and after the lease, the request and the saving."""


def ask_together(path: str, threads: int) -> None:
    """Ask once in each of so many threads, when told to; print how that ended."""
    with FileTokens(path, KEY) as store:
        owner = AuthClient(redirect_uri=CALLBACK, store=store).owner(ADA)
        client = Smartcar(access_token=owner)
        all_here = threading.Barrier(threads)

        def one(_: int) -> str:
            all_here.wait()
            try:
                list(client.connections())
            except SmartcarError as error:
                return type(error).__name__
            return "ok"

        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        with ThreadPoolExecutor(threads) as pool:
            ended = Counter(pool.map(one, range(threads)))
    sys.stdout.write(f"{dict(ended)}\n")


class Dying(Network):
    """The network, until the reply with the new tokens has come."""

    def send(self, request: Request) -> Reply:
        reply = super().send(request)
        if is_refresh(request):
            os.kill(os.getpid(), signal.SIGKILL)
        return reply


def die_after_the_reply(path: str, _: int) -> None:
    """Ask for new tokens, and be killed before they are saved."""
    store = FileTokens(path, KEY, lease_seconds=3 * LEASE)
    AuthClient(redirect_uri=CALLBACK, store=store, transport=Dying()).owner(ADA).access_token()


class Unlucky:
    """Kills its process at a step, another for each number."""

    def __init__(self, number: int) -> None:
        self._left = number * 5 % STEPS

    def step(self) -> None:
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def wait(self) -> None:
        """That was no step: somebody else has the lease."""
        self._left += 1


class UnluckyTokens(FileTokens):
    """A file whose process is killed before it does something, or after."""

    def __init__(self, path: str, luck: Unlucky) -> None:
        super().__init__(path, KEY, lease_seconds=LEASE)
        self._luck = luck

    def save(self, owner: str, tokens: KeptTokens, replacing: str | None = None) -> bool:
        self._luck.step()
        done = super().save(owner, tokens, replacing)
        self._luck.step()
        return done

    def lease(self, owner: str, version: str, holder: str) -> bool:
        self._luck.step()
        if super().lease(owner, version, holder):
            self._luck.step()
            return True
        self._luck.wait()
        return False


class UnluckyNetwork(Network):
    """A network whose process is killed before it sends something, or after."""

    def __init__(self, luck: Unlucky) -> None:
        super().__init__()
        self._luck = luck

    def send(self, request: Request) -> Reply:
        if is_refresh(request):
            self._luck.step()
        reply = super().send(request)
        if is_refresh(request):
            self._luck.step()
        return reply


def renew_until_killed(path: str, number: int) -> None:
    """Use up token after token."""
    luck = Unlucky(number)
    network, plain = UnluckyNetwork(luck), FileTokens(path, KEY)
    while True:
        kept = plain.get(ADA)
        assert kept is not None
        if kept.begun_at is None:
            expire(plain)
        # Another store each time, so that nothing is remembered.
        with UnluckyTokens(path, luck) as store:
            auth = AuthClient(redirect_uri=CALLBACK, store=store, transport=network)
            with suppress(TemporaryError):  # a busy machine
                auth.owner(ADA).access_token()


def die_again_and_again(path: str, times: int) -> None:
    """Have so many children killed, one after the other; print how many were, and how."""
    ended: Counter[int] = Counter()
    for number in range(times):
        child = os.fork()  # nothing was asked yet: there is one thread, and no network
        if child == 0:
            try:
                renew_until_killed(path, number)
            finally:
                os._exit(1)
        ended[os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])] += 1
    sys.stdout.write(f"{dict(ended)}\n")


if __name__ == "__main__":
    what = {
        each.__name__: each for each in (ask_together, die_after_the_reply, die_again_and_again)
    }
    what[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
