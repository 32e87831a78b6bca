"""Record what the real service says, without anybody's secrets, and say it again."""

from .fleet import fleet_of_samples
from .recorder import Recorder, RecordingError
from .redactor import Redactor
from .replay import Replay
from .samples import Sample, read_samples

__all__ = [
    "Recorder",
    "RecordingError",
    "Redactor",
    "Replay",
    "Sample",
    "fleet_of_samples",
    "read_samples",
]
