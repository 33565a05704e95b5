"""The API, version 1: what an official reads, read by another system with a token. Nothing can be changed by it."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.views.decorators.cache import never_cache
from ninja import Field, Path, Query, Router, Schema

from mingbai.base.lib.errors import Refused
from mingbai.base.lib.permissions import Actor, Permission
from mingbai.doors.api import queries as read
from mingbai.doors.api.forms import (
    Accounts,
    Asked,
    AskedAccounts,
    AskedClues,
    AskedHouseholds,
    AskedPlace,
    AskedProblems,
    AskedStandards,
    Clues,
    Fault,
    Figures,
    Households,
    HouseholdWithMembers,
    Places,
    Problems,
    Standards,
)
from mingbai.facts.registry.queries.households import household_or_404

FAULTS: dict[Any, Any] = dict.fromkeys((401, 403, 422, 429), Fault)
FAULTS_OF_ONE: dict[Any, Any] = FAULTS | {404: Fault}
HouseholdId = Path[Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,40}$", description="户编号")]]

router = Router()
# Answers name people: no proxy and no browser keeps them.
router.add_decorator(never_cache, mode="view")


@router.get("/households", response={200: Households, **FAULTS}, summary="农户")
def households(request: HttpRequest, asked: Query[AskedHouseholds]) -> Any:
    """Households of the roster within the caller's area."""
    by, _ = _may(request, asked, Permission.HOUSEHOLD_READ)
    found = read.households(by, asked.after, asked.place, asked.status, asked.household_class)
    rows, after = read.part(found, read.HOUSEHOLD_KEYS, asked.limit)
    return {"items": [read.household(row) for row in rows], "next": after}


@router.get(
    "/households/{household_id}", response={200: HouseholdWithMembers, **FAULTS_OF_ONE}, summary="一户和家庭成员"
)
def household(request: HttpRequest, household_id: HouseholdId) -> Any:
    """One household with its members, those who left too; IDs are masked."""
    by, day = _may(request, None, Permission.HOUSEHOLD_READ)
    found = household_or_404(by, household_id)
    return read.household(found) | {"members": read.members(found, day)}


@router.get(
    "/households/{household_id}/accounts", response={200: Accounts, **FAULTS_OF_ONE}, summary="一户各年度的收支账"
)
def accounts_of_household(request: HttpRequest, household_id: HouseholdId) -> Any:
    """The accounts in force of one household, newest year first; there is never a second part."""
    by, _ = _may(request, None, Permission.HOUSEHOLD_READ)
    found = household_or_404(by, household_id)
    rows = read.accounts(by, "", "", None, "").filter(household=found).order_by("-year")
    return {"items": [read.account(row) for row in rows], "next": None}


@router.get("/accounts", response={200: Accounts, **FAULTS}, summary="收支账")
def accounts(request: HttpRequest, asked: Query[AskedAccounts]) -> Any:
    """Income accounts with their lines and their reckoning."""
    by, _ = _may(request, asked, Permission.HOUSEHOLD_READ)
    found = read.accounts(by, asked.after, asked.place, asked.year, asked.status)
    rows, after = read.part(found, read.ACCOUNT_KEYS, asked.limit)
    return {"items": [read.account(row) for row in rows], "next": after}


@router.get("/clues", response={200: Clues, **FAULTS}, summary="线索")
def clues(request: HttpRequest, asked: Query[AskedClues]) -> Any:
    """Clues, in the order in which they came."""
    by, day = _may(request, asked, Permission.CLUE_READ)
    found = read.clues(by, asked.after, asked.place, asked.status, asked.rule, read.day_of(asked.since))
    rows, after = read.part(found, read.KEYS, asked.limit)
    return {"items": [read.clue(row, day) for row in rows], "next": after}


@router.get("/problems", response={200: Problems, **FAULTS}, summary="问题清单")
def problems(request: HttpRequest, asked: Query[AskedProblems]) -> Any:
    """Problems, in the order in which they came; a bureau gets those that were sent to it."""
    by, day = _may(request, asked, Permission.ISSUE_READ, Permission.ISSUE_ANSWER)
    found = read.problems(by, asked.after, asked.place, asked.status, read.day_of(asked.since))
    rows, after = read.part(found, read.KEYS, asked.limit)
    return {"items": [read.problem(row, day) for row in rows], "next": after}


@router.get("/figures", response={200: Figures, **FAULTS}, summary="各地的户数、线索数和问题数")
def figures(request: HttpRequest, asked: Query[AskedPlace]) -> Any:
    """Counts by place, of the places right below the one asked for; without one, below the caller's own."""
    by, day = _may(request, asked, Permission.FIGURE_READ)
    areas = by.areas(Permission.FIGURE_READ)
    return {"day": day, "items": read.figures(by, asked.place or (areas[0] if len(areas) == 1 else ""), day)}


@router.get("/places", response={200: Places, **FAULTS}, summary="乡镇和村")
def places(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Places in the caller's area by code, the ended ones too, with the place that each was merged into."""
    by, _ = _may(request, asked, Permission.STANDARD_READ)
    rows, after = read.part(read.places(by, asked.after, asked.place), read.PLACE_KEYS, asked.limit)
    return {"items": rows, "next": after}


@router.get("/standards", response={200: Standards, **FAULTS}, summary="政策数值")
def standards(request: HttpRequest, asked: Query[AskedStandards]) -> Any:
    """The policy numbers in force on a day at a place (the caller's own, where none is given)."""
    by, today = _may(request, asked, Permission.STANDARD_READ)
    day = read.day_of(asked.day) or today
    place = asked.place or by.areas(Permission.STANDARD_READ)[0]
    return {"day": day, "place": place, "items": read.standards(place, day)}


def _may(request: HttpRequest, asked: Schema | None, *permissions: Permission) -> tuple[Actor, date]:
    """The caller and the day; Forbidden where no post of theirs has any of the permissions.

    A filter whose name is mistyped is told: left out, it would answer with everything.
    """
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not any(by.may(permission) for permission in permissions):
        by.must(permissions[0])
    unknown = sorted(set(request.GET) - set(type(asked).model_fields if asked else ()))
    if unknown:
        raise Refused(*(f"没有「{name[:40]}」这个参数。" for name in unknown[:5]))
    return by, request.day  # type: ignore[attr-defined]
