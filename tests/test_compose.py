"""The container files name only commands, variables and addresses that exist. (No engine is needed to read them.)"""

import re
import runpy
import shlex
from pathlib import Path

import pytest
import yaml
from celery.bin import beat, celery, worker
from django.conf import settings
from django.core.management import get_commands
from django.urls import resolve
from django.utils.module_loading import import_string
from gunicorn.config import KNOWN_SETTINGS

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build") == "."}


def instructions(word):
    """The arguments of every Dockerfile line that begins with the word."""
    return re.findall(rf"^{word}\s+(.+)$", DOCKERFILE, re.MULTILINE)


def command_of(service):
    """What a service runs: its own command or the image's."""
    return service.get("command") or yaml.safe_load(instructions("CMD")[0])


def options(words):
    return {word.split("=")[0] for word in words if word.startswith("--")}


def known_options(click_command):
    return {name for parameter in click_command.params for name in (*parameter.opts, *parameter.secondary_opts)}


def test_all_services_are_there():
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "db", "redis"}
    assert set(OURS) == {"migrate", "web", "worker", "beat"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_exists(name):
    words = command_of(OURS[name])
    if words[0] == "python":
        assert (ROOT / words[1]).is_file()
        assert words[2] in get_commands()
    elif words[0] == "celery":
        assert words[1] == "-A"
        assert import_string(f"{words[2]}.celery_app").main == "parindex"
        sub = {"worker": worker.worker, "beat": beat.beat}[words[3]]
        assert options(words[4:]) <= known_options(sub) | known_options(celery.celery)
    else:
        assert words[0] == "gunicorn"
        assert callable(import_string(f"{words[1]}.application"))
        assert options(words[2:]) <= {flag for setting in KNOWN_SETTINGS for flag in setting.cli or []}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


def test_health_checks_ask_what_exists():
    web = " ".join(SERVICES["web"]["healthcheck"]["test"])
    address = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", web)
    assert resolve(address[2]).url_name == "readyz"
    bind = command_of(SERVICES["web"])[command_of(SERVICES["web"]).index("--bind") + 1]
    assert bind.endswith(f":{address[1]}")
    assert instructions("EXPOSE") == [address[1]]
    assert all(port.endswith(f":{address[1]}") for port in SERVICES["web"]["ports"])

    assert f"celery -A {command_of(SERVICES['worker'])[2]} inspect ping" in SERVICES["worker"]["healthcheck"]["test"][1]
    assert f"{Path(settings.CELERY_BEAT_SCHEDULE_FILENAME).name}*" in SERVICES["beat"]["healthcheck"]["test"][1]


def test_every_variable_is_read_by_the_product():
    known = runpy.run_path(str(ROOT / "parindex" / "settings.py"))["KNOWN_VARIABLES"]
    known |= {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"}
    known |= {f"{name}_FILE" for name in known}
    for service in OURS.values():
        assert set(service["environment"]) <= known
    image = dict(pair.split("=", 1) for line in instructions("ENV") for pair in shlex.split(line))
    assert {name for name in image if not name.startswith("PYTHON")} <= known
    assert image["PARINDEX_ENV"] == "production"
    assert any(volume.endswith(f":{image['PARINDEX_VAR']}") for volume in SERVICES["web"]["volumes"])


def test_no_secret_stands_in_a_file_of_the_project():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("KEY|PASSWORD|DATABASE_URL|SECRET", name):
                assert name.endswith("_FILE"), name
                assert value.startswith("/run/secrets/"), name
                assert value.removeprefix("/run/secrets/") in service["secrets"]
    for secret in COMPOSE["secrets"].values():
        assert f"/{Path(secret['file']).parent}/" in (ROOT / ".gitignore").read_text().split(), secret
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {"deploy/secrets", "deploy/production.env", ".git", "var"} <= set(left_out)


def test_everything_named_is_declared():
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert volumes <= set(COMPOSE["volumes"]), name
        for file in service.get("env_file", []):
            assert (ROOT / f"{file}.example").is_file()


def test_the_image_is_not_root_and_has_what_pdf_files_need():
    assert instructions("USER") == ["parindex"]
    assert DOCKERFILE.index("\nUSER ") > DOCKERFILE.index("collectstatic")
    for package in runpy.run_path(str(ROOT / "run"), run_name="run")["PDF_PACKAGES"]:
        assert package in instructions("RUN")[0]
    assert any("--require-hashes -r requirements.txt" in line for line in instructions("RUN"))
    for line in instructions("COPY"):
        source = line.split()[0]
        assert (ROOT / source).exists(), source
