"""Frameworks in the working area, under /lam-viec/bo-tieu-chi/."""

from django.urls import path

from criteria import views

app_name = "criteria"

urlpatterns = [
    path("", views.framework_list, name="list"),
    path("nhap/", views.framework_upload, name="upload"),
    path("<int:year>/<str:level>/", views.framework, name="framework"),
    path("<int:year>/<str:level>/tai-ve/", views.framework_file, name="file"),
    path("<int:year>/<str:level>/so-voi-nam-truoc/", views.comparison, name="comparison"),
    path("<int:year>/<str:level>/so-voi-nam-truoc/<str:code>/", views.link, name="link"),
]
