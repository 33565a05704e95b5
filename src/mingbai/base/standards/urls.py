"""Pages of this room."""

from django.urls import URLPattern

app_name = "standards"
urlpatterns: list[URLPattern] = []
