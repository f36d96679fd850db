"""The entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parindex.settings")

application = get_wsgi_application()

from parindex.startup import look_at_database  # noqa: E402 - the apps must be ready first

look_at_database()
