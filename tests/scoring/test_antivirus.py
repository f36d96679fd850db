"""The antivirus daemon: its words, its bad days, and what a document may do before its verdict."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from parindex import clock, jobs
from parindex.decisions import Refused
from parindex.models import AuditEvent, Job, JobState
from scoring import antivirus, tasks  # noqa: F401 - registers the jobs
from scoring.actions import link_evidence, scanning
from scoring.actions.reading import READ, sweep_unread
from scoring.models import Evidence, EvidenceLink, EvidencePage, Scan
from scoring.queries.dossiers import dossier_of
from scoring.queries.workspace import links_of
from tests import build
from units.models import Notice

EICAR = b"X5O!P%@AP"  # only its beginning: enough for the daemon below


def heard(line: socket.socket) -> bytes:
    """What a client sends by INSTREAM."""
    content = b""
    stream = line.makefile("rb")
    assert stream.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
    while size := struct.unpack("!I", stream.read(4))[0]:
        content += stream.read(size)
    return content


def honest(line: socket.socket) -> None:
    found = EICAR in heard(line)
    line.sendall(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


def overwhelmed(line: socket.socket) -> None:
    line.recv(64)
    line.sendall(b"INSTREAM size limit exceeded. ERROR\0")


def silent(line: socket.socket) -> None:
    heard(line)


def closing(line: socket.socket) -> None:
    line.recv(4)


@contextmanager
def daemon(behaviour: Callable[[socket.socket], None]):
    """A daemon on a free port that treats every caller alike; it ends with the test."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(20)

    def serve() -> None:
        while True:
            try:
                line, _address = server.accept()
            except OSError:
                return
            with line, suppress(OSError, struct.error):
                behaviour(line)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()


# --- The protocol --------------------------------------------------------------------------------


def test_a_file_is_sent_whole_and_the_verdict_read():
    with daemon(honest) as address:
        assert antivirus.scan(io.BytesIO(b"a" * 700_000), address) == antivirus.Verdict(clean=True)
        found = antivirus.scan(io.BytesIO(b"a" * 700_000 + EICAR), address)
    assert found == antivirus.Verdict(clean=False, found="Eicar-Test-Signature")


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [(overwhelmed, antivirus.Undecided), (silent, antivirus.Unavailable), (closing, antivirus.Unavailable)],
)
def test_a_daemon_on_a_bad_day_never_means_clean(behaviour, error, monkeypatch):
    monkeypatch.setattr(antivirus, "PATIENCE", 2)
    with daemon(behaviour) as address, pytest.raises(error):
        antivirus.scan(io.BytesIO(b"x" * 3_000), address)


def test_a_daemon_that_is_down_is_unavailable():
    with daemon(honest) as address:
        pass
    with pytest.raises(antivirus.Unavailable):
        antivirus.scan(io.BytesIO(b"x"), address)


@pytest.mark.parametrize("answer", [b"stream: OK or not\0", b"OKAY\0", b"stream: ok\0"])
def test_only_a_plain_ok_is_clean(answer):
    with pytest.raises(antivirus.Undecided):
        antivirus.read_answer(answer)


# --- Documents -----------------------------------------------------------------------------------


@pytest.fixture
def unit(monkeypatch, db):
    monkeypatch.setattr(clock, "now", lambda: build.NOW)
    monkeypatch.setattr(jobs, "wake", lambda job_id: None)
    return build.unit()


def document(unit, content=b"%PDF-1.4", **fields):
    stored = default_storage.save(f"evidence/{unit.pk}/x", ContentFile(content))
    return Evidence.objects.create(
        unit=unit,
        original_name="a.pdf",
        stored_as=stored,
        sha256="0" * 64,
        size=len(content),
        content_type="application/pdf",
        uploaded_at=build.NOW,
        **fields,
    )


def worked():
    """Run the one job that scans."""
    job = Job.objects.get(kind=scanning.SCAN, state=JobState.WAITING)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def test_without_a_daemon_a_document_is_read_at_once_and_says_so(unit, settings):
    settings.CLAMD = ""
    row = document(unit)
    scanning.receive(row)

    assert (row.scan, Scan(row.scan).label) == (Scan.UNSCANNED, "chưa quét")
    assert list(Job.objects.values_list("kind", flat=True)) == [READ]
    assert scanning.sweep_scans() == 0


def test_with_a_daemon_it_waits_and_is_read_only_when_clean(unit, settings):
    good, bad = document(unit), document(unit, EICAR)
    with daemon(honest) as address:
        settings.CLAMD = address
        scanning.receive(good)
        scanning.receive(bad)
        assert not Job.objects.filter(kind=READ).exists()
        job = worked()

    assert (job.state, job.error) == (JobState.DONE, "")
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.scan, bad.scan, bad.scan_note) == (Scan.CLEAN, Scan.REFUSED, "Eicar-Test-Signature")
    assert list(Job.objects.filter(kind=READ).values_list("subject", flat=True)) == [str(good.pk)]
    assert AuditEvent.objects.filter(action="evidence.scanned").count() == 2


