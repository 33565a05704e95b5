"""Writing down what is found of a family's guarantees, and how the county asks about them."""

from collections.abc import Sequence
from datetime import date

import duckdb
from django.db import connection, transaction
from django.db.models import Max

from mingbai.base.events.actions import record as record_event
from mingbai.base.events.models import Event
from mingbai.base.lib.errors import Changed, Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.base.lib.resident_id import without_ids
from mingbai.base.places.models import Place
from mingbai.base.staff.queries import in_place
from mingbai.facts.assessments.guarantees import ITEMS, SOURCES, SPOKEN, STATES, Word, is_news, newest, told
from mingbai.facts.assessments.models import Finding, Wording
from mingbai.facts.assessments.queries import fresh_words, words_of
from mingbai.facts.registry.models import Household, Member

LONGEST_NOTE = 500
_FILLED = "assessments.filled"
_BATCH = 20_000
_COLUMNS = "household_id, member_id, village, item, state, source, source_note, day, by, by_shown, note"
_INSERT = f"INSERT INTO assessments_finding ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_OF_TOWNSHIP = "FROM fresh f JOIN house h USING (household_id) {} WHERE left(h.village, 9) = ?"
_NEW_ROWS = "SELECT h.id::BIGINT, p.id::BIGINT, h.village, f.item, f.state, f.source, f.fact, f.day::VARCHAR " + (
    _OF_TOWNSHIP.format("LEFT JOIN person p ON p.person_id = f.person_id") + " ORDER BY h.id::BIGINT, f.item, p.id"
)
_BY_SOURCE = "SELECT f.source, count(*) " + _OF_TOWNSHIP.format("") + " GROUP BY 1 ORDER BY 1"
_OPENINGS = {"visit": "入户看：", "household": "户里说："}


def record(
    *, by: Actor, household: Household, item: str, state: str, source: str, said_on: date, day: date,
    person_id: str = "", note: str = "",
) -> bool:  # fmt: skip
    """One word on one guarantee; see `record_many`."""
    by.must(Permission.GUARANTEE_RECORD, at=household.village)
    words = [Word(item, person_id, state, note=note)]
    return record_many(by=by, household=household, words=words, source=source, said_on=said_on, day=day) > 0


def record_many(
    *, by: Actor, household: Household, words: Sequence[Word], source: str, said_on: date, day: date
) -> int:
    """What one visit found (`source` "visit") or the household said ("household") on `said_on`. One event.

    Of each word item, person_id, state and note are read. What this source has said already, in the same words on the
    same day, is passed over: sending a form twice does one thing. Returns how many were new.

    Refused, every reason at once: nothing answered, a day in the future, an unknown item, state or source, somebody
    who is no member, a household that has ended.
    """
    by.must(Permission.GUARANTEE_RECORD, at=household.village)
    with transaction.atomic():
        # Two that send at once wait for each other here, so that the second sees the words of the first.
        held = Household.objects.select_for_update().get(pk=household.pk)
        members = {m.person_id: m for m in held.members.filter(left_on=None)}
        _check(held, members, words, source, said_on, day)
        last = newest(words_of(held))
        fresh = [
            word
            for word in (_cleaned(w, source, said_on) for w in words)
            if is_news(word, last.get((word.item, word.person_id, source)))
        ]
        if not fresh:
            return 0
        Finding.objects.bulk_create(
            Finding(
                household=held, member=members[w.person_id] if w.person_id else None, village=held.village,
                item=w.item, state=w.state, source=source, day=said_on, by=by.name, by_shown=by.shown, note=w.note,
            )
            for w in fresh
        )  # fmt: skip
        names = {person_id: member.name for person_id, member in members.items()}
        record_event(
            by=by, day=said_on, verb="assessments.found", subject=f"household:{held.household_id}",
            place=held.village, said=f"{_OPENINGS[source]}{told(fresh, names)}。",
            changed={
                "source": source,
                "guarantees": [{"item": w.item, "member": w.person_id, "state": w.state} for w in fresh],
            },
        )  # fmt: skip
        return len(fresh)


def reword(*, by: Actor, item: str, place: str, question: str, was: str, day: date) -> bool:
    """The county's own wording of a question from `day` on; '' goes back to ours. False where nothing changes.

    `was` is the county's wording that the page showed. Refused (Changed) where somebody else has changed it meanwhile.
    """
    by.must(Permission.QUESTION_REWORD, at=place)
    question = " ".join(question.split())
    if item not in ITEMS:
        raise Refused("没有这一项保障，请从列表里选。")
    if len(question) > 200:
        raise Refused(f"问法最长 200 个字，现在是 {len(question)} 个字，请改短一些。")
    with transaction.atomic():
        held = Wording.objects.select_for_update().filter(item=item, place=place, since__lte=day).order_by("-since")
        last = held.first()
        now = last.question if last else ""
        if now == question:
            return False
        if now != was:
            shown = f"「{now}」" if now else "程序原来的问法"
            raise Changed(f"{last.by_shown if last else ''}刚刚把这个问法改成了{shown}。您写的还在，请看过再存。")
        values = {"question": question, "by": by.name, "by_shown": by.shown}
        # A second change on one day takes the place of the first; the history keeps both.
        Wording.objects.update_or_create(item=item, place=place, since=day, defaults=values)
        said = (
            f"「{ITEMS[item].term}」入户问法改为：{question}" if question else f"「{ITEMS[item].term}」入户问法改回原样"
        )
        record_event(
            by=by, day=day, verb="assessments.reworded", subject=f"place:{place}", place=place, said=said,
            changed={"item": item, "was": now, "question": question},
        )  # fmt: skip
        return True


