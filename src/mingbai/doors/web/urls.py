"""Pages about many rooms. Each page's lines stand together, by the module of its views."""

from django.urls import path

from mingbai.doors.web.views import (
    account,
    county,
    guarantee_measures,
    history,
    home,
    household,
    measured_homes,
    measures,
    movement,
    numbers,
    people,
    pictures,
    places,
    search,
    village,
)

app_name = "web"
urlpatterns = [
    # home
    path("", home.home, name="home"),
    # county
    path("county/", county.county, name="county"),
    # pictures
    path("county/incomes/", pictures.incomes, name="incomes"),
    path("county/guarantees/", pictures.guarantee_table, name="guarantee_table"),
    path("county/guarantees/households/", pictures.guarantee_homes, name="guarantee_homes"),
    # measures
    path("figures/measures/", measures.measures, name="measures"),
    path("figures/measures/households/", measured_homes.measured_homes, name="measured_homes"),
    path("figures/measures/guarantees/", guarantee_measures.guarantee_measures, name="guarantee_measures"),
    path(
        "figures/measures/guarantees/households/",
        guarantee_measures.guarantee_measured_homes,
        name="guarantee_measured_homes",
    ),
    path("figures/measures/movement/", movement.moves, name="movement"),
    path("figures/measures/movement/households/", measured_homes.moved_homes, name="moved_homes"),
    # account
    path("household/<str:household_id>/account/<int:year>/", account.account, name="account"),
    path("household/<str:household_id>/account/<int:year>/slip/", account.slip, name="account_slip"),
    # household
    path("household/<str:household_id>/", household.household, name="household"),
    # village
    path("village/<str:code>/", village.village, name="village"),
    # search
    path("search/", search.search, name="search"),
    # history
    path("household/<str:household_id>/history/", history.history, name="household_history"),
    path("household/<str:household_id>/then/", history.then, name="household_then"),
    path("looks/", history.looks, name="looks"),
    # places
    path("places/", places.places, name="places"),
    path("places/add/", places.add, name="place_add"),
    path("places/<str:code>/rename/", places.rename, name="place_rename"),
    path("places/<str:code>/merge/", places.merge, name="place_merge"),
    path("household/<str:household_id>/move/", places.move, name="household_move"),
    # people
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:number>/", people.person, name="person"),
    path("people/<int:number>/handover/", people.handover, name="handover"),
    path("people/<int:number>/<slug:verb>/", people.person_do, name="person_do"),
    # numbers
    path("standards/", numbers.numbers, name="numbers"),
    path("standards/<slug:name>/", numbers.number, name="number"),
]
