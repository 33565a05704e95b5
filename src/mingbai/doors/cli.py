"""The command line: one command a job. Sentences in Chinese; exit status 0 done, 1 done with bad cells, 2 not done."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.progress import progress

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

Home = Annotated[
    Path | None, typer.Option("--home", help="网站数据所在的文件夹（默认 MINGBAI_HOME）· the site's folder")
]


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
    folder: Annotated[
        Path | None, typer.Argument(help="县里各表所在的文件夹 · the folder of the county's tables")
    ] = None,
    day: Annotated[str | None, typer.Option("--day", help="筛查日，如 2026-06-30 · the screening day")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="结果写到哪个文件夹 · where the five files go")] = None,
    place: Place = None,
    own: Own = None,
    lang: Lang = "zh",
    site: Annotated[
        bool, typer.Option("--site", help="筛查网站里的县（夜间用），不读文件夹 · screen the site's county")
    ] = False,
    home: Home = None,
) -> None:
    """筛查一个县：各表进，线索出 · screen a county's folder and write its clues."""
    if site:
        _site("screen", *(["--day", day] if day else []), *(["--place", place] if place else []), home=home)
    missing = [name for name, value in (("FOLDER", folder), ("--day", day), ("--out", out)) if value is None]
    if folder is None or day is None or out is None:
        raise Refused(f"缺少 {'、'.join(missing)}。例：mingbai screen 县里的文件夹 --day 2026-06-30 --out 结果")
    from mingbai.findings.screening import run, summary

    with progress(lang) as tell:
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


def _option(flag: str, meaning: str) -> typer.models.OptionInfo:
    return typer.Option(flag, help=meaning)  # type: ignore[no-any-return]


@app.command()
def measure(
    file: Annotated[Path, typer.Argument(help="CSV、Parquet 或 Excel 表 · the table")],
    welfare: Annotated[str | None, _option("--welfare", "收入（或消费）列 · column of incomes")] = None,
    deprivations: Annotated[
        str | None,
        _option("--deprivations", "各项剥夺的列（1、0），用逗号隔开；列名里有逗号的加英文双引号 · columns of 1 and 0"),
    ] = None,
    weights: Annotated[str | None, _option("--weights", "各项权重，如 a=1/6,b=5/6；不填为相等 · default equal")] = None,
    cutoff: Annotated[str | None, _option("--cutoff", "多维贫困临界值，默认 1/3 · poverty cut-off")] = None,
    weight: Annotated[str | None, _option("--weight", "抽样权数列 · column of sampling weights")] = None,
    strata: Annotated[str | None, _option("--strata", "层的列 · column of strata")] = None,
    psu: Annotated[str | None, _option("--psu", "群（初级抽样单元）的列 · column of clusters")] = None,
    fpc: Annotated[str | None, _option("--fpc", "每层总体群数（或抽样比）的列 · clusters in the stratum")] = None,
    line: Annotated[str | None, _option("--line", "贫困线：数值或列名；低于它算贫困 · number or column")] = None,
    by: Annotated[str | None, _option("--by", "分组的列 · column of groups")] = None,
    measures: Annotated[str | None, _option("--measures", "指标，用逗号隔开 · measures, by commas")] = None,
    lonely: Annotated[
        Literal["refuse", "certainty", "centre", "average"], _option("--lonely", "只有一个群的层怎么办 · lonely strata")
    ] = "refuse",
    missing: Annotated[
        Literal["refuse", "drop"], _option("--missing", "缺数的行怎么办 · rows without data")
    ] = "refuse",
    level: Annotated[float, _option("--level", "置信水平 · confidence level")] = 0.95,
    csv: Annotated[bool, _option("--csv", "输出 CSV，数值不舍入 · CSV at full precision")] = False,
    lang: Lang = "zh",
) -> None:
    """贫困和不平等指标及其标准误 · poverty and inequality, with standard errors under the sampling design."""
    from mingbai.oversight.poverty.from_file import answer, faults, printing, question

    words = question.Words(welfare, deprivations, weights, cutoff, weight, strata, psu, fpc, line, by, measures,
                           lonely, missing, level)  # fmt: skip
    try:
        found = answer.answer(file, words)
    except faults.Faults as wrong:
        raise Refused(*(getattr(fault, lang) for fault in wrong.faults)) from None
    for note in found.notes:
        typer.echo(getattr(note, lang), err=True)
    printing.write(found.estimates, sys.stdout, "csv" if csv else lang)


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="做好后打开网站 · open the site")] = True,
    out: Annotated[Path, typer.Option("--out", help="样例县放在哪里 · where the sample county goes")] = Path("demo"),
    port: Annotated[int, typer.Option("--port", help="网站端口 · port of the site")] = 8000,
) -> None:
    """造一个样例县，筛查，打开演示网站 · make a sample county, screen it, and open its site."""
    from mingbai.doors.demo import demo as showing

    with progress() as tell:
        text = list(showing.run_demo(out, tell))
    for line in text:
        typer.echo(line)
    typer.echo("")
    for line in showing.make_site(out):
        typer.echo(line)
    if not serve:
        typer.echo(f"打开网站：{sys.argv[0]} demo（去掉 --no-serve）")
        return
    os.environ.update(showing.ENVIRONMENT)
    _serve(out / "site", "127.0.0.1", port, 2)


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str, typer.Option("--host", help="在哪个地址上服务 · address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="端口 · port")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, help="网页进程数 · web processes")] = 2,
) -> None:
    """打开网站：网页和后台任务一起起、一起停 · the site: its web and job processes start and stop together."""
    _serve(home, host, port, workers)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="备份文件 · the file to write")], home: Home = None) -> None:
    """备份整个网站到一个文件 · the whole site into one file."""
    _site("backup", str(file.resolve()), home=home)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="备份文件 · the backup")], home: Home = None) -> None:
    """把备份恢复到一个空的站点 · a backup into an empty site."""
    _site("restore", str(file.resolve()), home=home)


