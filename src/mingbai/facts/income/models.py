"""Income accounts of households as kept in the county: entered, confirmed or disputed, corrected."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.db.models import Q

from mingbai.facts.income.account import title
from mingbai.facts.registry.models import Household


class HouseholdAccount(models.Model):
    """The account of a household-year. Never overwritten once confirmed: a correction is a new one that names it."""

    MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
        {
            "draft": frozenset({"shown"}),
            # The author may take it back as long as the household has not answered.
            "shown": frozenset({"draft", "confirmed", "disputed"}),
            "disputed": frozenset({"draft"}),
            "confirmed": frozenset({"replaced"}),
            "replaced": frozenset(),
        }
    )
    WAYS = ("签字", "按手印", "当面口头", "电话")
    STATUS = {
        "draft": "记账中",
        "shown": "待户里确认",
        "confirmed": "户里已确认",
        "disputed": "户里有异议",
        "replaced": "已更正",
    }

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="accounts")
    village = models.CharField(max_length=12)
    """The household's, kept here so that lists of accounts start from an area."""
    year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=list(STATUS.items()), default="draft")
    entered_by = models.CharField(max_length=100)
    entered_by_shown = models.CharField(max_length=100)
    entered_on = models.DateField()
    authors = models.JSONField(default=list)
    """Everybody who wrote in it (Actor.name): none of them may enter the household's answer."""
    saved_by_shown = models.CharField(max_length=100, blank=True)
    """Who wrote in it last: for whoever meets them there."""
    is_whole = models.BooleanField(default=False)
    """Whole enough to be screened: it came with 收入表, or was shown to the household at least once. A draft that
    somebody is still typing raises no clue."""
    in_force = models.BooleanField(default=True)
    """The account of its year: not what was replaced, and not a correction that is still under way."""
    members = models.JSONField(default=list)
    """Person ids and names of those who shared income and expenditure, fixed when shown to the household."""
    answered_by_name = models.CharField(max_length=60, blank=True)
    """Who of the household confirmed or disputed it."""
    answered_way = models.CharField(max_length=20, blank=True)
    """One of WAYS."""
    answered_on = models.DateField(null=True, blank=True)
    recorded_by = models.CharField(max_length=100, blank=True)
    """Who entered the household's answer: never an author."""
    disputes = models.JSONField(default=list)
    """Every dispute so far, oldest first: on, name, way, note, lines [item, amount, why]; none is ever dropped."""
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="correction")
    correction_why = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["village", "status", "id"], name="account_village"),
            models.Index(fields=["household", "-year"], name="account_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"], condition=Q(in_force=True), name="one_account_a_year"
            ),
            models.CheckConstraint(
                condition=(Q(in_force=True, corrects=None) & ~Q(status="replaced"))
                | Q(in_force=True, status="confirmed")
                | Q(in_force=False, status="replaced")
                | Q(in_force=False, corrects__isnull=False, status__in=["draft", "shown", "disputed"]),
                name="account_in_force_or_a_correction",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(correction_why=""), name="account_correction_says_why"
            ),
            models.CheckConstraint(condition=~Q(entered_by=""), name="account_has_author"),
            models.CheckConstraint(
                condition=Q(recorded_by="") | ~Q(recorded_by=models.F("entered_by")),
                name="account_author_does_not_confirm",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "disputed"])
                | (~Q(answered_by_name="") & ~Q(answered_way="") & Q(answered_on__isnull=False) & ~Q(recorded_by="")),
                name="account_answer_says_who_and_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.year} {self.status}"


class AccountLine(models.Model):
    """One line: item of policy.md 5.2, yuan, and where it comes from."""

    SOURCES = {"said": "户里说的", "bureau": "部门数据", "receipt": "票据", "estimate": "按县价估算"}

    account = models.ForeignKey(HouseholdAccount, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    """Its place on the page (entry.first_place): a thousand for each item."""
    item = models.CharField(max_length=6)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    source = models.CharField(max_length=10, choices=list(SOURCES.items()))
    source_note = models.CharField(max_length=120, blank=True)
    """Who said it, or which delivery and row: 一卡通发放 2026-06 第 12 行."""
    note = models.CharField(max_length=200, blank=True)
    disputed = models.BooleanField(default=False)
    dispute = models.TextField(blank=True)
    rests_on = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="estimates")
    """An estimated cost: the income line that it is a part of."""
    ratio = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["account", "position"]
        constraints = [
            models.UniqueConstraint(fields=["account", "position"], name="account_line_positions"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="account_line_is_not_negative"),
            models.CheckConstraint(
                condition=Q(rests_on=None, ratio=None)
                | Q(rests_on__isnull=False, ratio__isnull=False, source="estimate"),
                name="account_estimate_rests_on_a_line",
            ),
            models.CheckConstraint(
                condition=Q(disputed=False, dispute="") | (Q(disputed=True) & ~Q(dispute="")),
                name="disputed_line_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount}"

    @staticmethod
    def titled(item: str) -> str:
        """The field's word for an item: 养殖 for B2."""
        return title(item)
