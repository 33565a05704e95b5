"""People who work with the system, what they may do where, and the tokens of other systems."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from mingbai.base.staff.roles import TITLES


class Officials(BaseUserManager["Official"]):
    """Finds people by the name they sign in with, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Official":
        return self.get(username__iexact=username)


class Official(AbstractBaseUser):
    """Somebody who signs in. What they may do stands in their posts."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    unit = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = Officials()
    USERNAME_FIELD = "username"

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(username="") & ~Q(name=""), name="official_is_named")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A role held by a person in an area, from a day and maybe until one (that day no longer included)."""

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=list(TITLES.items()))
    area = models.CharField(max_length=12)
    """Prefix of the division code: 513434 is the county, 513434100201 a village."""
    bureau = models.CharField(max_length=40, blank=True)
    """For the role of a bureau: its name as the sender of tables (facts.bureaus.tables)."""
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["area", "official"], name="post_area")]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="post_ends_after_it_began"),
            models.CheckConstraint(
                condition=(Q(role="bureau") & ~Q(bureau="")) | (~Q(role="bureau") & Q(bureau="")),
                name="post_of_a_bureau_names_it",
            ),
            models.CheckConstraint(condition=~Q(area=""), name="post_has_an_area"),
        ]

    def __str__(self) -> str:
        return f"{self.official_id} {self.role} {self.area}"


class Token(models.Model):
    """A key by which another system reads as one official may. Only its digest is kept."""

    official = models.ForeignKey(Official, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    made_on = models.DateField()
    ends_on = models.DateField()
    """The last day on which it opens anything."""
    revoked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="token_is_named"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("made_on")), name="token_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.official_id} {self.name}"
