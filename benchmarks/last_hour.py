"""The last hour before the deadline: 708 people of 236 units, 120 at once, each saving ten components.

Our save with everything (session, rights, locks, rule, revision, audit row, answered card) and a bare save of three statements
take turns, each on a gunicorn of its own with the settings of the Dockerfile, from the same crowd of browsers. The bare save is a Django view
under the same settings and middleware (benchmarks/bare_save.py). What the same three statements reach without Django is measured and printed too.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse

from benchmarks import bare_save, province, workspace
from benchmarks.measure import Outcome, outcome, say
from benchmarks.save_history import AUDIT, REVISIONS
from criteria.models import Population
from criteria.stages import Stage
from parindex import canonical
from parindex.models import AuditEvent
from scoring.models import Assessment, Score, ScoreRevision
from units.authorization import Role
from units.models import RoleAssignment, User

ID = "last-hour"
GOAL = ">= 25"
UNITS = 236
#: Accounts of a unit: two clerks and the head.
PEOPLE = (Role.CLERK, Role.CLERK, Role.HEAD)
AT_ONCE = 120
SAVES = 10
#: Of each ten, how many are sent to the server without Django: a figure for information only.
IN_PASSING = 4
#: Revisions and audit rows that every answer has already.
EARLIER = 3
ROOT = Path(__file__).resolve().parent.parent
SECRET = "l" * 32
WHY = "Theo Báo cáo số 118/BC-UBND ngày 30/11/2024 về kết quả thực hiện kế hoạch cải cách hành chính năm 2024."


@dataclass(frozen=True)
class Save:
    """One save to come: who, where, what, and the version it is made from."""

    cookie: str
    assessment: int
    code: str
    node: int
    option: str

    @property
    def key(self) -> tuple[int, int]:
        """Which component of which dossier."""
        return self.assessment, self.node


def run(turns: int) -> Outcome:
    """Let all save; count in the database; the value is our saves per second in per cent of the bare ones."""
    start = time.perf_counter()
    people = prepare()
    before = counted()
    say(f"  last-hour: {len(people)} people signed in after {time.perf_counter() - start:.0f} s; {before}")
    ours, bare, wire = [], [], []
    servers = [served(module) for module in ("parindex.wsgi", "benchmarks.bare_save", "benchmarks.bare_save:wire")]
    with servers[0] as own_port, servers[1] as bare_port, servers[2] as wire_port:
        warm_up(own_port, (bare_port, wire_port), people)
        for turn, first in enumerate(range(0, len(people), AT_ONCE)):
            crowd = people[first : first + AT_ONCE]
            works = [
                (ours, own_port, [[request(own_port, save) for save in person] for person in crowd]),
                (bare, bare_port, bare_plan(bare_port, first, crowd)),
                (wire, wire_port, [person[:IN_PASSING] for person in bare_plan(wire_port, first, crowd)]),
            ]
            for reports, port, plan in works if turn % 2 else works[::-1]:
                reports.append(visited(port, plan))
            last = [rate(reports[-1:]) for reports in (ours, bare, wire)]
            say("  last-hour {}: {:.0f} saves/s, bare {:.0f}, without Django {:.0f}".format(turn + 1, *last))
    judge([save for person in people for save in person], before)
    times = sorted(seconds for each in ours for seconds in each["times"])
    p95 = times[len(times) * 95 // 100]
    share = max(each["client"] / each["seconds"] for each in ours + bare + wire)
    say(
        f"  last-hour: {len(times)} saves, p95 {p95:.3f} s, median {times[len(times) // 2]:.3f} s, "
        f"0 lost, 0 doubled; the client took at most {share:.0%} of one core; "
        f"{sum(each['again'] for each in ours)} sent again"
    )
    say(
        f"  last-hour: without Django's road of a request a bare save reaches {rate(wire):.0f} saves/s; "
        f"ours are {100 * rate(ours) / rate(wire):.1f} % of that (no goal)"
    )
    turns_ = [100 * rate([a]) / rate([b]) for a, b in zip(ours, bare, strict=True)]
    return outcome(
        ID,
        value=100 * rate(ours) / rate(bare),
        baseline=rate(bare),
        ours=rate(ours),
        spread=(min(turns_), max(turns_)),
        goal=GOAL,
    )


# --- Before the clock starts ---------------------------------------------------------------------


def prepare() -> list[list[Save]]:
    """The province with its answers and their history, and the saves of each person, who is signed in."""
    population = province.population(UNITS)
    ends = datetime.now(UTC) + timedelta(hours=1)
    Population.objects.filter(pk=population.pk).update(stage=Stage.SELF_ASSESSMENT, self_assessment_ends_at=ends)
    Assessment.objects.filter(population=population).update(state="draft")
    Score.objects.update(appraised_points=None, appraised_at=None, version=EARLIER)
    with connection.cursor() as cursor:
        cursor.execute(REVISIONS, [EARLIER])
        cursor.execute(AUDIT, [EARLIER])
        cursor.execute(bare_save.TABLES)
        cursor.execute(
            "INSERT INTO bare_score SELECT n, %s, 'x', now() FROM generate_series(0, %s) n",
            [EARLIER, UNITS * len(PEOPLE) * SAVES],
        )
    people = planned(population)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return people


def planned(population: Population) -> list[list[Save]]:
    """Ten saves for each account; the three of a unit take different components of its dossier."""
    dossiers = list(population.assessments.select_related("unit").order_by("pk"))
    labels = workspace.choices(dossiers[0])
    nodes = dict(population.framework.nodes.values_list("code", "pk"))
    codes = list(labels)
    if len(codes) < SAVES * len(PEOPLE):
        raise RuntimeError("the tree has too few components to choose in")
    cookies = iter(signed_in(dossiers))
    return [
        [
            Save(cookie, dossier.pk, code, nodes[code], labels[code][0])
            for code in codes[part * SAVES : (part + 1) * SAVES]
        ]
        for dossier in dossiers
        for part, cookie in zip(range(len(PEOPLE)), cookies, strict=False)
    ]


def signed_in(dossiers: list[Assessment]) -> list[str]:
    """Accounts of every unit with their rights and a running session: the session cookies in order."""
    users = User.objects.bulk_create(
        User(username=f"p{part}-{dossier.pk}", full_name=f"Cán bộ {part} của {dossier.unit.code}", password="!")
        for dossier in dossiers
        for part in range(len(PEOPLE))
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=users[place * len(PEOPLE) + part], role=role, unit=dossier.unit, valid_from=date(2010, 1, 1))
        for place, dossier in enumerate(dossiers)
        for part, role in enumerate(PEOPLE)
    )
    store = SessionStore()
    cookies = []
    for user in users:
        held = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        cookies.append((store._get_new_session_key(), store.encode(held)))
    expires = datetime.now(UTC) + timedelta(hours=2)
    Session.objects.bulk_create(Session(session_key=key, session_data=data, expire_date=expires) for key, data in cookies)
    return [key for key, _data in cookies]


# --- The two servers and their visitors ------------------------------------------------------------


def own_settings() -> list[str]:
    """The arguments of gunicorn in the image, without address and log."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    command = json.loads(next(line for line in text.splitlines() if line.startswith("CMD "))[4:])
    for name in ("--bind", "--access-logfile"):
        place = command.index(name)
        del command[place : place + 2]
    return command[2:]


