"""Results and what follows from them, under /lam-viec/ket-qua/."""

from django.urls import path

from sanctions.views import outcomes, publishing, results

app_name = "sanctions"

urlpatterns = [
    path("", results.home, name="home"),
    path("so-<int:pk>/cong-bo/", publishing.publish, name="publish"),
    path("<int:year>/<str:level>/", results.results, name="results"),
    path("<int:year>/<str:level>/xu-ly/", outcomes.outcomes, name="outcomes"),
    path("<int:year>/<str:level>/xu-ly/tai-ve/<str:kind>/", outcomes.outcomes_file, name="outcomes_file"),
    path("<int:year>/<str:level>/don-vi/<str:code>/", results.sheet, name="sheet"),
    path("<int:year>/<str:level>/<str:district>/", results.results, name="results"),
]
