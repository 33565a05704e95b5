"""Pages of this room."""

from django.urls import path

from mingbai.findings.issues.views import issue, listing, opening

app_name = "issues"
urlpatterns = [
    path("", listing.issue_list, name="list"),
    path("export/", listing.export_list, name="export"),
    path("assign/", listing.assign_picked, name="assign_many"),
    path("new/", opening.new, name="new"),
    path("confirm/<int:clue>/", opening.confirm, name="confirm"),
    path("<int:number>/", issue.issue, name="issue"),
    path("<int:number>/<slug:name>/", issue.move, name="move"),
]