@contextlib.contextmanager
def served(module: str) -> Iterator[int]:
    """A gunicorn on a free port, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    server = subprocess.Popen([*command, *own_settings()], cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL)
    try:
        for _try in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def post(port: int, path: str, body: str, headers: str = "") -> str:
    """A request as a browser sends it, ready for the wire."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Accept-Language: vi\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}"
    )


def request(port: int, save: Save, *, version: int = EARLIER) -> str:
    """One of our saves."""
    path = reverse("scoring:component", args=[save.assessment, save.code])
    body = urlencode(
        {"csrfmiddlewaretoken": SECRET, "version": version, "option": save.option, "explanation": WHY, "na_reason": ""}
    )
    cookies = f"{settings.SESSION_COOKIE_NAME}={save.cookie}; {settings.CSRF_COOKIE_NAME}={SECRET}"
    return post(port, path, body, f"X-Autosave: parts\r\nCookie: {cookies}\r\n")


def bare_plan(port: int, first: int, crowd: list[list[Save]]) -> list[list[str]]:
    """As many bare saves as the crowd has, each of a row of its own."""
    return [
        [
            post(port, "/", f"row={(first + place) * SAVES + number}&answer={save.option.encode().hex()}")
            for number, save in enumerate(person)
        ]
        for place, person in enumerate(crowd)
    ]


def visited(port: int, plan: list[list[str]]) -> dict:
    """Send a plan from a process of its own; anything but 200 stops the measurement."""
    crowd = subprocess.run(
        [sys.executable, "-I", str(ROOT / "benchmarks" / "crowd.py"), str(port)],
        input=json.dumps(plan), capture_output=True, text=True, check=True, timeout=100,
    )  # fmt: skip
    report = json.loads(crowd.stdout)
    if report["bad"]:
        raise RuntimeError(f"{len(report['bad'])} answers were not 200, the first: {report['bad'][0]}")
    return report


def warm_up(own_port: int, bare_ports: tuple[int, ...], people: list[list[Save]]) -> None:
    """Every thread opens its connection and reads its templates: pages are looked at, nothing of the plan is saved."""
    looked = [request(own_port, person[0]).replace("POST ", "GET ", 1).replace("X-Autosave: parts\r\n", "") for person in people]
    visited(own_port, [[each.partition("\r\n\r\n")[0].replace("Content-Length", "X-Length") + "\r\n\r\n"] * 2 for each in looked[:60]])
    spare = UNITS * len(PEOPLE) * SAVES
    for port in bare_ports:
        visited(port, [[post(port, "/", f"row={spare}&answer=x")] * 2] * 60)


def rate(reports: list[dict]) -> float:
    """Saves per second."""
    return sum(len(each["times"]) for each in reports) / sum(each["seconds"] for each in reports)


# --- What is in the database afterwards ------------------------------------------------------------


def counted() -> dict[str, int]:
    """Answers, revisions, audit rows."""
    saved = AuditEvent.objects.filter(action="score.saved")
    return {"answers": Score.objects.count(), "revisions": ScoreRevision.objects.count(), "audit": saved.count()}


def judge(saves: list[Save], before: dict[str, int]) -> None:
    """Stop when a save is lost or doubled, or has not left exactly one revision and one audit row."""
    after = counted()
    wanted = {**before, "revisions": before["revisions"] + len(saves), "audit": before["audit"] + len(saves)}
    stored = {
        (assessment, node): (version, answer)
        for assessment, node, version, answer in Score.objects.values_list("assessment_id", "node_id", "version", "answer")
    }
    expected = {save.key: (EARLIER + 1, canonical.dumps({"option": save.option})) for save in saves}
    lost = [key for key, value in expected.items() if stored[key] != value]
    doubled = [key for key, (version, _answer) in stored.items() if version != EARLIER + (key in expected)]
    remembered = set(
        ScoreRevision.objects.filter(version__gt=EARLIER).values_list("score__assessment_id", "score__node_id", "version")
    )
    if lost or doubled or after != wanted or remembered != {(*key, EARLIER + 1) for key in expected}:
        raise RuntimeError(f"{len(lost)} lost, {len(doubled)} doubled; {after} instead of {wanted}")
