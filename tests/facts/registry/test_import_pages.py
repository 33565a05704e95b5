"""The pages of importing and exporting, as a county's officer presses through them."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from characters import COUNTY, DAY, NEXT_VILLAGE, Person, person
from mingbai.base.events.models import Event
from mingbai.facts.registry.actions import importing
from mingbai.facts.registry.models import Difference, Household, Import, Member

from .rosters import a_household, a_member, an_id, as_csv, imported, staged

pytestmark = pytest.mark.django_db
Family = Callable[..., Household]


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """The background's work is done where it is asked for."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def send(who: Person, households: bytes, name: str = "户表.csv", **more: Any) -> Any:
    fields = {"place": COUNTY, "household": SimpleUploadedFile(name, households)} | more
    return who.client.post(reverse("registry:import_new"), fields)


def book(answer: Any) -> list[tuple[Any, ...]]:
    content = b"".join(answer.streaming_content)
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_sent_looked_at_and_confirmed(wang: Person) -> None:
    answer = send(wang, as_csv([a_household()]), member=SimpleUploadedFile("成员表.csv", as_csv([a_member()])))
    roster = Import.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("registry:import_detail", args=[roster.pk])
    page = wang.client.get(answer["Location"]).content.decode()
    assert "杨光" in page and "脱贫户，1 人" in page and an_id(1) not in page
    assert not Household.objects.exists()
    for _ in range(2):
        assert wang.client.post(reverse("registry:import_confirm", args=[roster.pk])).status_code == 302
    assert Member.objects.count() == 1 and Event.objects.filter(verb="registry.imported").count() == 1
    assert "已于 2026-06-30 写入" in wang.client.get(answer["Location"]).content.decode()
    assert "成员表.csv" in wang.client.get(reverse("registry:imports")).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("户表.docx", b"x", "只能用"),
        ("户表.csv", b"", "空文件"),
        ("户表.csv", b"a" * 100, "没有找到表头"),
        ("户表.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600, "加了密码"),
        ("户表.xlsx", b"PK\x03\x04nonsense", "打不开"),
        ("<script>alert(1)</script>.csv", b"x,y\n1,2\n", "没有找到表头"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(wang: Person, name: str, content: bytes, said: str) -> None:
    answer = send(wang, content, name)
    if answer.status_code == 302:
        answer = wang.client.get(answer["Location"])
    page = answer.content.decode()
    assert said in page and "<script>alert" not in page
    assert not list(importing.folder().glob("scratch-*"))


def test_too_large_a_file_is_refused(wang: Person, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1 << 20
    answer = send(wang, b"a" * ((1 << 20) + 1))
    assert answer.status_code == 422 and "超过 1 MB" in answer.content.decode()
    assert not Import.objects.exists()


def test_a_workbook_comes_in_and_ids_stored_as_numbers_are_pointed_out(wang: Person) -> None:
    sheet = openpyxl.Workbook()
    row = a_household(户主证件号码=int(an_id(1)[:15] + "000"))
    assert sheet.active is not None
    sheet.active.append(list(row))
    sheet.active.append(list(row.values()))
    sheet.create_sheet("说明")
    held = io.BytesIO()
    sheet.save(held)
    page = wang.client.get(send(wang, held.getvalue(), "户表.xlsx")["Location"]).content.decode()
    assert "按数字存的证件号码" in page and "只读了第一张工作表" in page


def test_no_id_lies_open_on_the_disk(wang: Person) -> None:
    staged(wang, [a_household()], [a_member(), a_member("343490002", 2, 证件号码="12345")])
    for path in importing.folder().rglob("*"):
        assert path.is_dir() or an_id(1).encode() not in path.read_bytes()


def test_the_bad_rows_come_back_in_the_same_columns_with_the_problem(wang: Person, person_of_county: Person) -> None:
    rows = [a_household(), a_household("3434901", 村代码="513434999001", 备注="=1+1"), a_household("", 识别时间="去年")]
    roster = staged(wang, rows)
    header, first, second = book(wang.client.get(reverse("registry:import_errors", args=[roster.pk, "household"])))
    assert header == (*dict.fromkeys(name for row in rows for name in row), "问题")
    assert first[0] == "3434901" and "没有这个村代码" in first[-1] and "=1+1" in first and an_id(1) in first
    assert "「户编号」" in second[-1] and "「识别时间」" in second[-1]
    # Somebody else of the county sees them masked.
    _, other, _ = book(person_of_county.client.get(reverse("registry:import_errors", args=[roster.pk, "household"])))
    assert an_id(1) not in other and any("********" in str(cell) for cell in other)


@pytest.fixture
def person_of_county(wang: Person, zhao: Person) -> Person:
    return person("zhao", ("county", COUNTY))


def test_the_preview_turns_its_pages(wang: Person) -> None:
    roster = staged(wang, [a_household(f"34349{n:03d}") for n in range(120)])
    address = reverse("registry:import_detail", args=[roster.pk])
    first = wang.client.get(address, {"kind": "new"}).content.decode()
    assert "34349000" in first and "34349049" in first and "34349050" not in first and "after=50" in first
    last = wang.client.get(address, {"kind": "new", "after": "100"}).content.decode()
    assert "34349119" in last and 'rel="next"' not in last
    assert wang.client.get(address, {"kind": "nonsense"}).status_code == 404


def test_the_lists_ask_as_often_for_many_as_for_few(wang: Person) -> None:
    def queries() -> list[int]:
        counts = []
        for name in ("imports", "differences"):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert wang.client.get(reverse(f"registry:{name}")).status_code == 200
            counts.append(len(seen))
        return counts

    households = [a_household(f"34349{n:02d}") for n in range(12)]
    imported(wang, households)
    Household.objects.update(class_decided_on=DAY)
    imported(wang, [a_household("3434900", 户类型="一般农户")])
    few = queries()
    imported(wang, [row | {"户类型": "边缘易致贫户"} for row in households])
    assert Difference.objects.count() == 12 and queries() == few


def test_a_difference_is_settled_with_a_reason(wang: Person, li: Person) -> None:
    imported(wang, [a_household()], [a_member()])
    Household.objects.update(household_class="脱贫不稳定户", class_decided_on=DAY, version=2)
    imported(wang, [a_household(户类型="边缘易致贫户", 风险是否消除="是")])
    ours, theirs = Difference.objects.order_by("field")
    settle = [reverse("registry:difference_settle", args=[one.pk]) for one in (ours, theirs)]
    assert "边缘易致贫户" in wang.client.get(reverse("registry:differences")).content.decode()
    assert li.client.get(reverse("registry:differences")).status_code == 403
    assert li.client.post(settle[0], {"take": "ours", "reason": "随便"}).status_code == 404
    assert wang.client.post(settle[0], {"take": "theirs", "reason": ""}).status_code == 422
    assert not Difference.objects.exclude(settled="").exists()
    assert wang.client.post(settle[0], {"take": "theirs", "reason": "民政已核实"}).status_code == 302
    assert wang.client.post(settle[1], {"take": "ours", "reason": "入户核实过"}).status_code == 302
    assert wang.client.post(settle[1], {"take": "theirs", "reason": "又改主意"}).status_code == 409
    household = Household.objects.get()
    assert (household.eliminated, household.household_class, household.version) == ("是", "脱贫不稳定户", 3)
    said = Event.objects.filter(verb="registry.difference_settled").order_by("id").values_list("said", "why")
    assert list(said) == [
        ("风险是否消除：本县为「空」，名册为「是」，核定以名册为准。", "民政已核实"),
        ("户类型：本县为「脱贫不稳定户」，名册为「边缘易致贫户」，核定以本县认定为准。", "入户核实过"),
    ]
    # What was settled for ours is no news when the same roster comes again.
    assert imported(wang, [a_household(户类型="边缘易致贫户", 风险是否消除="是")]).counts["difference"] == 0
    _, row = book(wang.client.get(reverse("registry:differences_file")))
    assert row[3:7] == ("户类型", "脱贫不稳定户", "边缘易致贫户", "以本县为准，请在国家系统更正")


def test_the_export_comes_in_again_unchanged(wang: Person) -> None:
    imported(wang, [a_household()], [a_member(), a_member("343490002", 2, 健康状况="残疾,长期慢性病")])
    asked = {"place": COUNTY, "kind": "csv", "why": "核对国家系统"}
    files = {}
    for table in ("household", "member"):
        answer = wang.client.post(reverse("registry:export"), asked | {"table": table})
        files[table] = (f"{table}.csv", b"".join(answer.streaming_content))
    roster = importing.receive(by=wang.actor, day=DAY, place=COUNTY, files=files)
    importing.stage(by=wang.actor, number=roster.pk)
    roster.refresh_from_db()
    assert (roster.counts["households_unchanged"], roster.counts["members_unchanged"]) == (1, 2), roster.counts
    assert roster.counts["doubt"] == roster.counts["missing"] == roster.counts["bad_cells"] == 0


def test_ids_leave_masked_unless_there_is_a_reason_and_both_are_on_record(wang: Person, family: Family) -> None:
    imported(wang, [a_household(户主姓名="=cmd()")], [a_member()])
    family(NEXT_VILLAGE)
    asked = {"place": COUNTY, "table": "household", "kind": "xlsx"}
    header, row = book(wang.client.post(reverse("registry:export"), asked))
    assert (
        header[:3] == ("户编号", "村代码", "乡镇")
        and row[5] == "=cmd()"
        and row[6] == f"{an_id(1)[:6]}********{an_id(1)[-4:]}"
    )
    assert b"'=cmd()" in b"".join(
        wang.client.post(reverse("registry:export"), asked | {"kind": "csv"}).streaming_content
    )
    assert wang.client.post(reverse("registry:export"), asked | {"why": "要用"}).status_code == 422
    assert book(wang.client.post(reverse("registry:export"), asked | {"why": "核对国家系统"}))[1][6] == an_id(1)
    told = Event.objects.filter(verb="registry.exported").latest("id")
    assert told.why == "核对国家系统" and told.said == "导出越西县户表 1 行，证件号码完整。"
    assert Event.objects.filter(verb="registry.exported").count() == 3


@pytest.mark.parametrize(
    ("who", "imports", "export", "differences"),
    [("li", 403, 403, 403), ("zhao", 403, 200, 403), ("chen", 403, 403, 403), ("qian", 403, 403, 403),
     ("sun", 200, 200, 200), ("admin", 403, 403, 403)],
)  # fmt: skip
def test_each_sees_what_their_post_allows(
    who: str, imports: int, export: int, differences: int, wang: Person, request: pytest.FixtureRequest
) -> None:
    roster = staged(wang, [a_household()])
    client = request.getfixturevalue(who).client
    for name, status in (
        ("imports", imports),
        ("import_new", imports),
        ("export", export),
        ("differences", differences),
    ):
        answer = client.get(reverse(f"registry:{name}"))
        assert answer.status_code == status and "户表.csv" not in answer.content.decode(), name
    for name in ("import_detail", "import_progress"):
        assert client.get(reverse(f"registry:{name}", args=[roster.pk])).status_code == 404
    for name in ("import_confirm", "import_drop", "import_again"):
        assert client.post(reverse(f"registry:{name}", args=[roster.pk])).status_code == 404
    assert client.get(reverse("registry:import_errors", args=[roster.pk, "household"])).status_code == 404
    assert client.post(
        reverse("registry:export"), {"place": COUNTY, "table": "household", "kind": "csv"}
    ).status_code in (403, 422)
    roster.refresh_from_db()
    assert roster.status == "staged"


def test_what_a_killed_process_left_can_be_read_again(wang: Person) -> None:
    roster = importing.receive(
        by=wang.actor, day=DAY, place=COUNTY, files={"household": ("户表.csv", as_csv([a_household()]))}
    )
    address = reverse("registry:import_detail", args=[roster.pk])
    assert "可以离开这一页" in wang.client.get(address).content.decode()
    Import.objects.update(step_at="2026-01-01T00:00:00Z")
    assert "重新比对" in wang.client.get(address).content.decode()
    assert wang.client.get(reverse("registry:import_progress", args=[roster.pk]))["HX-Refresh"] == "true"
    wang.client.post(reverse("registry:import_again", args=[roster.pk]))
    roster.refresh_from_db()
    assert roster.status == "staged"


def test_why_it_was_not_written_stands_on_the_page(wang: Person) -> None:
    imported(wang, [a_household()])
    roster = staged(wang, [a_household(住房等级="C")])
    Household.objects.update(group_name="5组", version=2)
    wang.client.post(reverse("registry:import_confirm", args=[roster.pk]))
    page = wang.client.get(reverse("registry:import_detail", args=[roster.pk])).content.decode()
    assert "已按最新名册重新比对" in page and "确认写入" in page and "5组" in page
    assert Household.objects.get().housing_grade == "A"
