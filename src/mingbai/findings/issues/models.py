"""The problem list (问题清单) and its ladder."""

from django.db import models
from django.db.models import F, Q

from mingbai.findings.screening.models import Clue


class Issue(models.Model):
    """A confirmed problem of a household or a village, held by somebody, due on a day."""

    STATUS = {"found": "已发现", "fed_back": "已反馈", "mending": "整改中", "answered": "已答复", "closed": "已销号"}
    LEVELS = {"village": "村", "township": "乡镇", "county": "县", "bureau": "部门"}
    MOVES = {
        "found": {"fed_back", "mending"},
        "fed_back": {"mending", "answered"},
        "mending": {"answered"},
        "answered": {"closed", "mending"},
        "closed": set(),
    }  # fmt: skip

    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    household_id = models.CharField(max_length=40, blank=True)
    village = models.CharField(max_length=12)
    clue = models.OneToOneField(Clue, on_delete=models.PROTECT, null=True, blank=True, related_name="issue")
    guarantee = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=10, choices=list(LEVELS.items()), default="village")
    bureau = models.CharField(max_length=40, blank=True)
    """Which bureau, at the level of bureaus."""
    holder = models.CharField(max_length=100, blank=True)
    """``official:li``; '' for whoever has the work at that level."""
    holder_shown = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=10, choices=list(STATUS.items()), default="found")
    found_on = models.DateField()
    found_by = models.CharField(max_length=100)
    since = models.DateField()
    """Since when it is at this level: the day on which the clock that ends on `due_on` began."""
    due_on = models.DateField()
    """Due day at this level; nightly `mingbai escalate` raises what is past it."""
    reminded_on = models.DateField(null=True, blank=True)
    """When the night last told that it is overdue where it can not be raised any more; None since the clock began."""
    plan = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)
    revisit = models.TextField(blank=True)
    revisited_on = models.DateField(null=True, blank=True)
    revisited_by = models.CharField(max_length=100, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.CharField(max_length=100, blank=True)
    form_key = models.CharField(max_length=40, blank=True)
    """One-time key of the form that opened it, so that sending twice opens one problem; '' from a clue."""
    times_raised = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["status", "village", "due_on", "id"], name="issue_list"),
            models.Index(fields=["status", "due_on", "id"], name="issue_due"),
            models.Index(fields=["due_on", "id"], name="issue_every"),
            # What is open, by due day: a condition without a value, so that SQLite uses it for bound parameters too.
            models.Index(fields=["due_on", "id"], condition=Q(closed_on=None), name="issue_open_due"),
            models.Index(fields=["village", "due_on", "id"], condition=Q(closed_on=None), name="issue_open_village"),
            models.Index(fields=["level", "due_on", "id"], condition=Q(closed_on=None), name="issue_open_level"),
            models.Index(fields=["holder", "due_on", "id"], condition=Q(closed_on=None), name="issue_holder"),
            models.Index(fields=["bureau", "due_on", "id"], condition=Q(closed_on=None), name="issue_bureau"),
            models.Index(fields=["household_id", "-id"], name="issue_household"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(level="bureau") & ~Q(bureau="")) | (~Q(level="bureau") & Q(bureau="")),
                name="issue_at_a_bureau_names_it",
            ),
            models.CheckConstraint(
                condition=Q(revisited_by="") | ~Q(revisited_by=F("answered_by")), name="issue_revisited_by_another"
            ),
            models.CheckConstraint(
                condition=Q(closed_by="") | ~Q(closed_by=F("answered_by")), name="issue_closed_by_another"
            ),
            models.CheckConstraint(
                condition=(~Q(status="closed") & Q(closed_on=None, closed_by=""))
                | (
                    Q(status="closed")
                    & Q(closed_on__isnull=False)
                    & ~Q(closed_by="")
                    & ~Q(revisited_by="")
                    & ~Q(revisit="")
                ),
                name="issue_closed_after_a_revisit",
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | (~Q(answer="") & ~Q(answered_by="")), name="issue_answered_with_words"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("since")), name="issue_due_after_since"),
            models.CheckConstraint(condition=~Q(found_by="") & ~Q(title=""), name="issue_says_what_and_who_found_it"),
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="issue_form_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.title}"
