"""How signing in behaves, and the form for a token."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from mingbai.base.staff.actions import change_own_password
from mingbai.base.staff.models import Official

# The titles of roles.TITLES, which knows no translations: here they are found by whoever translates.
TITLES = (
    gettext_noop("村级工作人员"), gettext_noop("乡镇专干"), gettext_noop("县级业务人员"), gettext_noop("部门联络员"),
    gettext_noop("督查人员"), gettext_noop("系统管理员"),
)  # fmt: skip


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: people are added by the county's administrator."""

    error_messages = DefaultAccountAdapter.error_messages | {
        # The same words whether the name or the password is wrong: nobody learns which names exist.
        "username_password_mismatch": gettext_lazy("用户名或密码不对。"),
        "too_many_login_attempts": gettext_lazy("连续输错的次数太多，请过 5 分钟再试；忘了密码请找县里的管理员。"),
        "rate_limited": gettext_lazy("操作太频繁，请稍等再试。"),
        "incorrect_password": gettext_lazy("密码不对。"),
        "enter_current_password": gettext_lazy("现在的密码不对。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def clean_password(self, password: str, user: Official | None = None) -> str:
        """A one-time password that is chosen again would not be one."""
        cleaned: str = super().clean_password(password, user)
        if user is not None and user.check_password(password):
            raise ValidationError(_("新密码不能和现在的一样。"))
        return cleaned

    def set_password(self, user: Official, password: str) -> None:
        request = self.request
        change_own_password(by=request.actor, official=user, password=password, day=request.day)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps lie encrypted, as everything secret does."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("验证码不对，请看清手机上现在的 6 位数字再输。"),
    }

    def encrypt(self, text: str) -> str:
        return settings.KEYS.hide(text)

    def decrypt(self, encrypted_text: str) -> str:
        return settings.KEYS.open(encrypted_text)


class TokenForm(forms.Form):
    """What the key is for, and until when."""

    name = forms.CharField(label=gettext_lazy("给哪个系统用"), max_length=60)
    ends_on = forms.DateField(label=gettext_lazy("有效到"), widget=forms.DateInput(attrs={"type": "date"}))
