"""The command line: one command a job. Sentences in Chinese; exit status 0 done, 1 done with bad cells, 2 not done."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from mingbai.base.lib.errors import Refused

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    # A traceback that shows values would show people's.
    pretty_exceptions_enable=False,
    help="明白账 · a clear account of every household",
)

Day = Annotated[str, typer.Option("--day", help="筛查日，如 2026-06-30 · the screening day")]
Place = Annotated[
    str | None, typer.Option("--place", help="政策数值适用地的区划代码 · division code whose numbers apply")
]
Own = Annotated[Path | None, typer.Option("--own", help="本县的政策数值文件 · the county's own standards")]
Lang = Annotated[Literal["zh", "en"], typer.Option("--lang", help="提示用语 · language of the summary")]


def main() -> None:
    """Runs the command line; a refusal is sentences on standard error and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A name with a rare character must not stop a run on a terminal that cannot show it.
            stream.reconfigure(errors="replace")
    try:
        app()
    except Refused as refusal:
        for reason in refusal.reasons:
            typer.echo(reason, err=True)
        sys.exit(2)


@app.command()
def screen(
    folder: Annotated[Path, typer.Argument(help="县里各表所在的文件夹 · the folder of the county's tables")],
    day: Day,
    out: Annotated[Path, typer.Option("--out", help="结果写到哪个文件夹 · where the five files go")],
    place: Place = None,
    own: Own = None,
    lang: Lang = "zh",
) -> None:
    """筛查一个县：各表进，线索出 · screen a county's folder and write its clues."""
    from mingbai.findings.screening import run, summary

    with _progress(lang) as tell:
        on = _day(day, lambda: run.hindrances(folder, own, out))
        done = run.screen(folder, on, out, place=place, own=own, tell=tell)
    for line in summary.lines(done.report, out, lang):
        typer.echo(line)
    sys.exit(1 if done.reading.bad_cells else 0)


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(help="县里各表所在的文件夹 · the folder of the county's tables")],
    household: Annotated[str, typer.Option("--household", help="户编号 · the household's code")],
    day: Day,
    place: Place = None,
    own: Own = None,
) -> None:
    """一户一户说清楚：每条规则看到了什么，账怎么算的 · one household under every rule, and its account."""
    from mingbai.findings.screening import explain as explaining
    from mingbai.findings.screening import run

    on = _day(day, lambda: run.hindrances(folder, own))
    explanation = explaining.explain(folder, household, on, place=place, own=own)
    for line in explaining.told(explanation):
        typer.echo(line)


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(help="写到哪个文件夹 · where to write")],
    households: Annotated[int, typer.Option("--households", min=1, help="多少户 · how many households")] = 2000,
    seed: Annotated[
        int, typer.Option("--seed", help="随机种子，同一种子同一个县 · the same seed, the same county")
    ] = 1,
    dirty: Annotated[bool, typer.Option("--dirty", help="照真实情况弄乱 · as messy as a county sends it")] = False,
    file_format: Annotated[Literal["csv", "xlsx", "parquet"], typer.Option("--format", help="文件格式")] = "csv",
    day: Day = "2026-06-30",
) -> None:
    """造一个虚构的县，供试用和测试 · invent a county to try things on; nobody in it is real."""
    from mingbai.facts.bureaus.files import INVENTED
    from mingbai.facts.bureaus.sample import county

    made = county.make(out, households=households, seed=seed, dirty=dirty, file_format=file_format, day=_day(day))
    typer.echo(f"虚构数据：{made.households:,} 户 {made.persons:,} 人，在 {out}")
    typer.echo("  " + "，".join(f"{file} {rows:,} 行" for file, rows in made.rows.items()))
    fires, near = sum(made.fires.values()), sum(made.near_misses.values())
    typer.echo(f"埋下 {fires:,} 条应当发现的线索、{near:,} 个差一点的对照，写在 {out / INVENTED}")
    if made.not_planted:
        typer.echo(f"  户数不够（约 200 户起才埋得全），没有埋下：{'；'.join(made.not_planted)}")


@app.command()
def standards(
    day: Day,
    place: Annotated[str, typer.Option("--place", help="区划代码，不填为各地 · division code")] = "",
    own: Own = None,
    lang: Lang = "zh",
) -> None:
    """某一天某地生效的政策数值和出处 · the policy numbers in force, and from which document."""
    from mingbai.base.standards import standards as policy

    heads = ("名称", "说明", "数值", "起", "适用地", "出处")
    heads_en = ("name", "meaning", "value", "since", "place", "document")
    if reasons := policy.no_place(place):
        raise Refused(*reasons)
    rows = policy.rows(_day(day), place, policy.load(own) if own else (), lang=lang)
    if not rows:
        raise Refused(f"{day} 没有生效的政策数值，本程序的数值从 2014-01-01 起。")
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(*(heads if lang == "zh" else heads_en))
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="打开网页（以后的版本）· open the site")] = True,
    out: Annotated[Path, typer.Option("--out", help="样例县放在哪里 · where the sample county goes")] = Path("demo"),
) -> None:
    """造一个样例县并筛查 · make a sample county, screen it, say where the files lie."""
    from mingbai.doors.demo import demo as showing

    with _progress() as tell:
        text = list(showing.run_demo(out, tell))
    for line in text:
        typer.echo(line)


@app.command()
def docs(
    check: Annotated[bool, typer.Option("--check", help="只核对，不写 · only compare")] = False,
    folder: Annotated[Path, typer.Option("--folder", help="写到哪里 · where to write")] = Path("docs/generated"),
) -> None:
    """由声明生成参考文档 · the reference pages, from the declarations."""
    from mingbai.findings.screening import reference

    pages = reference.pages() | {"commands.md": _commands()}
    stale = [
        name
        for name, text in pages.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    ]
    for name in stale:
        if not check:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(pages[name], encoding="utf-8")
        typer.echo(f"{'需要更新' if check else '已更新'}：{folder / name}")
    sys.exit(1 if check and stale else 0)


def _commands() -> str:
    """The page of commands, from the commands themselves."""
    text = ["# 命令 · Commands", "", "由 `doors/cli.py` 生成。退出码：0 做完；1 做完，但有没采用的格；2 没有做。", ""]
    group = typer.main.get_command(app)
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        text += [f"## mingbai {name}", "", command.help or "", "", "| 参数 | 说明 | 不填时 |", "|---|---|---|"]
        for parameter in command.params:
            if parameter.name == "help":
                continue
            spelt = parameter.opts[0] if parameter.param_type_name == "option" else parameter.name.upper()
            default = "必填" if parameter.required else str(parameter.default if parameter.default is not None else "")
            text.append(f"| `{spelt}` | {parameter.help or ''} | {default} |")
        text.append("")
    return "\n".join(text)


def _day(text: str, others: Callable[[], Sequence[str]] = tuple) -> date:
    """The day as typed. Where it is none, `others` is asked what else stops the run: all reasons come at once."""
    try:
        if len(text) != len("2026-06-30"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"「{text}」不是有效日期，请写成 2026-06-30 这样。", *others()) from None


@contextmanager
def _progress(lang: str = "zh") -> Iterator[Callable[[str], None]]:
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


if __name__ == "__main__":
    main()
