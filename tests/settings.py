"""The product's settings in a throw-away folder. ``DATABASE_URL`` and ``REDIS_URL`` choose what is tested."""

import atexit
import os
import shutil
import tempfile

VAR_FOLDER = tempfile.mkdtemp(prefix="parindex-test-")
OWNER = os.getpid()


def remove() -> None:
    """Leave nothing behind; children of a forked worker must not remove the folder of their parent."""
    if os.getpid() == OWNER:
        shutil.rmtree(VAR_FOLDER, ignore_errors=True)


atexit.register(remove)
os.environ["PARINDEX_ENV"] = "test"
os.environ["PARINDEX_VAR"] = VAR_FOLDER

from parindex.settings import *  # noqa: E402, F403
from parindex.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, REDIS_URL, VAR  # noqa: E402

# Emptied before every test, so it must not be shared with the process beside; likewise the queue.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"parindex-test-{OWNER}:"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the tests of locks and of the browser use several connections at once.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
DATABASES["default"]["CONN_MAX_AGE"] = 0
