"""The first page of the working area, and long work with its progress."""

from django.urls import path

from reports.views import home, jobs

app_name = "work"

urlpatterns = [
    path("", home.home, name="home"),
    path("viec/", jobs.job_list, name="jobs"),
    path("viec/<int:pk>/", jobs.job, name="job"),
    path("viec/<int:pk>/tien-trinh/", jobs.job_progress, name="job_progress"),
    path("viec/<int:pk>/chay-lai/", jobs.job_again, name="job_again"),
]
