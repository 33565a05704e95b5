"""Which story goes to which household."""

from collections.abc import Callable
from random import Random

from mingbai.facts.bureaus.sample import stories_doubt as doubt
from mingbai.facts.bureaus.sample import stories_file as file
from mingbai.facts.bureaus.sample import stories_income as income
from mingbai.facts.bureaus.sample import stories_leak as leak
from mingbai.facts.bureaus.sample import stories_people as people
from mingbai.facts.bureaus.sample import stories_risk as risk
from mingbai.facts.bureaus.sample import stories_school as school
from mingbai.facts.bureaus.sample.people import MARGINAL, SUDDEN, UNSTABLE
from mingbai.facts.bureaus.sample.places import Village
from mingbai.facts.bureaus.sample.scene import Story, Tale

# In the order of the rules' text. water_short is about villages and stands in water.py.
TALES: tuple[Callable[[], Tale], ...] = (
    risk.medical_burden, school.school_dropout, risk.uninsured, risk.unsafe_house, risk.new_disability, risk.job_lost,
    risk.disaster_loss, risk.accident, income.low_income, income.income_drop, income.rigid_spending, school.school_cost,
    income.new_dibao, income.worker_died,
    doubt.owns_car, doubt.second_home, doubt.runs_firm, doubt.public_payroll, doubt.cadre_kin,
    leak.paid_after_death, leak.paid_twice, leak.dibao_unpaid, leak.payee_mismatch, leak.pension_missing,
    school.grant_missing, school.grant_wrong,
    people.id_invalid, people.id_twice, people.head_count, people.sex_mismatch, people.kin_age,
    file.cause_without_fact, file.wage_without_work, file.income_without_cost, file.pension_without_elder,
    file.dibao_line_mismatch, people.working_pupil, people.months_over_twelve, file.same_phone, file.copied_year,
    file.copied_account, people.stale_monitored, file.early_elimination,
)  # fmt: skip

FEWEST = 3
"""Fires and near misses a rule, where there are households enough."""
NEAR_SHARE = 0.2
"""Near misses for each household on which a rule fires, in a large county."""
MOST_OF_COUNTY = 0.6
"""In a very small county the stories take at most this share of the households."""

Part = tuple[str, Story]


def cast(households: int) -> list[Part]:
    """The stories for a county of this size: first one fire and one near miss of every rule, then the second, ...

    Near misses and fires of a rule take turns through its stories, so each is told before one is told twice.
    """
    wanted = []
    for tell in TALES:
        tale = tell()
        fires = [s for s in tale.stories if s.fires]
        nears = [s for s in tale.stories if not s.fires]
        most = (
            max(FEWEST, len(fires), round(tale.rate * households)),
            max(FEWEST, len(nears), round(tale.rate * households * NEAR_SHARE)),
        )
        wanted.append((tale.rule, (fires, nears), most))
    parts: list[Part] = []
    room, turn = int(households * MOST_OF_COUNTY), 0
    while any(turn < max(most) for _, _, most in wanted):
        for rule, kinds, most in wanted:
            for stories, count in zip(kinds, most, strict=True):
                story = _turn(stories, turn)
                if turn < count and story.households <= room:
                    parts.append((rule, story))
                    room -= story.households
        turn += 1
    return parts


def _turn(stories: list[Story], turn: int) -> Story:
    """The stories of a kind one after another; of the monitored, who are few in a county, only every fourth time."""
    cycle, at = divmod(turn, len(stories))
    story = stories[at]
    if cycle % 4 and story.klass in (UNSTABLE, MARGINAL, SUDDEN):
        others = [s for s in stories if s.klass not in (UNSTABLE, MARGINAL, SUDDEN)]
        return others[turn % len(others)] if others else story
    return story


def place(parts: list[Part], villages: list[Village], rng: Random) -> tuple[dict[int, Part], list[Part]]:
    """Household number (counted through the villages) → the story that begins there; and stories without a place.

    Stories of several households need neighbours in one village and come first in theirs.
    """
    starts, at = [], 0
    for village in villages:
        starts.append(at)
        at += village.households
    free = [v.households for v in villages]
    taken: set[int] = set()
    placed: dict[int, Part] = {}
    homeless: list[Part] = []
    turn = 0
    for part in (p for p in parts if p[1].households > 1):
        size = part[1].households
        # The next village, in turn, that still has room.
        home = next((v % len(free) for v in range(turn, turn + len(free)) if free[v % len(free)] >= size), None)
        if home is None:
            homeless.append(part)
            continue
        first = starts[home] + villages[home].households - free[home]
        placed[first] = part
        taken.update(range(first, first + size))
        free[home] -= size
        turn = home + 1
    singles = [p for p in parts if p[1].households == 1]
    open_places = [n for n in range(at) if n not in taken]
    chosen = rng.sample(open_places, min(len(singles), len(open_places)))
    placed.update(zip(chosen, singles, strict=False))
    return placed, homeless + singles[len(chosen) :]