def fill_from_deliveries(*, by: Actor, place: str, day: date) -> int:
    """Writes down what the roster and the newest deliveries say of guarantees in `place` (a county, township or
    village), where that is news; doing it twice writes nothing more. One event a township, with its rows in one
    transaction, so that nobody waits long and a kill in the middle leaves whole townships. Returns the new words.
    """
    by.must(Permission.SCREENING_RUN, at=place)
    seen = _last_filling(place[:6])
    con = duckdb.connect()
    try:
        counts = fresh_words(place, day, con)
        _follow_moves(con)
        return sum(_fill_township(con, by, township, n, seen.get(township, 0), day) for township, n in counts.items())
    finally:
        con.close()


def follow_village(*, by: Actor, old: str, new: str, day: date) -> int:
    """Findings of a village that was merged into another follow it there. No event: the merge has told it."""
    by.must(Permission.PLACE_CHANGE, at=old)
    by.must(Permission.PLACE_CHANGE, at=new)
    return Finding.objects.filter(village=old).update(village=new)


def follow_household(*, by: Actor, household: Household, old: str) -> int:
    """Findings of a household that moved from village `old` go with it. No event: the move has told it."""
    by.must(Permission.HOUSEHOLD_CHANGE, at=old)
    return Finding.objects.filter(household=household, village=old).update(village=household.village)


def _fill_township(con: duckdb.DuckDBPyConnection, by: Actor, township: str, count: int, seen: int, day: date) -> int:
    with transaction.atomic():
        # Whoever fills the same township at the same time waits here, and then leaves it to the first.
        list(Place.objects.select_for_update().filter(code=township))
        if _last_filling(township).get(township, 0) != seen:
            return 0
        rows = con.execute(_NEW_ROWS, [township])
        with connection.cursor() as cursor:
            while batch := rows.fetchmany(_BATCH):
                cursor.executemany(_INSERT, [(*row, by.name, by.shown, "") for row in batch])
        kinds = dict(con.execute(_BY_SOURCE, [township]).fetchall())
        tables = "、".join(f"{SOURCES[source]} {n} 条" for source, n in kinds.items())
        record_event(
            by=by, day=day, verb=_FILLED, subject=f"place:{township}", place=township,
            said=f"按花名册和部门最新数据更新保障情况，新记 {count} 条（{tables}）。", changed=kinds,
        )  # fmt: skip
        return count


def _follow_moves(con: duckdb.DuckDBPyConnection) -> None:
    """The village of a finding is where lists look for it; the move itself has its own event."""
    moved: dict[str, list[int]] = {}
    for number, village in con.execute("SELECT number, village FROM strayed").fetchall():
        moved.setdefault(village, []).append(number)
    with transaction.atomic():
        for village, numbers in moved.items():
            for at in range(0, len(numbers), _BATCH):
                Finding.objects.filter(pk__in=numbers[at : at + _BATCH]).update(village=village)


def _last_filling(place: str) -> dict[str, int]:
    """The number of the newest filling's event of each township in a place."""
    events = Event.objects.filter(in_place(f"place:{place}", "subject"), verb=_FILLED).order_by()
    rows = events.values_list("subject").annotate(last=Max("id"))
    return {subject.removeprefix("place:"): last for subject, last in rows}


def _cleaned(word: Word, source: str, said_on: date) -> Word:
    return Word(word.item, word.person_id, word.state, source, said_on, note=without_ids(word.note.strip()))


def _check(
    held: Household, members: dict[str, Member], words: Sequence[Word], source: str, said_on: date, day: date
) -> None:
    reasons = []
    if held.ended_on:
        reasons.append("这一户已经不在花名册上，不能再记保障情况。")
    if source not in SPOKEN:
        known = "、".join(SOURCES[s] for s in SPOKEN)
        reasons.append(f"不知道这话是谁说的：请选{known}。")
    if said_on > day:
        reasons.append(f"日期不能晚于今天（{day.isoformat()}）。")
    if not words:
        reasons.append("一项都没有选。知道几项就选几项，至少选一项。")
    for word in words:
        item = ITEMS.get(word.item)
        if item is None or word.state not in STATES:
            reasons.append("有一项保障或它的答案不认得，请刷新页面再填。")
        elif word.person_id and word.person_id not in members:
            reasons.append(f"「{item.term}」记的人现在不在这一户，请刷新页面看看家里还有谁。")
        elif bool(word.person_id) == (item.per == "household"):
            reasons.append(f"「{item.term}」要记在{'全户' if item.per == 'household' else '家里某个人'}名下。")
        if len(word.note) > LONGEST_NOTE:
            reasons.append(f"说明最长 {LONGEST_NOTE} 个字，请写短一些。")
    if reasons:
        raise Refused(*dict.fromkeys(reasons))
