"""The read-only window on cycles, frameworks and populations."""

from django.apps import apps

from parindex.admin import show

show(apps.get_app_config("criteria").get_models())
