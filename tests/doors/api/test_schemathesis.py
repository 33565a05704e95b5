"""Whatever a caller sends: never a 500, and every answer has the shape that the description promises."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from tests.doors.api.calls import small_county, token_of

from characters import Person, person
from mingbai.wsgi import application

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
KEPT: dict[str, Any] = {}


@pytest.fixture
def county(places: Any) -> Person:
    small_county()
    wang = person("wang")
    KEPT["token"] = token_of(wang)
    return wang


@pytest.mark.django_db(transaction=True)
@schema.parametrize()
@settings(
    max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_every_answer_is_as_described(county: Person, case: schemathesis.Case) -> None:
    # A mark is ours to make: a text of its shape that we did not make is refused.
    case.call_and_validate(
        headers={"Authorization": f"Bearer {KEPT['token']}"},
        excluded_checks=[schemathesis.checks.CHECKS.get_one("positive_data_acceptance")],
    )
