"""Pages of this room. People and their posts are a page of the web door: it knows places and open work."""

from django.urls import path

from mingbai.base.staff import views

app_name = "staff"
urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:number>/revoke/", views.revoke, name="revoke"),
]
