"""What every test may rely on."""

import os

import pytest
from django.core.cache import cache

from tests.browser import browser  # noqa: F401  (a fixture)
from tests.sqlite_flush import flush_past_triggers  # noqa: F401  (a fixture)


@pytest.fixture(autouse=True)
def empty_cache():
    """No test sees what another left in the cache."""
    cache.clear()


@pytest.fixture
def on_ci() -> bool:
    """Where nothing may be missing: a test that would skip elsewhere must fail here."""
    return bool(os.environ.get("CI"))
