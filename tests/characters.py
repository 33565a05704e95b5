"""The people of the tests. Li visits, Zhao's desk closes, Wang's county screens, Chen's bureau answers, Qian inspects,
the administrator gives out posts, and Sun is from the next county: whatever Sun gets is a leak."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.resident_id import birth_date, check_character
from mingbai.base.places.models import Place
from mingbai.base.staff.models import Official, Post
from mingbai.base.staff.queries import actor_of
from mingbai.facts.registry.models import Household, Member

DAY = date(2026, 6, 30)
COUNTY, TOWNSHIP, VILLAGE, OTHER_VILLAGE = "513434", "513434100", "513434100200", "513434100201"
NEXT_COUNTY, NEXT_TOWNSHIP, NEXT_VILLAGE = "513435", "513435100", "513435100200"
PASSWORD = "mountain-road-7"

PLACES = {
    COUNTY: ("越西县", ""), TOWNSHIP: ("越城镇", COUNTY), VILLAGE: ("外南村村民委员会", TOWNSHIP),
    OTHER_VILLAGE: ("城关村村民委员会", TOWNSHIP), NEXT_COUNTY: ("甘洛县", ""), NEXT_TOWNSHIP: ("新市坝镇", NEXT_COUNTY),
    NEXT_VILLAGE: ("坝上村村民委员会", NEXT_TOWNSHIP),
}  # fmt: skip
PEOPLE = {
    "li": ("李", "外南村驻村工作队", "village", VILLAGE, ""),
    "zhao": ("赵", "越城镇乡村振兴办", "township", TOWNSHIP, ""),
    "wang": ("王", "县农业农村局", "county", COUNTY, ""),
    "chen": ("陈", "县医保局", "bureau", COUNTY, "医保"),
    "qian": ("钱", "县督查组", "inspector", COUNTY, ""),
    "sun": ("孙", "邻县农业农村局", "county", NEXT_COUNTY, ""),
    "admin": ("吴", "县信息中心", "admin", COUNTY, ""),
}


@dataclass
class Person:
    """Somebody signed in: `actor` for actions, `client` for pages."""

    official: Official
    actor: Actor
    client: Client


def person(username: str, *extra: tuple[str, str]) -> Person:
    """One of PEOPLE, made if missing, with extra posts as (role, area), signed in."""
    name, unit, role, area, bureau = PEOPLE[username]
    official = Official.objects.filter(username=username).first()
    if official is None:
        official = Official(username=username, name=name, unit=unit)
        official.set_password(PASSWORD)
        official.save()
        Post.objects.create(official=official, role=role, area=area, bureau=bureau, since=date(2024, 1, 1))
    for other, where in extra:
        Post.objects.create(official=official, role=other, area=where, since=date(2024, 1, 1))
    client = Client()
    client.force_login(official, backend="allauth.account.auth_backends.AuthenticationBackend")
    return Person(official, actor_of(official, DAY), client)


_numbers = count(1)


def invented_id(birth: date, sex: str, number: int) -> str:
    """A valid ID of an area that was never assigned."""
    seventeen = f"599901{birth:%Y%m%d}{number % 500 * 2 + (sex == '男'):03d}"
    return seventeen + check_character(seventeen)


def make_family(village: str = VILLAGE, size: int = 3, **fields: Any) -> Household:
    """A household with members (head, spouse, children), written straight into the tables: no events."""
    number = next(_numbers)
    household_id = fields.pop("household_id", f"3434{number:07d}")
    head = f"杨{'一二三四五六七八九十'[number % 10]}"
    household = Household.objects.create(
        household_id=household_id, village=village,
        **{"head_name": head, "household_class": "脱贫户", "phone": f"109{number:08d}"} | fields,
    )  # fmt: skip
    kinds = [
        ("户主", "男", 1978),
        ("配偶", "女", 1980),
        ("之子", "男", 2012),
        ("之女", "女", 2015),
        ("之母", "女", 1950),
    ]
    for at in range(size):
        relation, sex, year = kinds[min(at, 4)]
        born = date(year, 1 + at, 1 + number % 28)
        text = invented_id(born, sex, number + at)
        Member.objects.create(
            person_id=f"{household_id}{at + 1:02d}", household=household, relation=relation, sex=sex,
            name=household.head_name if at == 0 else f"{household.head_name}{at}", id_hidden=settings.KEYS.hide(text),
            id_index=settings.KEYS.index(text), id_valid=True, birth=birth_date(text), ethnicity="彝族",
        )  # fmt: skip
    return household


@pytest.fixture
def places(db: None) -> dict[str, Place]:
    """Our county with a township and two villages, and the next county."""
    for code, (name, parent) in PLACES.items():
        Place.objects.get_or_create(code=code, defaults={"name": name, "parent": parent})
    return {place.code: place for place in Place.objects.all()}


@pytest.fixture
def family(places: dict[str, Place]) -> Callable[..., Household]:
    """Makes households: `family(VILLAGE, size=3, household_class="脱贫户")`."""
    return make_family


def _fixture(username: str) -> Any:
    def one(places: dict[str, Place]) -> Person:
        return person(username)

    one.__name__ = username
    return pytest.fixture(one)


FIXTURES: dict[str, Any] = {"places": places, "family": family} | {name: _fixture(name) for name in PEOPLE}
