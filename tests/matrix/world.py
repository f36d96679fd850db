"""A small province with one person of every kind, for whom each thing is their own or somebody else's.

Departments: A (whose clerk and head are tried), B, the lead of area 1, and the standing body. Districts H1 and H2
with one commune each; the district appraiser is of H1. The year 2024 runs, 2023 is published.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from criteria.models import Population
from criteria.stages import Stage
from parindex.models import Job, JobState
from sanctions.actions import compute, publish
from scoring.models import (
    Assessment,
    Evidence,
    EvidenceLink,
    EvidencePage,
    Exemption,
    Submission,
    WorkbookUpload,
)
from scoring.queries.receipts import signed_of
from scoring.states import State
from surveys.models import Campaign, SurveyFile
from tests import build
from units.authorization import Role
from units.models import Level, Notice, Unit, User

#: The columns of the table. ``lead`` and ``district`` are appraisers: of the body that leads area 1, and of H1.
PEOPLE = (
    "anonymous",
    "no_role",
    "clerk",
    "head",
    "lead",
    "district",
    "manager",
    "council",
    "survey",
    "leader",
    "supervisor",
    "auditor",
    "admin",
)
ROLES = {
    "clerk": Role.CLERK,
    "head": Role.HEAD,
    "lead": Role.APPRAISER,
    "district": Role.APPRAISER,
    "manager": Role.INDEX_MANAGER,
    "council": Role.COUNCIL,
    "survey": Role.SURVEY_OFFICER,
    "leader": Role.LEADER,
    "supervisor": Role.SUPERVISOR,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMINISTRATOR,
}
PUBLISHED = 2023
RELATIONS = ("own", "other")

#: Which dossier is whose: (own, other). Whoever serves the whole province is tried on two levels.
DOSSIERS = {
    "clerk": ("a", "b"),
    "head": ("a", "b"),
    "lead": ("a", "c1"),
    "district": ("c1", "c2"),
}


class World:
    """The rows, by the short names that the table's objects use."""

    def __init__(self) -> None:
        self.units: dict[str, Unit] = {}
        self.people: dict[str, User] = {}
        self.dossiers: dict[str, Assessment] = {}
        self.links: dict[str, EvidenceLink] = {}
        self.workbooks: dict[str, WorkbookUpload] = {}
        self.grants: dict[str, Exemption] = {}
        self._bodies()
        self._persons()
        self._rounds()
        self._things()
        self._published_year()
        for population in self.rounds:
            compute(population=population, origin="command")

    # --- Building --------------------------------------------------------------------------------

    def _bodies(self) -> None:
        units = self.units
        units["standing"] = build.standing_body()
        units["a"], units["b"] = build.unit("DA", "Sở A"), build.unit("DB", "Sở B")
        units["lead"] = build.unit("DL", "Sở chủ trì")
        for number in ("1", "2"):
            district = build.unit(f"H{number}", f"Huyện {number}", Level.DISTRICT)
            units[f"h{number}"] = district
            units[f"c{number}"] = build.unit(f"X{number}", f"Xã {number}", Level.COMMUNE, parent=district)

    def _persons(self) -> None:
        self.people["no_role"] = build.user("no_role")
        body = {"clerk": "a", "head": "a", "lead": "lead", "district": "h1"}
        for name, role in ROLES.items():
            unit = self.units[body[name]] if name in body else None
            self.people[name] = build.user_with_role(role, unit, username=name)
        #: Somebody whose account, jobs and roles are nobody's own.
        self.stranger = build.clerk(self.units["b"], username="stranger")

    def _rounds(self) -> None:
        units = self.units
        departments = build.open_population(units=[units["b"]])
        build.assignment(departments, "1", units["lead"])
        communes = build.framework(Level.COMMUNE, frozen=True)
        rounds = {
            "a": departments,
            "c1": build.open_population(Level.COMMUNE, parent=units["h1"], framework=communes),
            "c2": build.open_population(Level.COMMUNE, parent=units["h2"], framework=communes),
        }
        self.dossiers = {key: build.assessment(where, units[key]) for key, where in rounds.items()}
        self.dossiers["b"] = departments.assessments.get(unit=units["b"])
        self.rounds = list(rounds.values())

    def _things(self) -> None:
        for key, dossier in self.dossiers.items():
            scores = build.answered(dossier)
            stored = default_storage.save(f"matrix/{key}", ContentFile(b"%PDF-1.7\n"))
            evidence = Evidence.objects.create(
                unit=dossier.unit,
                original_name="Báo cáo.pdf",
                stored_as=stored,
                sha256=key.rjust(64, "0"),
                size=9,
                content_type="application/pdf",
                uploaded_at=build.NOW,
            )
            drawn = default_storage.save(f"matrix/{key}-1", ContentFile(b"\xff\xd8\xff"))
            EvidencePage.objects.create(evidence=evidence, number=1, stored_as=drawn, width=1, height=1)
            self.links[key] = EvidenceLink.objects.create(
                score=scores[0], evidence=evidence, linked_at=build.NOW
            )
            self.workbooks[key] = WorkbookUpload.objects.create(
                assessment=dossier, file_name="phieu.xlsx", sha256="0" * 64, rows="{}", at=build.NOW
            )
            signed = signed_of(dossier)
            Submission.objects.create(
                assessment=dossier,
                number=1,
                at=build.NOW,
                points=signed.points,
                max_points=signed.max_points,
                answered=signed.answered,
                asked=len(signed.components),
                contents=signed.contents,
                digest=signed.digest,
            )
            self.grants[key] = build.exemption(dossier.unit, build.node(dossier.population, "2.1.2"))
            build.tenure(dossier.unit, f"Người đứng đầu {key}")
        self.jobs = {
            person.pk: Job.objects.create(
                kind="matrix",
                subject=person.username,
                state=JobState.FAILED,
                created_by_id=person.pk,
                created_at=build.NOW,
            )
            for person in [*self.people.values(), self.stranger]
        }
        self.notices = {
            person.pk: Notice.objects.create(user=person, text="Việc chờ bạn", url="/lam-viec/", created_at=build.NOW)
            for person in [*self.people.values(), self.stranger]
        }
        campaign = Campaign.objects.create(cycle=build.cycle(), level=Level.DEPARTMENT)
        stored = default_storage.save("matrix/survey", ContentFile(b"unit_code\n"))
        self.survey_file = SurveyFile.objects.create(
            campaign=campaign, name="dieu-tra.csv", sha256="0" * 64, stored_as=stored, imported_at=build.NOW
        )

    def _published_year(self) -> None:
        population = build.open_population(year=PUBLISHED, stage=Stage.COUNCIL)
        for key in ("a", "b", "lead", "standing"):
            dossier = build.assessment_at(State.CLOSED, population=population, unit=self.units[key])
            build.score(dossier, "1.1.4", appraised_points=Decimal(5))
            build.exemption(dossier.unit, build.node(population, "1.2"))
        day = date(PUBLISHED + 1, 1, 11)
        publish(population=population, decision="QĐ 1/QĐ-UBND", decided_on=day, origin="command")

    # --- Asking ----------------------------------------------------------------------------------

    def move_to(self, phase: str) -> None:
        """Where the dossiers of the running year stand: ``draft``, ``proposed`` or ``handed`` in."""
        state = {"draft": State.DRAFT, "proposed": State.AWAITING_HEAD, "handed": State.SUBMITTED}[phase]
        stage = Stage.APPRAISAL if phase == "handed" else Stage.SELF_ASSESSMENT
        running = Assessment.objects.filter(pk__in=[dossier.pk for dossier in self.dossiers.values()])
        running.update(state=state, submitted_at=build.NOW if phase == "handed" else None)
        Population.objects.filter(assessments__in=running).update(stage=stage)

    def arguments(self, kind: str, person: str, relation: str) -> list[Any]:
        """The arguments of an address for an object that is the person's own or somebody else's."""
        place = DOSSIERS.get(person, ("a", "c2"))[RELATIONS.index(relation)]
        dossier = self.dossiers[place]
        population = dossier.population
        account = self.people.get(person, self.stranger) if relation == "own" else self.stranger
        running, parent = [build.YEAR, population.level], population.parent
        found: dict[str, list[Any]] = {
            "-": [],
            "dossier": [dossier.pk],
            "dossier+area": [dossier.pk, "1"],
            "dossier+leaf": [dossier.pk, "1.1.1"],
            "dossier+job": [dossier.pk, self.jobs[account.pk].pk],
            "dossier+xlsx": [dossier.pk, "xlsx"],
            "dossier+receipt": [dossier.pk, 1],
            "dossier+receipt+xlsx": [dossier.pk, 1, "xlsx"],
            "dossier+link": [dossier.pk, self.links[place].pk],
            "dossier+workbook": [dossier.pk, self.workbooks[place].pk],
            "document": [self.links[place].evidence_id],
            "document+page": [self.links[place].evidence_id, 1],
            "unit": [dossier.unit_id],
            "tenure": [dossier.unit.tenures.get().pk],
            "population": [population.pk],
            "population+move": [population.pk, "begin_appraisal"],
            "population+grant": [population.pk, self.grants[place].pk],
            "population+xlsx": [population.pk, "xlsx"],
            "population+url": [*running, *([parent.code] if parent else [])],
            "level": running,
            "level+leaf": [*running, "1.1.1"],
            "level+csv": [*running, "csv"],
            "level+xlsx": [*running, "xlsx"],
            "level+unit": [*running, dossier.unit.code],
            "level+unit+xlsx": [*running, dossier.unit.code, "xlsx"],
            "district+xlsx": [build.YEAR, Level.COMMUNE, "H2" if place == "c2" else "H1", "xlsx"],
            "account": [account.pk],
            "role": [
                role.pk
                if (role := account.role_assignments.first())
                else self.stranger.role_assignments.get().pk
            ],
            "job": [self.jobs[account.pk].pk],
            "notice": [self.notices[account.pk].pk],
            "notice_kind": ["returned"],
            "survey+file": [self.survey_file.pk],
            "published+slug": [PUBLISHED, "so-nganh"],
            "published+level": [PUBLISHED, Level.DEPARTMENT],
            "published+unit": [PUBLISHED, self.units["a"].code],
            "published+area": [PUBLISHED, Level.DEPARTMENT, "1"],
            "published+leaf": [PUBLISHED, Level.DEPARTMENT, "1.1.1"],
            "published+csv": [PUBLISHED, Level.DEPARTMENT, "csv"],
            "ranking+xlsx": [PUBLISHED, "so-nganh", "xlsx"],
            "unit+xlsx": [PUBLISHED, self.units["a"].code, "xlsx"],
            "published": [PUBLISHED],
        }
        return found[kind]
