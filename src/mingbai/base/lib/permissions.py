"""Who may do what, where. An area is a prefix of the division code; '' is everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from mingbai.base.lib.errors import Forbidden


class Permission(StrEnum):
    """One thing that can be done or seen. Roles (base.staff.roles) bundle them; actions ask for them one by one."""

    HOUSEHOLD_READ = "household_read"
    HOUSEHOLD_CHANGE = "household_change"
    """Changes of members and of the household's own fields: births, deaths, moves, a new head."""
    HOUSEHOLD_STATUS = "household_status"
    """Settles differences of class and risk between an import and what was decided here."""
    ROSTER_IMPORT = "roster_import"
    ROSTER_EXPORT = "roster_export"
    ID_REVEAL = "id_reveal"
    ACCOUNT_ENTER = "account_enter"
    ACCOUNT_CONFIRM = "account_confirm"
    """Enters the household's signature or dispute; never by the account's author."""
    GUARANTEE_RECORD = "guarantee_record"
    QUESTION_REWORD = "question_reword"
    DELIVERY_SEND = "delivery_send"
    DELIVERY_READ = "delivery_read"
    DELIVERY_WITHDRAW = "delivery_withdraw"
    SCREENING_RUN = "screening_run"
    CLUE_READ = "clue_read"
    CLUE_ASSIGN = "clue_assign"
    CLUE_VERIFY = "clue_verify"
    CLUE_REPORT = "clue_report"
    """Writes down a self-report, a call, a letter or what a visit found."""
    CONSENT_RECORD = "consent_record"
    ISSUE_READ = "issue_read"
    ISSUE_ASSIGN = "issue_assign"
    ISSUE_ANSWER = "issue_answer"
    ISSUE_REVISIT = "issue_revisit"
    ISSUE_CLOSE = "issue_close"
    ISSUE_RAISE = "issue_raise"
    STANDARD_READ = "standard_read"
    STANDARD_SET = "standard_set"
    STAFF_MANAGE = "staff_manage"
    PLACE_CHANGE = "place_change"
    EVENT_READ = "event_read"
    FIGURE_READ = "figure_read"
    STATEMENT_MAKE = "statement_make"
    STATEMENT_FREEZE = "statement_freeze"
    """Freezes a statement that somebody else made."""


@dataclass(frozen=True)
class Actor:
    """Whoever acts: an official, a household, the system itself, or nobody we know.

    `name` stands in events and never changes (``official:li``); `shown` is what people read (``李 · 外南村``).
    `grants` says for each permission in which areas it holds. `bureau` is the bureau an official answers for.
    """

    kind: str
    name: str
    shown: str
    grants: Mapping[Permission, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    bureau: str = ""
    roles: tuple[str, ...] = ()

    def areas(self, permission: Permission) -> tuple[str, ...]:
        """The areas where the permission holds, none inside another, sorted. Empty: nowhere."""
        found: list[str] = []
        for area in sorted(self.grants.get(permission, ())):
            if not any(area.startswith(wider) for wider in found):
                found.append(area)
        return tuple(found)

    def may(self, permission: Permission, *, at: str | None = None) -> bool:
        """Whether the permission holds at a place (division code), or with None anywhere at all."""
        areas = self.grants.get(permission, frozenset())
        return bool(areas) if at is None else any(at.startswith(area) for area in areas)

    def must(self, permission: Permission, *, at: str | None = None) -> None:
        """Raises Forbidden unless `may`."""
        if not self.may(permission, at=at):
            raise Forbidden("您的岗位没有这项权限，或不在您负责的范围内。如确需办理，请联系县里的管理员。")


def granted(pairs: Iterable[tuple[Permission, str]]) -> Mapping[Permission, frozenset[str]]:
    """`Actor.grants` from (permission, area) pairs."""
    found: dict[Permission, set[str]] = {}
    for permission, area in pairs:
        found.setdefault(permission, set()).add(area)
    return MappingProxyType({permission: frozenset(areas) for permission, areas in found.items()})


def system(job: str) -> Actor:
    """The program itself at a nightly or background job: everything, everywhere, under its own name."""
    return Actor("system", f"system:{job}", "系统", granted((permission, "") for permission in Permission))


ANONYMOUS = Actor("anonymous", "anonymous", "匿名")
