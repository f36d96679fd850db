"""The read-only window on dossiers, scores and results."""

from django.apps import apps

from parindex.admin import show

show(apps.get_app_config("scoring").get_models())
