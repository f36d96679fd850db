"""Every address of the product. Health and working areas first, then the public pages (also under /en/)."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path

from parindex import health

working_urls = [
    path("quan-tri/", admin.site.urls),
]

public_urls: list = []

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *working_urls,
    *i18n_patterns(*public_urls, prefix_default_language=False),
]
