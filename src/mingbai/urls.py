"""Every page of the site. Each room brings its own."""

from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("mingbai.doors.web.urls")),
    path("sign-in/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("people/", include("mingbai.base.staff.urls")),
    path("standards/", include("mingbai.base.standards.urls")),
    path("deliveries/", include("mingbai.facts.bureaus.urls")),
    path("roster/", include("mingbai.facts.registry.urls")),
    path("guarantees/", include("mingbai.facts.assessments.urls")),
    path("clues/", include("mingbai.findings.screening.urls")),
    path("problems/", include("mingbai.findings.issues.urls")),
    path("api/", include("mingbai.doors.api.urls")),
]
