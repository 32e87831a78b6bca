"""An inbox whose log somebody removes under several programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from inboxes import event, until

from smartcar import InboxError
from smartcar.webhooks.inbox import Inbox

AFTER = 200
PROGRAM = f"""
import sys
from itertools import count
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from inboxes import event
from smartcar.errors import InboxError
from smartcar.webhooks.sqlite import SQLiteJournal
journal, after, numbers = SQLiteJournal("e.db"), 0, count()
with open(sys.argv[1], "w", buffering=1) as acknowledged:
    while after < {AFTER}:
        after += Path("removed").exists()
        one = event(f"{{sys.argv[1]}}-{{next(numbers)}}")
        while True:
            try:
                journal.append([one]).result(30)
            except InboxError:  # refused, and so sent again
                continue
            break
        print(one.event_id, file=acknowledged)
journal.close()
"""
"""It keeps events, one after the other, until it has kept so many after the log was removed."""


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
    (tmp_path / "removed").touch()
    told = "".join(each.communicate()[1] for each in programs)

    assert [each.returncode for each in programs] == [0, 0, 0], told
    acknowledged = {line for each in kept_by for line in each.read_text().split()}
    assert len(acknowledged) > AFTER * len(names)
    with Inbox(tmp_path / "e.db") as inbox:
        kept = {each.envelope.event_id for each in inbox.entries(limit=1_000_000)}
    assert kept == acknowledged
    assert "is lost" not in told


def test_a_folder_that_cannot_be_looked_into_is_told_and_then_all_goes_on(tmp_path: Path) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"
    folder.mkdir()
    with Inbox(folder / "e.db") as inbox:
        inbox.append([event(1)])
        folder.rename(away)
        folder.write_text("no folder any more")
        for number in (2, 3):
            with pytest.raises(InboxError, match="cannot be used"):
                inbox.append([event(number)])
        folder.unlink()
        away.rename(folder)
        assert inbox.append([event(2), event(1)]) == [False, True]
