"""Which desks sign in under load, and what lies in the area of each (see locustfile.py). Needs a site (big_site.py)."""

import json
import random
from pathlib import Path
from typing import Any

import django

django.setup()

from big_site import DAY  # noqa: E402
from mingbai.base.staff.models import Post  # noqa: E402
from mingbai.base.staff.queries import in_place  # noqa: E402
from mingbai.doors.demo.actions.people import PASSWORD  # noqa: E402
from mingbai.facts.income.models import HouseholdAccount  # noqa: E402
from mingbai.facts.registry.models import Household  # noqa: E402
from mingbai.findings.issues.models import Issue  # noqa: E402
from mingbai.findings.screening.models import Clue  # noqa: E402

USERS = ("wang", "county1", "township1", "township2", "township3", "village1", "village2", "village3")


def write(path: str, seed: int) -> None:
    """Each desk with its own clues to dismiss and problems to move, so that nobody meets anybody."""
    chance = random.Random(seed)
    areas = {username: Post.objects.get(official__username=username).area for username in USERS}
    taken: set[tuple[str, int]] = set()
    # The smallest areas choose first.
    desks = [
        _desk(username, areas[username], chance, taken) for username in sorted(USERS, key=lambda u: -len(areas[u]))
    ]
    chance.shuffle(desks)
    given = {"password": PASSWORD, "day": DAY.isoformat(), "desks": desks}
    Path(path).write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")


def _desk(username: str, area: str, chance: random.Random, taken: set[tuple[str, int]]) -> dict[str, Any]:
    homes = Household.objects.filter(in_place(area, "village"), ended_on=None)
    first, last = (homes.order_by(way).values_list("pk", flat=True)[0] for way in ("pk", "-pk"))
    some: list[Household] = []
    while len(some) < min(1500, homes.count() // 2):
        keys = [chance.randint(first, last) for _ in range(5000)]
        some += [home for home in homes.filter(pk__in=keys) if home not in some[-2000:]]
    some = some[:1500]
    villages = sorted({home.village for home in some if len(home.village) == 12})
    begun = set(HouseholdAccount.objects.filter(year=DAY.year, household__in=some).values_list("household", flat=True))
    clues = Clue.objects.filter(in_place(area, "village"))
    open_clues = clues.filter(status__in=("new", "assigned")).order_by("due_on", "pk").values_list("pk", "version")
    issues = Issue.objects.filter(in_place(area, "village"))
    level = {6: "county", 9: "township", 12: "village"}[len(area)]
    found = issues.filter(level=level, status="found", holder="").values_list("pk", "version")
    middle = clues.order_by("-rank", "-pk").values_list("rank", "pk")[min(200, clues.count() - 1)]
    return {
        "user": username, "role": level, "households": [home.household_id for home in some],
        "names": sorted({home.head_name for home in some})[:200], "villages": villages,
        "townships": sorted({code[:9] for code in villages}), "mark": f"{middle[0]}-{middle[1]}",
        "rules": sorted(set(clues.values_list("rule", flat=True))),
        "seen": list(clues.order_by("-pk").values_list("pk", flat=True)[:1000]),
        "problems": list(issues.values_list("pk", flat=True)[:500]),
        "clues": _own("clue", open_clues, 600, taken), "found": _own("issue", found, 300, taken),
        "without": [home.household_id for home in some if home.pk not in begun],
    }  # fmt: skip


def _own(kind: str, rows: Any, most: int, taken: set[tuple[str, int]]) -> list[tuple[int, int]]:
    mine = [(pk, version) for pk, version in rows[: 4 * most] if (kind, pk) not in taken][:most]
    taken |= {(kind, pk) for pk, _ in mine}
    return mine
