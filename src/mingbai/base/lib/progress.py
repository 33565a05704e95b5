"""A line that moves while something runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def progress(lang: str = "zh") -> Iterator[Callable[[str], None]]:
    """A moving line on a terminal; nothing when piped."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: None
        return
    names = {"read": "读表", "views": "整理", "rules": "核对规则", "sha256": "校验文件", "accounts": "写收支账",
             "write": "写线索", "clue list": "写线索清单"}  # fmt: skip
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("…")

        def tell(step: str) -> None:
            chinese = f"读 {step[5:]}" if step.startswith("read ") else names.get(step, step)
            progress.update(task, description=chinese if lang == "zh" else step)

        yield tell
