"""The public addresses. Years have four digits; levels in rankings are Vietnamese words, elsewhere those of the files."""

from django.urls import path, register_converter

from reports.content.levels import BY_LEVEL, BY_SLUG
from reports.views import documents, opendata, public

app_name = "public"


class Year:
    """A year of four digits."""

    regex = "[12][0-9]{3}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The digits."""
        return f"{value:04d}"


class Slug:
    """so-nganh, cap-huyen, cap-xa."""

    regex = "|".join(BY_SLUG)

    def to_python(self, value: str) -> str:
        """Unchanged."""
        return value

    to_url = to_python


class LevelName(Slug):
    """department, district, commune."""

    regex = "|".join(BY_LEVEL)


class Format(Slug):
    """The formats of open data."""

    regex = "csv|json|xlsx"


class DocumentFormat(Slug):
    """The formats of result reports and rankings."""

    regex = "pdf|xlsx"


register_converter(Year, "year")
register_converter(Slug, "slug_of_level")
register_converter(LevelName, "level")
register_converter(Format, "format")
register_converter(DocumentFormat, "document")

urlpatterns = [
    path("", public.home, name="home"),
    path("phuong-phap/", public.method, name="method"),
    path("du-lieu/", opendata.index, name="data"),
    path("du-lieu/<year:year>/<level:level>.<format:kind>", opendata.table, name="table"),
    path("<year:year>/<slug_of_level:slug>/", public.ranking, name="ranking"),
    path("<year:year>/don-vi/<str:code>/", public.unit, name="unit"),
    path("<year:year>/<slug_of_level:slug>/xep-hang.<document:kind>", documents.ranking, name="ranking_document"),
    path("<year:year>/don-vi/<str:code>/phieu-diem.<document:kind>", documents.unit, name="unit_document"),
    path("<year:year>/tieu-chi/<level:level>/", public.framework, name="framework"),
    path("<year:year>/tieu-chi/<level:level>/<str:code>/", public.node, name="node"),
    path("<year:year>/linh-vuc/<level:level>/<str:code>/", public.area, name="area"),
    path("<year:year>/dinh-chinh/", public.corrections, name="corrections"),
]
