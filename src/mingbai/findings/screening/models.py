"""Screenings of a county, and the clues that rules, households, calls, letters and visits raise."""

from django.db import models
from django.db.models import F, Q

from mingbai.facts.bureaus.models import Delivery


class Screening(models.Model):
    """One run of the rules over the newest deliveries, as of a day."""

    STATUS = {"queued": "排队中", "running": "筛查中", "done": "完成", "failed": "未成功", "withdrawn": "已撤回"}

    place = models.CharField(max_length=12)
    day = models.DateField()
    by = models.CharField(max_length=100)
    by_shown = models.CharField(max_length=100)
    queued_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    """When it last gave a sign of life; long ago means that whoever ran it is gone."""
    status = models.CharField(max_length=10, choices=list(STATUS.items()), default="queued")
    step = models.CharField(max_length=60, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    report = models.JSONField(default=dict)
    """What run.json holds: numbers in force, rules run and not checked, counts, sha256 of each delivery."""
    why = models.TextField(blank=True)
    """Why it failed or was withdrawn."""
    deliveries = models.ManyToManyField(Delivery, related_name="screenings")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=""), name="screening_has_author"),
            models.UniqueConstraint(
                fields=["place"], condition=Q(status__in=["queued", "running"]), name="one_screening_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.day} {self.status}"


class Clue(models.Model):
    """Something to be verified at the door. A machine or a person raised it; people decide."""

    STATUS = {
        "new": "待分派", "assigned": "待核实", "confirmed": "属实", "dismissed": "排除", "cleared": "数据已消除",
        "retracted": "已撤回",
    }  # fmt: skip
    CHANNELS = {
        "screening": "部门筛查", "self_report": "农户自主申报", "cadre": "干部排查", "visit": "入户走访", "hotline": "热线电话",
        "letter": "意见箱来信",
    }  # fmt: skip
    MOVES = {
        "new": {"assigned", "confirmed", "dismissed", "cleared", "retracted"},
        "assigned": {"new", "confirmed", "dismissed", "cleared", "retracted"},
        # What the data have cleared, or a withdrawn run had raised, a later run may raise again.
        "dismissed": set(), "confirmed": set(), "cleared": {"new", "assigned"}, "retracted": {"new"},
    }  # fmt: skip

    rule = models.CharField(max_length=40)
    """A rule's code, or the channel's name for what people reported."""
    channel = models.CharField(max_length=12, choices=list(CHANNELS.items()), default="screening")
    subject_kind = models.CharField(max_length=10)
    subject_id = models.CharField(max_length=60)
    clue_key = models.CharField(max_length=200)
    household_id = models.CharField(max_length=40, blank=True)
    """户编号; '' for a village, or while nobody knows which household a letter means."""
    village = models.CharField(max_length=12)
    group = models.CharField(max_length=8)
    """risk, doubt, leak, file; ``risk`` for reports of people."""
    evidence = models.JSONField(default=dict)
    said = models.TextField()
    """The evidence in a sentence."""
    question = models.TextField(blank=True)
    household_class = models.CharField(max_length=20, blank=True)
    rank = models.PositiveIntegerField(default=0)
    """What comes first on a desk; see screening.ranking."""
    status = models.CharField(max_length=10, choices=list(STATUS.items()), default="new")
    found_on = models.DateField()
    due_on = models.DateField()
    """Clue to decision: fifteen days unless the county set otherwise; a letter's answer has its own."""
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, null=True, blank=True, related_name="clues")
    last_seen = models.ForeignKey(Screening, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """The newest screening that raised it again: its evidence rests on the deliveries of this one."""
    cleared_in = models.ForeignKey(Screening, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """The screening that no longer found it, while it is cleared."""
    assigned_to = models.CharField(max_length=100, blank=True)
    """``official:li``, or '' for whoever works in the village."""
    assigned_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    finding = models.TextField(blank=True)
    """What the visit found: the reason of a dismissal, the ground of a confirmation."""
    reporter = models.CharField(max_length=60, blank=True)
    """Who reported it; '' is anonymous, or the machine."""
    reporter_phone = models.CharField(max_length=40, blank=True)
    consent = models.ForeignKey("Consent", on_delete=models.PROTECT, null=True, blank=True, related_name="clues")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["village", "status", "-rank", "-id"], name="clue_desk"),
            models.Index(fields=["-rank", "-id"], name="clue_rank"),
            # What is open, without the decided: a condition without a value, so that SQLite uses it when bound.
            models.Index(fields=["-rank", "-id"], condition=Q(decided_on=None), name="clue_open_rank"),
            models.Index(fields=["due_on", "id"], condition=Q(decided_on=None), name="clue_open_due"),
            models.Index(fields=["household_id", "-id"], name="clue_household"),
            models.Index(fields=["assigned_to", "status"], name="clue_holder"),
            models.Index(fields=["rule", "status", "village"], name="clue_rule"),
            models.Index(fields=["last_seen", "status"], name="clue_last_seen"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject_id", "clue_key"], name="same_clue_once"),
            models.CheckConstraint(
                condition=Q(status__in=["new", "assigned", "cleared", "retracted"])
                | (Q(decided_on__isnull=False) & ~Q(decided_by="") & ~Q(finding="")),
                name="clue_decided_says_who_and_why",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("found_on")), name="clue_due_after_found"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject_id} {self.status}"


class Consent(models.Model):
    """承诺授权: a household's written leave to look its private data up; a bureau match of a self-report waits for it."""

    household_id = models.CharField(max_length=40)
    village = models.CharField(max_length=12)
    signed_by = models.CharField(max_length=60)
    way = models.CharField(max_length=20)
    """签字, 按手印."""
    signed_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    recorded_by = models.CharField(max_length=100)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["household_id", "-signed_on"], name="consent_household")]
        constraints = [
            models.CheckConstraint(condition=~Q(recorded_by="") & ~Q(signed_by=""), name="consent_is_signed"),
            models.UniqueConstraint(
                fields=["household_id", "signed_by", "signed_on"],
                condition=Q(withdrawn_on=None),
                name="same_consent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.signed_on}"
