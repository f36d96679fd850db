"""The read-only window on survey counts."""

from django.apps import apps

from parindex.admin import show

show(apps.get_app_config("surveys").get_models())
