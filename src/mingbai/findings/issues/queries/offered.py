"""Which moves a person may make with a problem now: what its page offers, and nothing that an action would refuse."""

from mingbai.base.lib.permissions import Actor
from mingbai.base.lib.permissions import Permission as P
from mingbai.findings.issues import ladder
from mingbai.findings.issues.models import Issue


def offered(by: Actor, issue: Issue) -> list[str]:
    """Of mend, answer, revisit, close, raise and assign those that are open to `by`, the likeliest first."""
    at, status = issue.village, issue.status
    works = ladder.works_at(by, at, issue.level, issue.bureau, issue.holder)
    directs = ladder.directs(by, at, issue.level)
    another = by.name != issue.answered_by
    answers = works and by.may(P.ISSUE_ANSWER, at=at)
    raises = (works or directs) and by.may(P.ISSUE_RAISE, at=at) and ladder.next_up(issue.level) is not None
    closes = another and issue.revisited_by != "" and by.may(P.ISSUE_CLOSE, at=at)
    every = {
        "close": status == "answered" and closes,
        "revisit": status == "answered" and another and by.may(P.ISSUE_REVISIT, at=at),
        "mend": status in ("found", "fed_back") and answers,
        "answer": status in ("fed_back", "mending") and answers,
        "assign": status in ("found", "fed_back", "mending") and directs and by.may(P.ISSUE_ASSIGN, at=at),
        "raise": status != "closed" and raises,
    }
    return [move for move, open_to in every.items() if open_to]


def sees_household(by: Actor, issue: Issue) -> bool:
    """Whether the page may lead on to the household: a bureau sees its own task and no more."""
    return by.may(P.HOUSEHOLD_READ, at=issue.village)
