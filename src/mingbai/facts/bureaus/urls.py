"""Pages of this room."""

from django.urls import URLPattern

app_name = "bureaus"
urlpatterns: list[URLPattern] = []
