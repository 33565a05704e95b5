"""Figures and statements."""

from django.urls import path

from mingbai.oversight.indicators.views import figures, statements

app_name = "indicators"
urlpatterns = [
    path("figures/", figures.figures, name="figures"),
    path("figures/export/", figures.export, name="export"),
    path("figures/<slug:code>/", figures.figure, name="figure"),
    path("figures/<slug:code>/households/", figures.households, name="households"),
    path("statements/", statements.statements, name="statements"),
    path("statements/new/", statements.new, name="statement_new"),
    path("statements/<int:number>/", statements.statement, name="statement"),
    path("statements/<int:number>/freeze/", statements.freeze, name="freeze"),
    path("statements/<int:number>/drop/", statements.drop, name="drop"),
    path("statements/<int:number>/file/", statements.file, name="file"),
]
