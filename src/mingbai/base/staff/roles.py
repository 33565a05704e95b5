"""Roles: bundles of permissions, and which of them one person may not hold together."""

from collections.abc import Mapping
from types import MappingProxyType

from mingbai.base.lib.permissions import Permission as P

_SEE = frozenset({P.HOUSEHOLD_READ, P.CLUE_READ, P.ISSUE_READ, P.STANDARD_READ, P.FIGURE_READ})
_FIELD = _SEE | {
    P.HOUSEHOLD_CHANGE, P.ACCOUNT_ENTER, P.ACCOUNT_CONFIRM, P.GUARANTEE_RECORD, P.CLUE_VERIFY, P.CLUE_REPORT,
    P.CONSENT_RECORD, P.ISSUE_ANSWER, P.ISSUE_RAISE, P.EVENT_READ,
}  # fmt: skip

ROLES: Mapping[str, frozenset[P]] = MappingProxyType(
    {
        "village": frozenset(_FIELD),
        "township": frozenset(
            _FIELD | {P.CLUE_ASSIGN, P.ISSUE_ASSIGN, P.ISSUE_REVISIT, P.ISSUE_CLOSE, P.ROSTER_EXPORT, P.ID_REVEAL,
                      P.STATEMENT_MAKE}
        ),
        "county": frozenset(
            _SEE
            | {
                P.HOUSEHOLD_CHANGE, P.HOUSEHOLD_STATUS, P.ROSTER_IMPORT, P.ROSTER_EXPORT, P.ID_REVEAL,
                P.QUESTION_REWORD, P.DELIVERY_SEND, P.DELIVERY_READ, P.DELIVERY_WITHDRAW, P.SCREENING_RUN,
                P.CLUE_ASSIGN, P.CLUE_VERIFY, P.CLUE_REPORT, P.CONSENT_RECORD, P.ISSUE_ASSIGN, P.ISSUE_ANSWER,
                P.ISSUE_REVISIT, P.ISSUE_CLOSE, P.ISSUE_RAISE, P.STANDARD_SET, P.PLACE_CHANGE, P.EVENT_READ,
                P.STATEMENT_MAKE, P.STATEMENT_FREEZE,
            }
        ),
        # A bureau hands in its own tables and answers what is sent to it; it sees nothing else.
        "bureau": frozenset({P.DELIVERY_SEND, P.ISSUE_ANSWER, P.STANDARD_READ}),
        "inspector": frozenset(_SEE | {P.ISSUE_REVISIT, P.DELIVERY_READ, P.EVENT_READ, P.STATEMENT_FREEZE}),
        "admin": frozenset({P.STAFF_MANAGE, P.STANDARD_READ, P.EVENT_READ, P.PLACE_CHANGE}),
    }
)  # fmt: skip
"""By role: village worker, township desk, county office, bureau, inspector, and who keeps people and roles."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "village": "村级工作人员", "township": "乡镇专干", "county": "县级业务人员", "bureau": "部门联络员",
        "inspector": "督查人员", "admin": "系统管理员",
    }
)  # fmt: skip

INCOMPATIBLE: frozenset[frozenset[str]] = frozenset(
    [
        # Who inspects does not do the work inspected.
        *(frozenset({"inspector", other}) for other in ("village", "township", "county", "bureau")),
        # Who gives out rights does not use them.
        *(frozenset({"admin", other}) for other in ("village", "township", "county", "bureau", "inspector")),
        # Who enters (village) does not approve (county); who answers for a bureau does not close for the county.
        frozenset({"village", "county"}),
        frozenset({"bureau", "county"}),
        frozenset({"bureau", "township"}),
    ]
)
"""Pairs of roles that one person may not hold on one day."""

BUREAUS: tuple[str, ...] = (
    "人社", "住建", "公安", "公安交警", "公安车管", "农业农村", "医保", "市场监管", "应急", "教育", "残联", "民政", "水利",
    "自然资源", "财政",
)  # fmt: skip
"""The bureaus that somebody can answer for: the senders of tables (a test compares them with facts.bureaus)."""

LEVELS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "village": (12,), "township": (9,), "county": (6,), "bureau": (4, 6), "inspector": (2, 4, 6, 9, 12),
        "admin": (2, 4, 6, 9),
    }
)  # fmt: skip
"""How many digits the division code of a role's area may have: a township desk has a township."""


def clash(roles: frozenset[str]) -> tuple[str, str] | None:
    """Two of the roles that one person may not hold together, by their titles; None where all go together."""
    for pair in sorted(sorted(pair) for pair in INCOMPATIBLE):
        if roles.issuperset(pair):
            return TITLES[pair[0]], TITLES[pair[1]]
    return None
