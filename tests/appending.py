"""A program that keeps one event after another, and says after each what became of it.

``python appending.py PATH FIRST LAST "one by one"``; with ``received`` they come to a receiver,
four at a time.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from deliveries import TOKEN, compact, document, signed
from inboxes import event

from smartcar import InboxError
from smartcar.webhooks import Receiver
from smartcar.webhooks.inbox import Inbox


def say(number: int, *, is_kept: bool) -> None:
    os.write(1, f"{'kept' if is_kept else 'refused'} {number}\n".encode())


def append(path: str, numbers: range) -> None:
    inbox: Inbox | None = None
    for number in numbers:
        try:
            inbox = inbox or Inbox(path, keep=None)  # nothing else waits for the disk
            inbox.append([event(number)])
        except InboxError:
            say(number, is_kept=False)
        else:
            say(number, is_kept=True)


async def receive(path: str, numbers: range) -> None:
    logging.disable()
    receiver, due = Receiver(TOKEN, inbox=path), iter(numbers)

    async def deliver() -> None:
        for number in due:
            body = compact(document("vehicle_state") | {"eventId": f"event-{number}"})
            reply = await receiver.ahandle(body, signed(body))
            assert reply.status in {200, 503}
            say(number, is_kept=reply.status == 200)

    await asyncio.gather(*(deliver() for _ in range(4)))


def main(path: str, first: str, last: str, how: str) -> None:
    numbers = range(int(first), int(last) + 1)
    if how == "received":
        asyncio.run(receive(path, numbers))
    else:
        append(path, numbers)
    os._exit(0)  # as who is killed: nothing is tidied up


if __name__ == "__main__":
    main(*sys.argv[1:])
