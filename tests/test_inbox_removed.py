"""An inbox whose log somebody removes under several programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from inboxes import until

from smartcar.webhooks.inbox import Inbox

EACH = 300
PROGRAM = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from inboxes import event
from smartcar.errors import InboxError
from smartcar.webhooks.sqlite import SQLiteJournal
journal = SQLiteJournal("e.db")
with open(sys.argv[1], "w", buffering=1) as acknowledged:
    for number in range({EACH}):
        one = event(f"{{sys.argv[1]}}-{{number}}")
        while True:
            try:
                journal.append([one]).result(30)
            except InboxError:  # refused, and so sent again
                continue
            break
        print(one.event_id, file=acknowledged)
journal.close()
"""


@pytest.mark.once
def test_it_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    log, names = tmp_path / "e.db-wal", ("ada", "grace", "edith")
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, name], cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        for name in names
    ]
    kept_by = [tmp_path / each for each in names]
    until(lambda: all(each.exists() and each.read_text().count("\n") > 20 for each in kept_by))
    log.unlink()
    told = "".join(each.communicate()[1] for each in programs)

    assert [each.returncode for each in programs] == [0, 0, 0], told
    acknowledged = {line for each in kept_by for line in each.read_text().split()}
    assert len(acknowledged) == EACH * len(names)
    with Inbox(tmp_path / "e.db") as inbox:
        kept = {each.envelope.event_id for each in inbox.entries(limit=1_000)}
    assert kept == acknowledged
    assert "is lost" not in told
