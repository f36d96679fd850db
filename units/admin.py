"""The read-only window on units, heads, accounts."""

from django.apps import apps

from parindex.admin import show

show(apps.get_app_config("units").get_models())
