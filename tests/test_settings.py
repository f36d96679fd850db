"""The settings are loud: whatever is missing or odd stops the start with a sentence that says what to do."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from parindex import startup
from parindex.client import client_address
from parindex.models import Installation

ROOT = Path(__file__).resolve().parent.parent
GOOD_PRODUCTION = {
    "PARINDEX_ENV": "production",
    "SECRET_KEY": "k3" + "abcdefgh" * 8,
    "ALLOWED_HOSTS": "cchc.example.vn, www.cchc.example.vn",
    "DATABASE_URL": "postgres://someone:word@db.example:5433/parindex",
    "REDIS_URL": "redis://redis.example:6379/0",
}


@pytest.fixture
def settings_from(monkeypatch, tmp_path):
    """Read the settings file under an environment of its own."""

    def read(**variables):
        for name in list(os.environ):
            if name.startswith(("PARINDEX_", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS")):
                monkeypatch.delenv(name)
        monkeypatch.setenv("PARINDEX_VAR", str(tmp_path / "var"))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "parindex" / "settings.py"))

    return read


def test_without_any_variable_everything_is_embedded(settings_from, tmp_path):
    found = settings_from()

    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "var" / "parindex.sqlite3")
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["CELERY_BROKER_URL"] == "filesystem://"
    assert found["DEBUG"] is False
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert settings_from()["SECRET_KEY"] == found["SECRET_KEY"]


def test_two_variables_switch_to_postgresql_and_redis(settings_from):
    found = settings_from(DATABASE_URL=GOOD_PRODUCTION["DATABASE_URL"], REDIS_URL=GOOD_PRODUCTION["REDIS_URL"])

    database = found["DATABASES"]["default"]
    assert (database["ENGINE"], database["HOST"], database["PORT"], database["NAME"]) == (
        "django.db.backends.postgresql",
        "db.example",
        5433,
        "parindex",
    )
    assert database["CONN_HEALTH_CHECKS"] is True
    assert found["CELERY_BROKER_URL"] == found["CACHES"]["default"]["LOCATION"] == GOOD_PRODUCTION["REDIS_URL"]


def test_production_locks_the_doors(settings_from):
    found = settings_from(**GOOD_PRODUCTION)

    assert found["ALLOWED_HOSTS"] == ["cchc.example.vn", "www.cchc.example.vn", "127.0.0.1", "localhost"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://cchc.example.vn", "https://www.cchc.example.vn"]
    assert found["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"):
        assert found[name] is True, name
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert not any("unsafe" in source for sources in found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"].values() for source in sources)


def test_without_a_mail_server_mail_becomes_files_and_in_production_nothing(settings_from, tmp_path):
    found = settings_from()
    assert found["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    assert (found["EMAIL_FILE_PATH"], found["MAIL_ENABLED"]) == (str(tmp_path / "var" / "mail"), True)

    found = settings_from(**GOOD_PRODUCTION)
    assert found["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    assert (found["MAIL_ENABLED"], found["BASE_URL"]) == (False, "https://cchc.example.vn")


def test_the_mail_server_may_come_from_a_file(settings_from, tmp_path):
    (tmp_path / "mail").write_text("smtp+tls://cchc%40example.vn:a%2Fb@mail.example:587\n")

    found = settings_from(
        **GOOD_PRODUCTION,
        EMAIL_URL_FILE=str(tmp_path / "mail"),
        PARINDEX_EMAIL_FROM="cchc@example.vn",
        PARINDEX_BASE_URL="https://chi-so.example.vn/",
    )

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("cchc@example.vn", "a/b")
    assert (found["MAIL_ENABLED"], found["BASE_URL"]) == (True, "https://chi-so.example.vn")
    assert found["DEFAULT_FROM_EMAIL"] == "cchc@example.vn"
    assert 0 < found["EMAIL_TIMEOUT"] < 60


def test_a_mail_server_without_port_keeps_the_usual_one(settings_from):
    found = settings_from(EMAIL_URL="smtp://mail.example")
    assert found["EMAIL_HOST"] == "mail.example"
    assert "EMAIL_PORT" not in found


def test_secrets_may_come_from_files(settings_from, tmp_path):
    (tmp_path / "key").write_text(GOOD_PRODUCTION["SECRET_KEY"] + "\n")
    (tmp_path / "url").write_text(GOOD_PRODUCTION["DATABASE_URL"] + "\n")
    given = {name: value for name, value in GOOD_PRODUCTION.items() if name not in {"SECRET_KEY", "DATABASE_URL"}}

    found = settings_from(**given, SECRET_KEY_FILE=str(tmp_path / "key"), DATABASE_URL_FILE=str(tmp_path / "url"))

    assert found["SECRET_KEY"] == GOOD_PRODUCTION["SECRET_KEY"]
    assert found["DATABASES"]["default"]["NAME"] == "parindex"


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PARINDEX_ENV": "prod"}, "PARINDEX_ENV is 'prod'; give one of development, demo, production"),
        ({"PARINDEX_DATABASE": "x"}, "PARINDEX_DATABASE, which this product does not know"),
        ({"PARINDEX_DEBUG": "maybe"}, "PARINDEX_DEBUG is 'maybe'; give 1 or 0"),
        ({"PARINDEX_TRUSTED_PROXIES": "two"}, "PARINDEX_TRUSTED_PROXIES is 'two'; give a whole number from 0 to 5"),
        ({"PARINDEX_TRUSTED_PROXIES": "-1"}, "PARINDEX_TRUSTED_PROXIES is '-1'"),
        ({"PARINDEX_CLAMD": "clamd:3310"}, "PARINDEX_CLAMD is 'clamd:3310'; give tcp://host:3310 or unix:///"),
        ({"PARINDEX_MAX_UPLOAD_MB": "0"}, "PARINDEX_MAX_UPLOAD_MB is '0'; give a whole number from 1 to 200"),
        ({"PARINDEX_LOG_LEVEL": "loud"}, "PARINDEX_LOG_LEVEL is 'LOUD'; give DEBUG, INFO"),
        ({"PARINDEX_VAR": "/proc/nowhere"}, "PARINDEX_VAR points to /proc/nowhere, which cannot be made"),
        ({"DATABASE_URL": "mysql://a@b/c"}, "DATABASE_URL begins with 'mysql'; give postgres://"),
        ({"DATABASE_URL": "postgres://a@b/"}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL names no file"),
        ({"DATABASE_URL_FILE": "/nowhere/url"}, "DATABASE_URL_FILE names /nowhere/url, which cannot be read"),
        ({"REDIS_URL": "amqp://a"}, "REDIS_URL must begin with redis://"),
        ({"EMAIL_URL": "http://a"}, "EMAIL_URL begins with 'http'; give smtp+tls://"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL names no server"),
        ({"EMAIL_URL_FILE": "/nowhere/mail"}, "EMAIL_URL_FILE names /nowhere/mail, which cannot be read"),
        ({"PARINDEX_EMAIL_FROM": "Sở Nội vụ"}, "PARINDEX_EMAIL_FROM is 'Sở Nội vụ'; give an address"),
        ({"PARINDEX_BASE_URL": "cchc.example.vn"}, "PARINDEX_BASE_URL is 'cchc.example.vn'; give the address"),
        ({"PARINDEX_BASE_URL": "https://cchc.example.vn/cong"}, "PARINDEX_BASE_URL is"),
    ],
)
def test_an_odd_variable_stops_the_start_with_a_sentence(settings_from, variables, sentence):
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        settings_from(**variables)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is missing. Make one with"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too short or too simple"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS must name the host names"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the host names"),
        ({"DATABASE_URL": None}, "DATABASE_URL is missing. Production runs on PostgreSQL"),
        ({"REDIS_URL": None}, "REDIS_URL is missing"),
        ({"PARINDEX_DEBUG": "1"}, "PARINDEX_DEBUG is on in production"),
        ({"EMAIL_URL": "smtp://mail.example"}, "PARINDEX_EMAIL_FROM is missing. With EMAIL_URL"),
    ],
)
def test_production_names_what_is_missing(settings_from, changes, sentence):
    given = {name: value for name, value in {**GOOD_PRODUCTION, **changes}.items() if value is not None}
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        settings_from(**given)


def test_the_example_describes_every_variable_and_no_other(settings_from):
    named = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / "deploy" / "production.env.example").read_text(), re.MULTILINE))
    assert named == settings_from()["KNOWN_VARIABLES"] | {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"}


def test_manage_says_the_sentence_without_a_trace(tmp_path):
    env = {"PATH": os.environ["PATH"], "PARINDEX_ENV": "production", "PARINDEX_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is missing.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        (0, "1.2.3.4", "10.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "<script>", "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_of_a_visitor_is_taken_from_trusted_proxies_only(settings, rf, hops, forwarded, seen):
    settings.TRUSTED_PROXIES = hops
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == seen


@pytest.mark.django_db
@pytest.mark.parametrize("marked", [True, False])
def test_production_refuses_a_demonstration(marked, monkeypatch):
    Installation.objects.update_or_create(only=True, defaults={"demonstration": marked})
    monkeypatch.setattr(connection, "close", lambda: None)
    if not marked:
        startup.refuse_demonstration(connection)
        return
    with pytest.raises(ImproperlyConfigured, match="marked as a demonstration"):
        startup.refuse_demonstration(connection)


def test_a_production_server_does_not_start_on_a_demonstration(tmp_path):
    plain = {"PATH": os.environ["PATH"], "PARINDEX_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/d.sqlite3"}
    mark = "from parindex.models import Installation; Installation.objects.create(demonstration=True)"

    def run(env, *command):
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )

    assert run(plain, "manage.py", "migrate", "-v0").returncode == 0
    assert run(plain, "manage.py", "shell", "-v0", "-c", mark).returncode == 0
    production = {**GOOD_PRODUCTION, **plain}

    for command in (("-c", "import parindex.wsgi"), ("manage.py", "migrate")):
        done = run(production, *command)
        assert done.returncode == 1, command
        assert "its scores are invented. Production refuses to start on it." in done.stderr


@pytest.mark.django_db
def test_health_pages_answer_without_login(client):
    assert (client.get("/healthz").status_code, client.get("/healthz").content) == (200, b"ok\n")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert set(ready.json()) == {"ready", "database", "migrations", "files", "broker"}
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_not_ready_when_the_tables_are_old(client, monkeypatch):
    monkeypatch.setattr("parindex.health.MigrationExecutor.migration_plan", lambda self, targets: ["one"])
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["migrations"]) == (503, "failing")


@pytest.mark.django_db
def test_a_silent_broker_is_told_but_serves_on(client, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["broker"]) == (200, "failing")
