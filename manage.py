#!/usr/bin/env python
"""Django's command line for this project; `./run manage …` calls it in the right environment."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parindex.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # The sentence says how to put it right; a trace would only hide it.
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
