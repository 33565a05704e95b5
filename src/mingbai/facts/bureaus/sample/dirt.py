from datetime import date
from pathlib import Path
from typing import Any


def soil(folder: Path, seed: int, day: date) -> dict[str, Any]:
    raise NotImplementedError