def test_while_the_daemon_is_down_everything_waits_and_is_asked_again(unit, settings):
    with daemon(honest) as address:
        pass
    settings.CLAMD = address
    row = document(unit)
    scanning.receive(row)

    assert worked().state == JobState.FAILED
    row.refresh_from_db()
    assert row.scan == Scan.WAITING

    with daemon(honest) as settings.CLAMD:
        assert scanning.sweep_scans() == 1
        assert scanning.sweep_scans() == 1  # the same job
        worked()
    row.refresh_from_db()
    assert row.scan == Scan.CLEAN


def test_a_document_the_daemon_cannot_judge_waits_with_its_words_and_holds_up_nobody(unit, settings):
    def picky(line):
        content = heard(line)
        line.sendall(b"INSTREAM size limit exceeded. ERROR\0" if len(content) > 100 else b"stream: OK\0")

    large, small = document(unit, b"x" * 1_000), document(unit)
    with daemon(picky) as settings.CLAMD:
        scanning.receive(large)
        scanning.receive(small)
        worked()

    large.refresh_from_db()
    small.refresh_from_db()
    assert (large.scan, small.scan) == (Scan.WAITING, Scan.CLEAN)
    assert "size limit" in large.scan_note


def test_documents_of_the_time_before_are_scanned_once_a_daemon_is_there(unit, settings):
    row = document(unit)
    with daemon(honest) as settings.CLAMD:
        assert scanning.sweep_scans() == 1
        worked()
    row.refresh_from_db()
    assert row.scan == Scan.CLEAN


# --- Who may open what ---------------------------------------------------------------------------


def given_for_appraisal(unit, **fields):
    """A document of a submitted dossier, with its clerk and the manager who sees every dossier."""
    row = document(unit, **fields)
    return row, build.clerk(unit), build.index_manager()


def opened(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(f"scoring:{name}", args=args))


def test_while_it_waits_only_the_unit_opens_it(unit, client):
    row, clerk, manager = given_for_appraisal(unit, scan=Scan.WAITING)

    answer = opened(client, clerk, "download", row.pk)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"%PDF-1.4"
    refused = opened(client, manager, "download", row.pk)
    assert refused.status_code == 403
    assert "đang chờ quét mã độc" in refused.content.decode()
    assert "đang chờ quét mã độc" in opened(client, manager, "preview", row.pk).content.decode()


def test_a_harmful_file_opens_for_nobody_and_proves_nothing(unit, client):
    row, clerk, manager = given_for_appraisal(unit, scan=Scan.REFUSED, scan_note="Eicar")
    page = default_storage.save("pages/x", ContentFile(b"\xff\xd8\xff"))
    EvidencePage.objects.create(evidence=row, number=1, stored_as=page, width=1, height=1)

    for person in (clerk, manager):
        assert opened(client, person, "download", row.pk).status_code == 403
        assert opened(client, person, "page_image", row.pk, 1).status_code == 403
        shown = opened(client, person, "preview", row.pk).content.decode()
        assert "mã độc" in shown
        assert reverse("scoring:page_image", args=[row.pk, 1]) not in shown


def test_a_harmful_document_cannot_be_given_and_does_not_count(unit):
    assessment = build.open_population(units=[unit]).assessments.get()
    row, clerk, _manager = given_for_appraisal(unit, scan=Scan.REFUSED)
    code = assessment.population.framework.nodes.filter(is_leaf=True, source="self").exclude(evidence="").first().code

    with pytest.raises(Refused, match="mã độc"):
        link_evidence(assessment_id=assessment.pk, code=code, evidence_id=row.pk, by=clerk)

    score = build.score(assessment, code)
    EvidenceLink.objects.create(score=score, evidence=row, linked_at=build.NOW)
    dossier = dossier_of(assessment)
    assert dossier.by_code[code].documents == 0
    assert dossier_of(assessment, links_of(assessment)).by_code[code].documents == 0


def test_the_uploader_is_told_of_a_harmful_file(unit, settings):
    clerk = build.clerk(unit)
    row = document(unit, EICAR, uploaded_by=clerk)
    with daemon(honest) as settings.CLAMD:
        scanning.receive(row)
        worked()
    notice = Notice.objects.get(user=clerk)
    assert notice.kind == "upload_refused"
    assert "Eicar" in notice.text + notice.body


def test_the_sweep_of_the_unread_leaves_what_was_not_looked_at(unit):
    document(unit, scan=Scan.WAITING)
    document(unit, scan=Scan.REFUSED)
    assert sweep_unread(build.NOW + timedelta(days=1)) == 0
