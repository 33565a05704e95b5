"""Pages of this room."""

from django.urls import URLPattern, path

from mingbai.facts.registry.views import changes, exporting, importing, reveal

app_name = "registry"
urlpatterns: list[URLPattern] = [
    path("imports/", importing.imports, name="imports"),
    path("imports/new/", importing.import_new, name="import_new"),
    path("imports/<int:number>/", importing.import_detail, name="import_detail"),
    path("imports/<int:number>/progress/", importing.import_progress, name="import_progress"),
    path("imports/<int:number>/confirm/", importing.import_confirm, name="import_confirm"),
    path("imports/<int:number>/again/", importing.import_again, name="import_again"),
    path("imports/<int:number>/drop/", importing.import_drop, name="import_drop"),
    path("imports/<int:number>/errors/<slug:table>/", importing.import_errors, name="import_errors"),
    path("export/", exporting.export, name="export"),
    path("differences/", exporting.differences, name="differences"),
    path("differences/file/", exporting.differences_file, name="differences_file"),
    path("differences/<int:number>/settle/", exporting.difference_settle, name="difference_settle"),
    path("household/<str:household_id>/", changes.menu, name="changes"),
    path("household/<str:household_id>/<slug:verb>/", changes.change, name="change"),
    path("new/<str:village>/", changes.register, name="register"),
    path("member/<str:person_id>/id/", reveal.reveal, name="reveal"),
]
