"""Pages of this room."""

from django.urls import path

from mingbai.facts.bureaus import views

app_name = "bureaus"
urlpatterns = [
    path("", views.deliveries, name="deliveries"),
    path("send/", views.send, name="send"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/expect/", views.expect, name="expect"),
    path("calendar/usual/", views.usual, name="usual"),
    path("<int:pk>/", views.delivery, name="delivery"),
    path("<int:pk>/problems/", views.problems, name="problems"),
    path("<int:pk>/original/", views.original, name="original"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
