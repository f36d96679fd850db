"""The first page of the working area, and long work with its progress."""

from django.urls import include, path

from reports.views import documents, home, jobs, log

app_name = "work"

#: Documents by the latest run, published or not.
document_urls = [
    path("<str:level>/xep-hang.<slug:kind>", documents.work_ranking, name="ranking_document"),
    path("<str:level>/<str:district>/xep-hang.<slug:kind>", documents.work_ranking, name="district_document"),
    path("<str:level>/don-vi/<str:code>/phieu-diem.<slug:kind>", documents.work_unit, name="unit_document"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("viec/", jobs.job_list, name="jobs"),
    path("viec/<int:pk>/", jobs.job, name="job"),
    path("viec/<int:pk>/tien-trinh/", jobs.job_progress, name="job_progress"),
    path("viec/<int:pk>/chay-lai/", jobs.job_again, name="job_again"),
    path("nhat-ky/", log.log, name="log"),
    path("ket-qua/<int:year>/", include(document_urls)),
]
