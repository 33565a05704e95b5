"""Files of an import, hidden by the site's key from the moment they are written until they are dropped."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from mingbai.base.lib.cipher import Keys
from mingbai.base.lib.errors import Refused

_SCRATCH = "scratch-"
_PLAN = "plan-"


def put(folder: Path, number: int, part: str, plain: bytes, keys: Keys) -> None:
    """Keeps `plain` as a part of an import; all of it or nothing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = _path(folder, number, part)
    beside = target.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(keys.hide_bytes(plain))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)


def get(folder: Path, number: int, part: str, keys: Keys) -> bytes:
    """A part that was kept. Refused where it is gone."""
    try:
        return keys.open_bytes(_path(folder, number, part).read_bytes())
    except FileNotFoundError:
        raise Refused("这次导入的文件已经清除，请重新上传。") from None


def put_table(con: duckdb.DuckDBPyConnection, table: str, folder: Path, number: int, keys: Keys) -> None:
    """Keeps a table ``plan.TABLE`` of the engine."""
    held = BytesIO()
    pq.write_table(con.sql(f"SELECT * FROM plan.{table}").to_arrow_table(), held, compression="zstd")
    put(folder, number, _PLAN + table, held.getvalue(), keys)


def get_table(folder: Path, number: int, table: str, keys: Keys) -> pa.Table:
    """A table that `put_table` kept. Refused where it is gone."""
    return pq.read_table(BytesIO(get(folder, number, _PLAN + table, keys)))


def has(folder: Path, number: int, part: str) -> bool:
    """Whether a part is there."""
    return _path(folder, number, part).exists()


def has_table(folder: Path, number: int, table: str) -> bool:
    """Whether `get_table` would find something."""
    return has(folder, number, _PLAN + table)


def drop(folder: Path, number: int, *, but: tuple[str, ...] = ()) -> None:
    """Removes what was kept of an import, but for some tables."""
    for path in folder.glob(f"{number}.*"):
        if path.suffix != ".hidden" or path.name not in {f"{number}.{_PLAN}{table}.hidden" for table in but}:
            path.unlink(missing_ok=True)


@contextmanager
def scratch(folder: Path, older_than: float) -> Iterator[Path]:
    """A folder for files in clear while they are read, which only the owner may look into; gone afterwards.

    Folders that a killed process left before `older_than` (seconds since 1970) are removed first.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in folder.glob(f"{_SCRATCH}*"):
        if left.stat().st_mtime < older_than:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder) as name:
        yield Path(name)


def _path(folder: Path, number: int, part: str) -> Path:
    return folder / f"{number}.{part}.hidden"
