"""Addresses of scoring under /lam-viec/: the unit's workspace; each working area keeps its own list."""

from django.urls import path

from scoring.views import component, evidence, moves, sheet, workspace

app_name = "scoring"

#: The unit's own people (and whoever may look at their dossier).
workspace_urls = [
    path("ho-so/", workspace.home, name="home"),
    path("ho-so/<int:pk>/", workspace.dossier, name="dossier"),
    path("ho-so/<int:pk>/linh-vuc/<str:code>/", sheet.sheet, name="sheet"),
    path("ho-so/<int:pk>/bang/", sheet.table, name="table"),
    path("ho-so/<int:pk>/con-thieu/", workspace.missing, name="missing"),
    path("ho-so/<int:pk>/lich-su/", workspace.history, name="history"),
    path("ho-so/<int:pk>/cau/<str:code>/", component.component, name="component"),
    path("ho-so/<int:pk>/cau/<str:code>/tai-lieu/", evidence.evidence_add, name="evidence_add"),
    path("ho-so/<int:pk>/tai-lieu/<int:link>/", evidence.evidence_link, name="evidence_link"),
    path("ho-so/<int:pk>/tai-lieu/<int:link>/bo/", evidence.evidence_unlink, name="evidence_unlink"),
    path("ho-so/<int:pk>/trinh/", moves.propose, name="propose"),
    path("ho-so/<int:pk>/nop/", moves.submit, name="submit"),
    path("ho-so/<int:pk>/chuyen-lai/", moves.send_back, name="send_back"),
    path("ho-so/<int:pk>/rut-lai/", moves.withdraw, name="withdraw"),
    path("tai-lieu/don-vi/<int:unit>/", evidence.documents, name="documents"),
    path("tai-lieu/<int:pk>/", evidence.document, name="document"),
    path("tai-lieu/<int:pk>/tai-ve/", evidence.download, name="download"),
]

urlpatterns = [*workspace_urls]
