"""From a fitted proxy-means test to a card of whole points, 0 to 100, and what the rounding costs.

The effects of a question are shifted so that its poorest answer has none, and all are scaled so that the best answers
add up to 100. The best answers' points are settled together, by largest remainder (Hamilton's method), so that the
total is 100 exactly; other answers are rounded to the nearest, never above the best.
"""

from dataclasses import dataclass, replace

import numpy as np

from mingbai.oversight.poverty.groups import Floats, Ints
from mingbai.oversight.poverty.targeting.proxy_means import Proxy
from mingbai.oversight.poverty.targeting.scorecards import Card, Table, highest_cutoff
from mingbai.oversight.poverty.welfare import Undefined

TOTAL = 100


@dataclass(frozen=True)
class Loss:
    """What whole points cost against the exact ones, in points and in decisions.

    bound: the most that any household's score can be off, over all answers there are. worst, mean: the most and the
    weighted mean in this table. cutoff, share: reaching those at this score or below reaches this share of people
    (`highest_cutoff`). moved: people reached by one of card and exact test but not by the other, as a share of all
    people, the exact test reaching the same share.
    """

    bound: float
    worst: float
    mean: float
    cutoff: int
    share: float
    moved: float

    def __str__(self) -> str:
        return (
            f"取整最多差 {self.bound:.2f} 分，本表最多差 {self.worst:.2f} 分、平均差 {self.mean:.2f} 分；"
            f"取 {self.cutoff} 分及以下（{self.share:.1%} 的人）时，{self.moved:.2%} 的人因取整而变。"
            f"Rounding: at most {self.bound:.2f} points, here at most {self.worst:.2f} and {self.mean:.2f} on average; "
            f"at {self.cutoff} points or less ({self.share:.1%} of people) it changes the lot of {self.moved:.2%}."
        )


def exact_points(proxy: Proxy) -> tuple[Floats, ...]:
    """The points before rounding, by question and answer: zero for the poorest answers, the best adding up to 100."""
    lifted = [effects - effects.min() for effects in proxy.effects]
    span = sum(float(points.max()) for points in lifted)
    if not span > 0:
        raise Undefined("every answer has the same effect: this test tells nobody apart, and no card can be made of it")
    return tuple(points * (TOTAL / span) for points in lifted)


def to_card(proxy: Proxy, title_zh: str, title_en: str, note: str = "") -> Card:
    """The test as a card of whole points, at most 100 in all; answers in order of their points."""
    exact = exact_points(proxy)
    best = _shared_out(np.array([points.max() for points in exact]))
    questions = []
    for question, points, most in zip(proxy.questions, exact, best, strict=True):
        whole = np.where(points == points.max(), most, np.minimum(np.floor(points + 0.5), most)).astype(np.intp)
        answers = [replace(a, points=int(p)) for a, p in zip(question.answers, whole, strict=True)]
        questions.append(replace(question, answers=tuple(answers)))
    words = [note] if note else []
    if proxy.unseen:
        some = "、".join(f"{column} {label}" for column, label in proxy.unseen)
        words.append(f"建模时没有人这样回答，分值没有依据：{some}。Nobody answered so when the card was made.")
    return Card(title_zh, title_en, tuple(questions), " ".join(words))


def rounding(proxy: Proxy, card: Card, table: Table, weight: Floats, share: float) -> Loss:
    """What the card made of `proxy` loses on a table, where about `share` of people are to be reached."""
    exact = exact_points(proxy)
    off = [np.abs(q.points - points) for q, points in zip(card.questions, exact, strict=True)]
    score = card.score(table)
    asked = [points[q.codes(table)] for q, points in zip(card.questions, exact, strict=True)]
    fine = np.sum(asked, axis=0, dtype=np.float64)
    apart = np.abs(score - fine)
    cutoff = highest_cutoff(score, weight, share)
    reached = score <= cutoff
    people = float(weight.sum())
    upto = np.zeros(len(score))
    # Whoever is just as poor by the exact points goes by the order of the rows: the same every time.
    order = np.argsort(fine, kind="stable")
    upto[order] = np.cumsum(weight[order])
    as_many = float(weight[reached].sum())
    moved = reached != (upto <= as_many * (1 + 1e-12))
    return Loss(
        float(sum(points.max() for points in off)), float(apart.max()), float((weight * apart).sum() / people),
        cutoff, as_many / people, float(weight[moved].sum() / people),
    )  # fmt: skip


def _shared_out(exact: Floats) -> Ints:
    """Whole numbers that add up to 100, each at most one off its exact number."""
    whole = np.floor(exact + 1e-9).astype(np.intp)
    left = TOTAL - int(whole.sum())
    first = np.argsort(-(exact - whole), kind="stable")[:left]
    whole[first] += 1
    return whole
