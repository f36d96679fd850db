"""The first page of the working area, and long work with its progress."""

from django.urls import include, path

from reports.views import answer_forms, documents, home, jobs, log, self_report

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
    path("ho-so/<int:pk>/phieu-trong.pdf", answer_forms.blank, name="blank_form"),
    path("ho-so/<int:pk>/phieu.pdf", answer_forms.filled, name="filled_form"),
    path("ket-qua/<int:year>/", include(document_urls)),
    path("ho-so/<int:pk>/bao-cao.<slug:kind>", self_report.self_report, name="self_report"),
    path("ho-so/<int:pk>/bien-nhan/<int:number>/bao-cao.<slug:kind>", self_report.receipt_report, name="receipt_report"),
]
