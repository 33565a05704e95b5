"""Households and their members (建档立卡), by the fields and code tables of policy.md section 7."""

from django.db import models
from django.db.models import Q

from mingbai.facts.bureaus.tables import HOUSEHOLD_CLASSES

CLASSES = [(label, label) for label in HOUSEHOLD_CLASSES]


class Household(models.Model):
    """A family as registered: those who share income and expenditure. A row of 户表."""

    household_id = models.CharField(max_length=40, unique=True)
    """户编号 of the national platform; a household born here by splitting has one of ours until theirs is known."""
    village = models.CharField(max_length=12)
    group_name = models.CharField(max_length=40, blank=True)
    head_name = models.CharField(max_length=60)
    household_class = models.CharField(max_length=20, choices=CLASSES, blank=True)
    """户类型. Decided here once `class_decided_on` is set: an import then no longer changes it."""
    class_decided_on = models.DateField(null=True, blank=True)
    causes = models.CharField(max_length=200, blank=True)
    """致贫原因, several by 、."""
    identified_on = models.DateField(null=True, blank=True)
    monitored_since = models.DateField(null=True, blank=True)
    eliminated = models.CharField(max_length=2, blank=True)
    """风险是否消除: 是, 否 or unknown. Decided here like the class."""
    eliminated_on = models.DateField(null=True, blank=True)
    elimination_way = models.CharField(max_length=20, blank=True)
    housing_grade = models.CharField(max_length=10, blank=True)
    safe_water = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    helper = models.CharField(max_length=60, blank=True)
    helper_unit = models.CharField(max_length=120, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, blank=True)
    """Why it is no household of the roster any more: 整户迁出, 并户, 全户死亡, 误登."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["village", "id"], name="household_village"),
            models.Index(fields=["head_name", "id"], name="household_head_name"),
            models.Index(fields=["phone"], name="household_phone"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(household_id="") & ~Q(village=""), name="household_is_placed"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_why="") | (Q(ended_on__isnull=False) & ~Q(ended_why="")),
                name="household_ends_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.head_name}"

    @property
    def is_monitored(self) -> bool:
        return self.household_class in ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户") and self.eliminated != "是"


class Member(models.Model):
    """A person on the roster. A row of 成员表. The ID is hidden; `id_index` finds it."""

    person_id = models.CharField(max_length=40, unique=True)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    name = models.CharField(max_length=60)
    id_hidden = models.CharField(max_length=200, blank=True)
    id_index = models.CharField(max_length=80, blank=True)
    id_valid = models.BooleanField(default=False)
    birth = models.DateField(null=True, blank=True)
    """From the ID where it is valid."""
    relation = models.CharField(max_length=20)
    sex = models.CharField(max_length=10, blank=True)
    ethnicity = models.CharField(max_length=20, blank=True)
    schooling = models.CharField(max_length=20, blank=True)
    studying = models.CharField(max_length=20, blank=True)
    health = models.CharField(max_length=80, blank=True)
    """健康状况, several by 、. Health: never in an event or a notice in clear."""
    skill = models.CharField(max_length=20, blank=True)
    months_worked = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    work_place = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    left_on = models.DateField(null=True, blank=True)
    left_why = models.CharField(max_length=20, blank=True)
    """死亡, 婚出, 迁出, 误登; '' while a member."""

    class Meta:
        indexes = [
            # Whole, not where filled: SQLite does not use a partial index for a value that comes as a parameter.
            models.Index(fields=["id_index"], name="member_id_index"),
            models.Index(fields=["name", "id"], name="member_name"),
            models.Index(fields=["phone"], name="member_phone"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(person_id="") & ~Q(name=""), name="member_is_named"),
            models.CheckConstraint(
                condition=Q(left_on=None, left_why="") | (Q(left_on__isnull=False) & ~Q(left_why="")),
                name="member_leaves_with_reason",
            ),
            models.UniqueConstraint(
                fields=["household"], condition=Q(relation="户主", left_on=None), name="one_head_a_household"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.name}"


class Import(models.Model):
    """A roster that came and is looked at before anything is written: its staged preview, then its outcome."""

    STATUS = {"staging": "读取中", "staged": "待确认", "done": "已导入", "dropped": "已放弃", "failed": "未成功"}

    place = models.CharField(max_length=12)
    by = models.CharField(max_length=100)
    by_shown = models.CharField(max_length=100)
    at = models.DateTimeField()
    day = models.DateField()
    file_names = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=list(STATUS.items()), default="staging")
    counts = models.JSONField(default=dict)
    """By kind: new, changed, unchanged, refused, possible duplicates, differences to settle; households and members."""
    reasons = models.JSONField(default=list)
    outcome = models.CharField(max_length=200, blank=True)
    """Digest of what it would write: if the registry changes meanwhile and this does, it is looked at again."""
    step = models.CharField(max_length=20, blank=True)
    """What is being done with it now, for the page; '' when nothing is."""
    step_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=""), name="import_has_author"),
            models.CheckConstraint(
                condition=Q(status="done", done_on__isnull=False) & ~Q(done_by="") | ~Q(status="done") & Q(done_by=""),
                name="import_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class Difference(models.Model):
    """Where an import says otherwise than was decided here (class, risk): kept for somebody to settle."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="differences")
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="differences")
    field = models.CharField(max_length=40)
    ours = models.CharField(max_length=200, blank=True)
    theirs = models.CharField(max_length=200, blank=True)
    settled = models.CharField(max_length=10, blank=True)
    """'' open, ``ours`` kept, ``theirs`` taken."""
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.CharField(max_length=100, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "field"], condition=Q(settled=""), name="one_open_difference_a_field"
            ),
            models.CheckConstraint(
                condition=Q(settled="", settled_on=None, settled_by="")
                | (Q(settled__in=["ours", "theirs"], settled_on__isnull=False) & ~Q(settled_by="")),
                name="difference_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.field}"