@app.command()
def verify(
    head: Annotated[Path | None, typer.Option("--head", help="以前导出的校验点文件 · an exported head")] = None,
    write_head: Annotated[Path | None, typer.Option("--write-head", help="导出校验点 · export the head")] = None,
    number: Annotated[int | None, typer.Option("--at", help="抄下的记录号 · a printed head's number")] = None,
    printed: Annotated[str | None, typer.Option("--hash", help="抄下的校验值 · a printed head's hash")] = None,
    home: Home = None,
) -> None:
    """核对历史记录没有被改动，户和人与记录一致 · the history is whole, and households agree with it."""
    given = {"--head": head and head.resolve(), "--write-head": write_head and write_head.resolve(), "--at": number,
             "--hash": printed}  # fmt: skip
    _site("verify", *(str(part) for pair in given.items() if pair[1] is not None for part in pair), home=home)


@app.command()
def escalate(
    day: Annotated[str | None, typer.Option("--day", help="按哪一天，默认今天 · as of which day")] = None,
    home: Home = None,
) -> None:
    """夜间运行：逾期的问题逐级上报 · nightly: overdue problems go up the ladder."""
    _site("escalate", *(["--day", day] if day else []), home=home)


@app.command()
def person(
    do: Annotated[str, typer.Argument(help="add 新增 · post 加岗位 · reset 重置密码 · close 停用 · reopen 恢复")],
    username: Annotated[str, typer.Option("--username", help="登录用的名字 · the name to sign in with")],
    name: Annotated[str, typer.Option("--name", help="姓名（add）· name")] = "",
    unit: Annotated[str, typer.Option("--unit", help="单位（add）· unit")] = "",
    role: Annotated[
        str, typer.Option("--role", help="岗位：village township county bureau inspector admin · role")
    ] = "",
    area: Annotated[str, typer.Option("--area", help="负责范围的区划代码 · the area's division code")] = "",
    bureau: Annotated[str, typer.Option("--bureau", help="部门（岗位是 bureau 时）· which bureau")] = "",
    why: Annotated[str, typer.Option("--why", help="原因（close、reopen）· why")] = "",
    home: Home = None,
) -> None:
    """不开网页也能管人员：新增、加岗位、重置密码、停用 · people, from the shell."""
    given = {"--name": name, "--unit": unit, "--role": role, "--area": area, "--bureau": bureau, "--why": why}
    more = [part for pair in given.items() if pair[1] for part in pair]
    _site("person", do, "--username", username, *more, home=home)


@app.command()
def places(
    file: Annotated[Path, typer.Argument(help="CSV：township_code,township,village_code,village · a list of villages")],
    county: Annotated[str, typer.Option("--county", help="6 位县级区划代码 · the county's code")],
    name: Annotated[str, typer.Option("--name", help="县名 · the county's name")],
    home: Home = None,
) -> None:
    """载入一个县的乡镇和村名单 · a county's townships and villages."""
    _site("places", str(file.resolve()), "--county", county, "--name", name, home=home)


@app.command(name="rotate-keys")
def rotate_keys(home: Home = None) -> None:
    """更换密钥，并把证件号码换成新密钥加密 · a new key, and every hidden ID under it."""
    _site("rotate_keys", home=home)


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


def _serve(home: Path | None, host: str, port: int, workers: int) -> NoReturn:
    from mingbai.base.lib.processes import alone, refuse_taken, together

    where = _home(home)
    with alone(where / "serving.lock", f"「{where}」的网站已经在运行。"):
        refuse_taken(host, port)
        if status := _django("mingbai_prepare", home=home):
            sys.exit(status)
        typer.echo(f"明白账在 http://{host}:{port} ，按 Ctrl-C 停止。")
        python = [sys.executable, "-m"]
        web = [*python, "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers",
               str(workers), "--blocking-threads", "4", "--blocking-threads-idle-timeout", "600",
               "--respawn-failed-workers", "--no-ws", "--log-level", "warning", "mingbai.wsgi:application"]  # fmt: skip
        jobs = [*python, "django", "db_worker", "--no-startup-delay", "--no-reload"]
        status = together({"网页": web, "后台任务": jobs}, _environment(home))
    sys.exit(status)


def _home(home: Path | None) -> Path:
    return (home or Path(os.environ.get("MINGBAI_HOME") or "mingbai-data")).resolve()


def _environment(home: Path | None) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "mingbai.settings", "MINGBAI_HOME": str(_home(home))}


def _django(*command: str, home: Path | None) -> int:
    """A command of the site, in a process of its own: this one stays free of Django."""
    run = [sys.executable, "-m", "django", *command]
    ran = subprocess.run(run, env={**os.environ, **_environment(home)}, check=False, stderr=subprocess.PIPE)
    told = ran.stderr.decode(errors="replace")
    # Settings that make no sense are refused with a sentence, not with a traceback.
    _, nonsense, sentence = told.rpartition("ImproperlyConfigured: ")
    typer.echo(sentence if nonsense else told, err=True, nl=False)
    return 2 if nonsense else ran.returncode


def _site(command: str, *arguments: str, home: Path | None) -> None:
    sys.exit(_django(f"mingbai_{command}", *arguments, home=home))


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


if __name__ == "__main__":
    main()
