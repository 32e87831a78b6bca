"""A program that appends one event after another, and says after each what became of it.

``python appending.py PATH FIRST LAST``.
"""

from __future__ import annotations

import os
import sys

from inboxes import event

from smartcar import InboxError
from smartcar.webhooks.inbox import Inbox


def main(path: str, first: str, last: str) -> None:
    inbox: Inbox | None = None
    for number in range(int(first), int(last) + 1):
        try:
            inbox = inbox or Inbox(path)
            inbox.append([event(number)])
        except InboxError:
            os.write(1, f"refused {number}\n".encode())
        else:
            os.write(1, f"kept {number}\n".encode())
    os._exit(0)  # as who is killed: nothing is tidied up


if __name__ == "__main__":
    main(*sys.argv[1:])
