from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from parindex.startup import refuse_demonstration


class ParindexConfig(AppConfig):
    name = "parindex"
    verbose_name = _("Hệ thống")

    def ready(self) -> None:
        if settings.PRODUCTION:
            connection_created.connect(refuse_demonstration, dispatch_uid="refuse_demonstration")
