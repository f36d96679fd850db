"""Addresses of scoring under /lam-viec/: the unit's workspace; each working area keeps its own list."""

from django.urls import path

from scoring.views import (
    appraisal,
    appraisal_moves,
    archives,
    assignments,
    carrying,
    component,
    desk,
    evidence,
    evidence_library,
    evidence_links,
    evidence_versions,
    exemptions,
    moves,
    notes,
    outages,
    population_acts,
    populations,
    preview,
    receipts,
    reports,
    sharing,
    sheet,
    survey,
    table,
    workbooks,
    workspace,
)

app_name = "scoring"

#: The unit's own people (and whoever may look at their dossier).
workspace_urls = [
    path("ho-so/", workspace.home, name="home"),
    path("ho-so/<int:pk>/", workspace.dossier, name="dossier"),
    path("ho-so/<int:pk>/linh-vuc/<str:code>/", sheet.sheet, name="sheet"),
    path("ho-so/<int:pk>/bang/", table.table, name="table"),
    path("ho-so/<int:pk>/phan-viec/", sharing.sharing, name="sharing"),
    path("ho-so/<int:pk>/cau/<str:code>/ghi-chu/", notes.notes, name="notes"),
    path("ho-so/<int:pk>/chep-nam-truoc/", carrying.carry, name="carry"),
    path("ho-so/<int:pk>/chep-nam-truoc/xac-nhan/", carrying.confirm, name="carry_confirm"),
    path("ho-so/<int:pk>/cau/<str:code>/xac-nhan/", carrying.confirm_one, name="component_confirm"),
    path("ho-so/<int:pk>/con-thieu/", workspace.missing, name="missing"),
    path("ho-so/<int:pk>/lich-su/", workspace.history, name="history"),
    path("ho-so/<int:pk>/excel/", workbooks.download, name="workbook_download"),
    path("ho-so/<int:pk>/excel/nop/", workbooks.workbooks, name="workbooks"),
    path("ho-so/<int:pk>/excel/<int:upload>/", workbooks.workbook_page, name="workbook"),
    path("ho-so/<int:pk>/cau/<str:code>/", component.component, name="component"),
    path("ho-so/<int:pk>/cau/<str:code>/tai-lieu/", evidence_links.evidence_add, name="evidence_add"),
    path("ho-so/<int:pk>/tai-lieu/<int:link>/", evidence_links.evidence_link, name="evidence_link"),
    path("ho-so/<int:pk>/tai-lieu/<int:link>/bo/", evidence_links.evidence_unlink, name="evidence_unlink"),
    path("ho-so/<int:pk>/zip/", archives.archive, name="archive"),
    path("ho-so/<int:pk>/zip/tien-trinh/", archives.archive_progress, name="archive_progress"),
    path("ho-so/<int:pk>/zip/<int:job>/", archives.archive_file, name="archive_file"),
    path("ho-so/<int:pk>/trinh/", moves.propose, name="propose"),
    path("ho-so/<int:pk>/nop/", moves.submit, name="submit"),
    path("ho-so/<int:pk>/chuyen-lai/", moves.send_back, name="send_back"),
    path("ho-so/<int:pk>/rut-lai/", moves.withdraw, name="withdraw"),
    path("ho-so/<int:pk>/bao-cao/", reports.report, name="report"),
    path("ho-so/<int:pk>/bien-nhan/", receipts.receipts, name="receipts"),
    path("ho-so/<int:pk>/bien-nhan/<int:number>/", receipts.receipt, name="receipt"),
    path("ho-so/tai-lieu/don-vi/<int:unit>/", evidence_library.documents, name="documents"),
    path("ho-so/tai-lieu/don-vi/<int:unit>/thong-tin/", evidence_library.describe, name="documents_describe"),
    path("ho-so/tai-lieu/<int:pk>/", evidence.document, name="document"),
    path("ho-so/tai-lieu/<int:pk>/tai-ve/", evidence.download, name="download"),
    path("ho-so/tai-lieu/<int:pk>/xem/", preview.preview, name="preview"),
    path("ho-so/tai-lieu/<int:pk>/trang/<int:number>/", preview.page_image, name="page_image"),
    path("ho-so/tai-lieu/<int:pk>/dung-cho/", evidence_versions.use, name="document_use"),
    path("ho-so/tai-lieu/<int:pk>/ban-moi/", evidence_versions.replace, name="document_replace"),
    path("ho-so/tai-lieu/<int:pk>/rut/", evidence_versions.withdraw, name="document_withdraw"),
    path("ho-so/tai-lieu/<int:pk>/khoi-phuc/", evidence_versions.restore, name="document_restore"),
]

#: Whoever verifies: the board, the desk, moves of dossiers, grants, and who verifies what.
appraisal_urls = [
    path("tham-dinh/", appraisal.board, name="appraisal_board"),
    path("tham-dinh/<int:pk>/", appraisal.case, name="appraisal_case"),
    path("tham-dinh/<int:pk>/cau/<str:code>/", desk.desk, name="desk"),
    path("tham-dinh/<int:pk>/linh-vuc/<str:code>/chap-nhan/", appraisal.accept_area, name="accept_area"),
    path("tham-dinh/<int:pk>/tra-lai/", appraisal_moves.give_back, name="appraisal_return"),
    path("tham-dinh/<int:pk>/ket-thuc/", appraisal_moves.finish, name="appraisal_finish"),
    path("tham-dinh/<int:pk>/mo-lai/", appraisal_moves.reopen, name="appraisal_reopen"),
    path("tham-dinh/<int:pk>/khoa/", appraisal_moves.close_unsubmitted, name="appraisal_close_unsubmitted"),
    path("tham-dinh/<int:pk>/gia-han/", appraisal_moves.extend, name="appraisal_extend"),
    path("tham-dinh/mien/<int:population>/", exemptions.exemptions, name="exemptions"),
    path("tham-dinh/mien/<int:population>/<int:pk>/bo/", exemptions.revoke, name="exemption_end"),
    path("phan-cong/", assignments.assignments, name="assignments"),
    path("phan-cong/<int:population>/", assignments.assignment, name="assignment"),
]

#: Running the cycle: boards, acts of a population, the survey.
population_urls = [
    path("dot/", populations.populations, name="populations"),
    path("dot/su-co/", outages.outage, name="outage"),
    path("dot/so-<int:pk>/mo/", population_acts.open_round, name="population_open"),
    path("dot/so-<int:pk>/buoc/<slug:move>/", population_acts.move, name="population_move"),
    path("dot/so-<int:pk>/chot/", population_acts.settle, name="population_settle"),
    path("dot/so-<int:pk>/lich/", population_acts.dates, name="population_dates"),
    path("dot/so-<int:pk>/tinh/", population_acts.compute, name="population_compute"),
    path("dot/<int:year>/<str:level>/", populations.population, name="population"),
    path("dot/<int:year>/<str:level>/<str:district>/", populations.population, name="population"),
    path("dieu-tra/", survey.surveys, name="surveys"),
    path("dieu-tra/nhap/", survey.upload, name="survey_upload"),
    path("dieu-tra/<int:year>/<str:level>/", survey.survey, name="survey"),
    path("dieu-tra/tep/<int:pk>/", survey.file, name="survey_file"),
]

urlpatterns = [*workspace_urls, *appraisal_urls, *population_urls]
