"""Every address of the product. Health and working areas first, then the public pages (also under /en/)."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import path

from parindex import health, views

account_urls = [
    path("dang-nhap/", auth_views.LoginView.as_view(), name="login"),
    path("thoat/", auth_views.LogoutView.as_view(), name="logout"),
    path("doi-mat-khau/", auth_views.PasswordChangeView.as_view(), name="password_change"),
    path("doi-mat-khau/xong/", auth_views.PasswordChangeDoneView.as_view(), name="password_change_done"),
]

working_urls = [
    *account_urls,
    path("quan-tri/", admin.site.urls),
    path("lam-viec/thanh-phan/", views.component_gallery, name="component_gallery"),
]

public_urls: list = []

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *working_urls,
    *i18n_patterns(*public_urls, prefix_default_language=False),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.not_found
