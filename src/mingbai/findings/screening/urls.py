"""Pages of this room. The desk and reports of people first, then screenings."""

from django.urls import path

from mingbai.findings.screening.views import clues, desk, reports, running

app_name = "screening"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("batch/", desk.batch, name="batch"),
    path("export/", desk.take, name="export"),
    path("report/", reports.report, name="report"),
    path("precision/", reports.precision, name="precision"),
    path("<int:pk>/", clues.clue, name="clue"),
    path("<int:pk>/dismiss/", clues.dismiss, name="dismiss"),
    path("<int:pk>/household/", clues.attach, name="attach"),
    path("consent/<str:household_id>/", reports.consent, name="consent"),
    path("consent/<int:pk>/withdraw/", reports.withdraw, name="consent_withdraw"),
    path("runs/", running.screenings, name="screenings"),
    path("runs/start/", running.start, name="start"),
    path("runs/<int:pk>/", running.screening, name="screening"),
    path("runs/<int:pk>/progress/", running.progress, name="screening_progress"),
    path("runs/<int:pk>/clues/", running.take, name="screening_clues"),
    path("runs/<int:pk>/withdraw/", running.withdraw, name="screening_withdraw"),
    path("deliveries/<int:pk>/withdraw/", running.withdraw_delivery, name="withdraw_delivery"),
]
