"""Nothing that Smartcar did not send is believed, harms a receiver, or stays in its memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile import attack

pytestmark = pytest.mark.once

REQUESTS = 600
"""``make soak`` sends 100,000."""


def test_forged_mutated_and_hostile_requests_are_refused_and_forgotten(tmp_path: Path) -> None:
    outcome = attack(tmp_path, REQUESTS, first_seed=7)
    assert set(outcome.answers) <= {200, 401, 413, 415}, "200 answers harmless challenges"
    assert outcome.answers[401] > REQUESTS / 2
    assert outcome.is_flat, (outcome.before, outcome.after)
