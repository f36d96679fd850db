"""The pages of those who verify: board, dossier, desk, accepting the rest, moves."""

from decimal import Decimal

import pytest
from django.urls import reverse

from criteria.stages import Stage
from parindex import canonical
from scoring.actions.appraisal import Verdict, decide_score
from scoring.models import Exemption, Score
from tests import build
from units.authorization import Role
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Sở Nội vụ leads area 1, Sở Tài chính area 2; Sở Y tế and Sở Xây dựng have submitted, Sở Tư pháp works on."""

    class Scene:
        snv = build.standing_body()
        stc = build.unit("STC", "Sở Tài chính")
        syt = build.unit("SYT", "Sở Y tế")
        sxd = build.unit("SXD", "Sở Xây dựng")
        stp = build.unit("STP", "Sở Tư pháp")

    scene = Scene()
    scene.population = build.open_population(stage=Stage.APPRAISAL)
    build.assignment(scene.population, "1", scene.snv)
    build.assignment(scene.population, "2", scene.stc)
    scene.dossier = build.assessment_at("submitted", population=scene.population, unit=scene.syt)
    scene.other = build.assessment_at("submitted", population=scene.population, unit=scene.sxd)
    scene.draft = build.assessment(scene.population, scene.stp)
    scene.snv_appraiser = build.appraiser(scene.snv)
    scene.stc_appraiser = build.appraiser(scene.stc)
    scene.manager = build.index_manager()
    scene.clerk = build.clerk(scene.syt)
    return scene


def desk(dossier, code):
    return reverse("scoring:desk", args=[dossier.pk, code])


def as_(client, user):
    client.force_login(User.objects.get(pk=user.pk))
    return client


def posted(verdict, version=1, **fields):
    return {"verdict": verdict, "version": version, "reason": "", **fields}


def test_every_page_answers(client, scene):
    as_(client, scene.snv_appraiser)
    for url in (
        reverse("scoring:appraisal_board"),
        reverse("scoring:appraisal_case", args=[scene.dossier.pk]),
        reverse("scoring:accept_area", args=[scene.dossier.pk, "1"]),
        *(desk(scene.dossier, code) for code in ("1.1.1", "1.1.2", "1.1.3", "1.1.4")),
    ):
        assert client.get(url).status_code == 200, url
    as_(client, scene.stc_appraiser)
    for code in ("2.1.1", "2.1.2", "2.2"):
        assert client.get(desk(scene.dossier, code)).status_code == 200, code
    as_(client, scene.manager)
    for name in ("appraisal_return", "appraisal_finish", "appraisal_reopen", "appraisal_close_unsubmitted", "appraisal_extend"):
        assert client.get(reverse(f"scoring:{name}", args=[scene.dossier.pk])).status_code == 200, name
    for name in ("exemptions", "assignment"):
        assert client.get(reverse(f"scoring:{name}", args=[scene.population.pk])).status_code == 200, name
    assert client.get(reverse("scoring:assignments")).status_code == 200
    assert client.get(reverse("scoring:appraisal_board")).status_code == 200
