"""Pages of this room."""

from django.urls import path

from mingbai.facts.assessments import views

app_name = "assessments"
urlpatterns = [
    path("questions/", views.questions, name="questions"),
    path("fill/", views.fill, name="fill"),
    path("<str:household_id>/", views.record, name="record"),
]
