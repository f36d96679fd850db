"""The first page of the working area."""

from django.urls import path

from reports.views import home

app_name = "work"

urlpatterns = [
    path("", home.home, name="home"),
]
