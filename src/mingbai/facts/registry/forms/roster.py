"""Forms for a roster that comes in or goes out."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from mingbai.base.places.models import Place
from mingbai.facts.bureaus.tables import SUFFIXES


def _label(place: Place) -> str:
    return {"county": "", "township": "　", "village": "　　"}.get(place.level, "") + place.short


class _OfAPlace(forms.Form):
    place = forms.ChoiceField(label=_("范围"))

    def __init__(self, *given: object, places: list[Place]) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(place.code, _label(place)) for place in places]


class RosterForm(_OfAPlace):
    """户表 and 成员表, either or both."""

    household = forms.FileField(label=_("户表"), required=False, allow_empty_file=True)
    member = forms.FileField(label=_("成员表"), required=False, allow_empty_file=True)

    def __init__(self, *given: object, places: list[Place]) -> None:
        super().__init__(*given, places=places)
        most = settings.UPLOAD_MAX_BYTES >> 20
        for name in ("household", "member"):
            self.fields[name].widget.attrs["accept"] = ",".join(SUFFIXES)
        self.fields["household"].help_text = _("Excel、CSV 或 Parquet，最大 %(most)s MB。") % {"most": most}
        self.fields["member"].help_text = _("可以只交其中一张；只交成员表时，各户须已在系统里。")
        self.fields["place"].help_text = _("范围以外的户不会被读入，也不会被改动。")

    def sent(self) -> dict[str, tuple[str, bytes]]:
        """Name and bytes by table; nothing of a file that is too large but its first bytes beyond the limit."""
        found = {}
        for name in ("household", "member"):
            sent = self.cleaned_data.get(name)
            if isinstance(sent, UploadedFile):
                found[name] = (sent.name or "", sent.read(settings.UPLOAD_MAX_BYTES + 1))
        return found


class ExportForm(_OfAPlace):
    """What is to leave, and how."""

    table = forms.ChoiceField(
        label=_("哪张表"), choices=[("household", _("户表")), ("member", _("成员表"))], widget=forms.RadioSelect,
        initial="household",
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("格式"), choices=[("xlsx", "Excel"), ("csv", "CSV")], widget=forms.RadioSelect, initial="xlsx"
    )
    why = forms.CharField(
        label=_("需要完整证件号码的，写明用途"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不填则证件号码只显示前六位和后四位。填写后导出完整号码，用途和行数记入历史。"),
    )  # fmt: skip
