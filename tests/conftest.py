"""What every test shares: repeatable chance, a site of its own, and a local Spark for the tests that ask for one.

The site's tests run on SQLite; with MINGBAI_TEST_DATABASE=postgresql on a private PostgreSQL that starts with them.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from county_site import characters, set_up

set_up()
# Fixtures: li, zhao, wang, chen, qian, sun, admin (each signed in), places, family.
globals().update(characters())

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# The same examples on every machine; a slow machine is not a failing one.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    """Whoever hands out the work keeps its settings to itself: each worker sets up a site of its own."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses `spark` is marked so, and all of them go to one worker: one JVM, not two."""
    for item in items:
        if "spark" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.spark)
            item.add_marker(pytest.mark.xdist_group("spark"))


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator["SparkSession"]:
    """A local Spark with two threads and no page of its own. It writes nowhere but in the test's folder."""
    from pyspark.sql import SparkSession

    from jvm import java_home

    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java_home(folder / "java")))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_LOCAL_DIRS", str(folder / "scratch"))
        builder: Any = SparkSession.builder
        for key, value in {
            "spark.master": "local[2]",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.memory": "2g",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.sql.session.timeZone": "UTC",
        }.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    """A request in English leaves its language behind in the thread; each test begins in Chinese."""
    from django.conf import settings as site
    from django.utils import translation

    yield
    translation.activate(site.LANGUAGE_CODE)
