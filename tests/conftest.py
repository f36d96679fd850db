"""What every test may rely on."""

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from tests.browser import browser  # noqa: F401  (a fixture)
from tests.sqlite_flush import flush_past_triggers  # noqa: F401  (a fixture)


@pytest.fixture(autouse=True)
def language_of_the_product():
    """A request to /en/ leaves its language in the thread; no test starts in what another left."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def empty_cache():
    """No test sees what another left in the cache."""
    cache.clear()


@pytest.fixture
def on_ci() -> bool:
    """Where nothing may be missing: a test that would skip elsewhere must fail here."""
    return bool(os.environ.get("CI"))


def pytest_collection_modifyitems(config, items):
    """The second pass of ``./run test`` repeats only what another database or broker could change."""
    if os.environ.get("RUN_SECOND_PASS"):
        left_out = [item for item in items if item.get_closest_marker("once")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
