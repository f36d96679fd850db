"""The read-only window on proposals."""

from django.apps import apps

from parindex.admin import show

show(apps.get_app_config("sanctions").get_models())
