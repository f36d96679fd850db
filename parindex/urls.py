"""Every address of the product. Health and working areas first, then the public pages (/en/ leads to them)."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from parindex import admin, health, views

working_urls = [
    path("", include("units.session_urls")),
    # First of its kind: a hundred people save at once, and every address before theirs is tried for each save.
    path("lam-viec/", include("scoring.urls")),
    path("quan-tri/", admin.site.urls),
    path("lam-viec/", include("reports.work_urls")),
    path("lam-viec/", include("units.urls")),
    path("lam-viec/bo-tieu-chi/", include("criteria.urls")),
    path("lam-viec/thanh-phan/", views.component_gallery, name="component_gallery"),
    path("lam-viec/ket-qua/", include("sanctions.urls")),
]

public_urls = [path("", include("reports.urls"))]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *working_urls,
    # Until there is an English catalogue: no Vietnamese text may call itself English.
    re_path("^en/", views.in_vietnamese, name="english"),
    *i18n_patterns(*public_urls, prefix_default_language=False),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.not_found
