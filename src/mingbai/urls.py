"""Every page of the site. Each room brings its own."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import include, path
from django.views.i18n import set_language

# What allauth offers beyond this (signing up, mail, social accounts) has no address here, so that nobody finds it.
_SIGN_IN = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]

urlpatterns = [
    path("", include("mingbai.doors.web.urls")),
    path("sign-in/", include(_SIGN_IN)),
    path("language/", set_language, name="set_language"),
    path("people/", include("mingbai.base.staff.urls")),
    path("standards/", include("mingbai.base.standards.urls")),
    path("deliveries/", include("mingbai.facts.bureaus.urls")),
    path("roster/", include("mingbai.facts.registry.urls")),
    path("guarantees/", include("mingbai.facts.assessments.urls")),
    path("clues/", include("mingbai.findings.screening.urls")),
    path("problems/", include("mingbai.findings.issues.urls")),
    path("", include("mingbai.oversight.indicators.urls")),
    path("api/", include("mingbai.doors.api.urls")),
]

handler500 = "mingbai.doors.web.views.trouble.failed"
