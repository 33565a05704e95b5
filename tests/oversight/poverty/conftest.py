"""A census whose truth is known, and a survey drawn from it: the World Bank's synthetic country, bundled in svy."""

import os

import polars as pl
import pytest


@pytest.fixture(scope="session")
def census() -> pl.DataFrame:
    os.environ["SVYLAB_OFFLINE"] = "1"
    import svy

    found = svy.datasets.load("hld_pop_wb_2023", source="bundled")
    assert isinstance(found, pl.DataFrame)
    return found


@pytest.fixture(scope="session")
def survey_of_census() -> pl.DataFrame:
    os.environ["SVYLAB_OFFLINE"] = "1"
    import svy

    found = svy.datasets.load("hld_sample_wb_2023", source="bundled")
    assert isinstance(found, pl.DataFrame)
    return found
