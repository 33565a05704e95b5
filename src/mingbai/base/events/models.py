"""What was done, by whom, when: one history, each row with the hash of the one before."""

from django.db import models


class Event(models.Model):
    """One thing done. Written by `actions.record` only; the database refuses to change or delete it.

    Actor and subject are text, not foreign keys: the history outlives whatever it tells of.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    """When it was recorded."""
    day = models.DateField()
    """The day on which it holds, as given by whoever recorded it."""
    by = models.CharField(max_length=100)
    by_shown = models.CharField(max_length=100)
    verb = models.CharField(max_length=60)
    """room.what, as ``registry.member_died``."""
    subject = models.CharField(max_length=100)
    """kind:number, as ``household:343400000001``."""
    place = models.CharField(max_length=12)
    said = models.TextField()
    """The sentence that people read, in plain Chinese; never an ID, a phone or a health status."""
    why = models.TextField(blank=True)
    changed = models.TextField(default="{}")
    """Canonical JSON of what changed; what must not lie open is hidden in it (base.lib.cipher)."""
    previous = models.CharField(max_length=80)
    hash = models.CharField(max_length=80)
    """``sha256$HEX`` of everything above and the hash before: the algorithm's name travels with it."""

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="event_subject"),
            models.Index(fields=["place", "id"], name="event_place"),
            models.Index(fields=["by", "id"], name="event_by"),
            # Who looked at whom is asked over a whole county: few among millions.
            models.Index(
                fields=["place", "id"], name="event_id_revealed", condition=models.Q(verb="registry.id_revealed")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(by=""), name="event_has_author"),
            models.UniqueConstraint(fields=["previous"], name="event_chain_never_forks"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.verb} {self.subject}"
