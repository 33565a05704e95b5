"""Pages about many rooms. Each page's lines stand together, by the module of its views."""

from django.urls import URLPattern

app_name = "web"
urlpatterns: list[URLPattern] = []
