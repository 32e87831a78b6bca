"""Two workers on one file, killed and short of disk at moments that a seed chooses."""

from __future__ import annotations

from pathlib import Path

import pytest
from killing import Sender

EVENTS, KILLS = 2000, 8


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has no SIGKILL")
def test_no_acknowledged_event_is_lost_and_none_handled_again_whoever_is_killed(
    tmp_path: Path,
) -> None:
    outcome = Sender(tmp_path, EVENTS, KILLS, seed=7).run()

    assert len(outcome.acknowledged) == EVENTS
    assert outcome.lost == set()
    assert outcome.again == set()
    assert outcome.kills == KILLS
    assert outcome.repeats >= EVENTS / 10
    assert outcome.refused > 0, "the disk was full in between"
    assert max(outcome.tries.values()) > 1, "somebody was killed in the middle of it"
