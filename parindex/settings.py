"""All settings, from the environment. ``DATABASE_URL``, ``REDIS_URL`` and ``EMAIL_URL`` are the only switches of infrastructure.

A variable that is missing or odd stops the start with a sentence saying how to put it right.
Every variable is described in ``deploy/production.env.example``.
"""

import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

BASE_DIR = Path(__file__).resolve().parent.parent

class Env(environ.Env):
    """The environment, where NAME_FILE may name a file that holds the value of NAME."""

    ENVIRON = FileAwareMapping(cache=False)


env = Env()

# --- Which installation is this? -----------------------------------------------------------------

ENVIRONMENTS = ("development", "demo", "production", "test")
KNOWN_VARIABLES = {
    "PARINDEX_ENV",
    "PARINDEX_VAR",
    "PARINDEX_STATIC",
    "PARINDEX_DEBUG",
    "PARINDEX_TRUSTED_PROXIES",
    "PARINDEX_CLAMD",
    "PARINDEX_MAX_UPLOAD_MB",
    "PARINDEX_HSTS_SECONDS",
    "PARINDEX_LOG_LEVEL",
    "PARINDEX_BASE_URL",
    "PARINDEX_EMAIL_FROM",
}


def refuse(sentence: str) -> ImproperlyConfigured:
    """The error that stops the start; the sentence says what to do."""
    return ImproperlyConfigured(sentence)


def given(name: str) -> str:
    """The text of a variable, or of the file that NAME_FILE names; empty when neither is there."""
    try:
        return str(env.str(name, "")).strip()
    except OSError as error:
        path = os.environ[f"{name}_FILE"]
        raise refuse(f"{name}_FILE names {path}, which cannot be read ({error.strerror}); correct the path.") from error


def whole_number(name: str, default: int, *, lowest: int, highest: int) -> int:
    """Read a whole number from the environment, or say what is wrong with it."""
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise refuse(f"{name} is {text!r}; give a whole number from {lowest} to {highest}, or leave it out for {default}.")
    return int(text)


def yes_or_no(name: str, default: bool) -> bool:
    """Read a switch from the environment, or say what is wrong with it."""
    text = os.environ.get(name, "").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    if text:
        raise refuse(f"{name} is {text!r}; give 1 or 0, or leave it out.")
    return default


unknown = sorted(name for name in os.environ if name.startswith("PARINDEX_") and name not in KNOWN_VARIABLES)
if unknown:
    raise refuse(
        f"The environment holds {', '.join(unknown)}, which this product does not know. "
        f"Correct the spelling or remove it; known are {', '.join(sorted(KNOWN_VARIABLES))}."
    )

ENVIRONMENT = os.environ.get("PARINDEX_ENV", "").strip() or "development"
if ENVIRONMENT not in ENVIRONMENTS:
    raise refuse(f"PARINDEX_ENV is {ENVIRONMENT!r}; give one of {', '.join(ENVIRONMENTS)}.")
PRODUCTION = ENVIRONMENT == "production"

VAR = Path(os.environ.get("PARINDEX_VAR", "").strip() or BASE_DIR / "var").resolve()
try:
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise refuse(f"PARINDEX_VAR points to {VAR}, which cannot be made ({error.strerror}); name a writable folder.") from error

DEBUG = yes_or_no("PARINDEX_DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise refuse("PARINDEX_DEBUG is on in production, which would show secrets to visitors; remove it.")


def own_secret_key() -> str:
    """The secret of this checkout, made on first use and readable by its owner alone."""
    path = VAR / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="ascii").strip()
        if len(key) < 50:
            raise refuse(f"{path} holds no usable secret; delete it, a new one is made on the next start.") from None
        return key
    key = secrets.token_urlsafe(60)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key + "\n")
    return key


if PRODUCTION:
    SECRET_KEY = given("SECRET_KEY")
    if not SECRET_KEY:
        raise refuse(
            "SECRET_KEY is missing. Make one with `python3 -c \"import secrets; print(secrets.token_urlsafe(60))\"` "
            "and pass it as SECRET_KEY, or its file as SECRET_KEY_FILE."
        )
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        raise refuse("SECRET_KEY is too short or too simple to be a secret; make one of at least 50 random characters.")
    ALLOWED_HOSTS = [host.strip() for host in given("ALLOWED_HOSTS").split(",") if host.strip()]
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise refuse("ALLOWED_HOSTS must name the host names of the site, separated by commas (no *).")
    CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]
    # The health check inside the container calls the loopback address.
    ALLOWED_HOSTS += ["127.0.0.1", "localhost"]
else:
    SECRET_KEY = own_secret_key() if ENVIRONMENT != "test" else "only-for-tests-" + "x1y2z3" * 10
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]

TRUSTED_PROXIES = whole_number("PARINDEX_TRUSTED_PROXIES", 1 if PRODUCTION else 0, lowest=0, highest=5)

# --- Apps and the road of a request --------------------------------------------------------------

INSTALLED_APPS = [
    "parindex",
    "units",
    "criteria",
    "surveys",
    "scoring",
    "sanctions",
    "reports",
    "crispy_forms",
    "crispy_bootstrap5",
    "axes",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before everything that looks at a cookie or runs its own check before a view.
    "parindex.control_characters.ControlCharactersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "parindex.middleware.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Default deny: a view is public only when it says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "units.middleware.OwnPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "parindex.urls"
WSGI_APPLICATION = "parindex.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "parindex.context.site",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database ------------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    # Every transaction takes the write lock at its start: read-then-write never fails half-way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;"
    ),
}


def database() -> dict[str, object]:
    """The one database: ``DATABASE_URL``, or SQLite in the variable folder."""
    url = given("DATABASE_URL")
    if not url:
        if PRODUCTION:
            raise refuse(
                "DATABASE_URL is missing. Production runs on PostgreSQL: "
                "DATABASE_URL=postgres://user:password@host:5432/database (or its file as DATABASE_URL_FILE)."
            )
        url = f"sqlite:///{VAR / 'parindex.sqlite3'}"
    scheme = url.split(":", 1)[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise refuse(f"DATABASE_URL begins with {scheme!r}; give postgres://user:password@host:5432/database or sqlite:///path.")
    if scheme == "sqlite":
        path = url.partition(":///")[2]
        if not path:
            raise refuse("DATABASE_URL names no file; write sqlite:////absolute/path/parindex.sqlite3.")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": dict(SQLITE_OPTIONS)}
    config: dict[str, object] = env.db_url_config(url)
    if not config.get("NAME"):
        raise refuse("DATABASE_URL names no database; write postgres://user:password@host:5432/database.")
    config["ENGINE"] = "django.db.backends.postgresql"
    config["CONN_MAX_AGE"] = 300
    config["CONN_HEALTH_CHECKS"] = True
    config["OPTIONS"] = {"connect_timeout": 5, **config.get("OPTIONS", {})}  # type: ignore[dict-item]
    return config


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker, cache, long work --------------------------------------------------------------------

REDIS_URL = given("REDIS_URL")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://")):
    raise refuse("REDIS_URL must begin with redis:// or rediss://, for example redis://host:6379/0.")
if PRODUCTION and not REDIS_URL:
    raise refuse("REDIS_URL is missing. Production wakes its workers through Redis: REDIS_URL=redis://host:6379/0.")

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "parindex"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "parindex.sweep_jobs", "schedule": timedelta(minutes=1), "options": {"expires": 55}},
    "expire-files": {"task": "scoring.expire_files", "schedule": timedelta(hours=1), "options": {"expires": 3000}},
    "sweep-unread": {"task": "scoring.sweep_unread", "schedule": timedelta(minutes=3), "options": {"expires": 170}},
    "sweep-scans": {"task": "scoring.sweep_scans", "schedule": timedelta(minutes=5), "options": {"expires": 290}},
    "sweep-files": {"task": "scoring.sweep_files", "schedule": timedelta(hours=24), "options": {"expires": 3600}},
    "send-mail": {"task": "units.send_mail", "schedule": timedelta(minutes=1), "options": {"expires": 55}},
    "deadline-notices": {
        "task": "scoring.deadline_notices",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 290},
    },
}
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        # A request must not wait for a silent broker: the job row is written, the sweeper wakes it later.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
        "visibility_timeout": 3600,
        "global_keyprefix": "parindex:",
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "parindex",
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
    }
else:
    BROKER_FOLDER = VAR / "broker"
    for folder in ("messages", "control"):
        (BROKER_FOLDER / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_FOLDER / "messages"),
        "data_folder_out": str(BROKER_FOLDER / "messages"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "polling_interval": 0.1,
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "units.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/lam-viec/"
#: Links of the headers; the kernel knows no app, so they come by name.
NAVIGATION = {"public": "reports.navigation.public", "work": "reports.navigation.work"}
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "units.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Locked by account and address together: nobody can lock a colleague out, and one office address is never locked.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "parindex.client.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS: list[str] = []
AXES_LOCKOUT_CALLABLE = "units.views.session.locked_out"
AXES_VERBOSE = False

SESSION_ENGINE = "parindex.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- What a browser may do -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = whole_number("PARINDEX_HSTS_SECONDS", 31536000, lowest=0, highest=63072000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# --- Language, numbers, dates --------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["parindex.formats"]
# Years and row numbers must not turn into 2.026: points and counts are grouped by the template filters.
USE_THOUSAND_SEPARATOR = False

# --- Files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("PARINDEX_STATIC", "").strip() or VAR / "static")
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # without it WhiteNoise warns on every start
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
# Without collectstatic (demonstration, development, tests) files are served from where they lie.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MANIFEST_STRICT = True
FILES_ROOT = VAR / "files"
STORAGES = {
    # Evidence and generated documents: outside the web root, no address of their own; views ask permission first.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": FILES_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
MAX_UPLOAD_BYTES = whole_number("PARINDEX_MAX_UPLOAD_MB", 25, lowest=1, highest=200) * 1024 * 1024
#: The antivirus daemon that looks at documents; empty = none, and documents say "chưa quét".
CLAMD = os.environ.get("PARINDEX_CLAMD", "").strip()
if CLAMD and not CLAMD.startswith(("tcp://", "unix:///")):
    raise refuse(f"PARINDEX_CLAMD is {CLAMD!r}; give tcp://host:3310 or unix:///path/of/clamd.ctl.")
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "parindex.upload_limit.GivenNames",
    "parindex.upload_limit.LimitedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The whole form of 121 components with counts, explanations and versions.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Mail ----------------------------------------------------------------------------------------


def base_url() -> str:
    """Where people reach the portal, for the links of mails, without a slash at the end; empty = links without a host."""
    url = os.environ.get("PARINDEX_BASE_URL", "").strip().rstrip("/")
    if not url and PRODUCTION and not ALLOWED_HOSTS[0].startswith("."):
        return f"https://{ALLOWED_HOSTS[0]}"
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment):
        raise refuse(f"PARINDEX_BASE_URL is {url!r}; give the address people open, for example https://cchc.example.gov.vn.")
    return url


def mail() -> dict[str, object]:
    """How mail goes out: ``EMAIL_URL``; files in the variable folder; in production without it not at all."""
    url = given("EMAIL_URL")
    if not url:
        return {
            "EMAIL_BACKEND": f"django.core.mail.backends.{'dummy' if PRODUCTION else 'filebased'}.EmailBackend",
            "EMAIL_FILE_PATH": str(VAR / "mail"),
        }
    scheme = url.split(":", 1)[0]
    if scheme not in {"smtp", "smtp+tls", "smtp+ssl", "consolemail"}:
        raise refuse(
            f"EMAIL_URL begins with {scheme!r}; give smtp+tls://user:password@host:587, smtp+ssl://…:465, smtp://…:25 or consolemail://."
        )
    config: dict[str, object] = env.email_url_config(url)
    if scheme != "consolemail" and not config.get("EMAIL_HOST"):
        raise refuse("EMAIL_URL names no server; write smtp+tls://user:password@host:587.")
    return {name: value for name, value in config.items() if value not in (None, "")}


BASE_URL = base_url()
for _name, _value in mail().items():
    globals()[_name] = _value
#: Without a server nobody is promised a mail: notices then stand in the portal alone.
MAIL_ENABLED = not PRODUCTION or bool(given("EMAIL_URL"))
DEFAULT_FROM_EMAIL = os.environ.get("PARINDEX_EMAIL_FROM", "").strip() or "cchc@localhost"
if "@" not in DEFAULT_FROM_EMAIL or "\n" in DEFAULT_FROM_EMAIL:
    raise refuse(f"PARINDEX_EMAIL_FROM is {DEFAULT_FROM_EMAIL!r}; give an address, for example cchc@example.gov.vn.")
if PRODUCTION and MAIL_ENABLED and not os.environ.get("PARINDEX_EMAIL_FROM", "").strip():
    raise refuse("PARINDEX_EMAIL_FROM is missing. With EMAIL_URL give the sender too, for example cchc@example.gov.vn.")
# Shorter than the first pause before another attempt (units/actions/mail.py).
EMAIL_TIMEOUT = 20

# --- The procedure -------------------------------------------------------------------------------

#: Name of the standing body of the index (QĐ 884 Điều 21); several bodies in time may bear it.
STANDING_BODY_NAME = "Sở Nội vụ"

# --- Messages about itself -----------------------------------------------------------------------

LOG_LEVEL = os.environ.get("PARINDEX_LOG_LEVEL", "").strip().upper() or "INFO"
if LOG_LEVEL not in logging.getLevelNamesMapping():
    raise refuse(f"PARINDEX_LOG_LEVEL is {LOG_LEVEL!r}; give DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "parindex": {"level": LOG_LEVEL},
        "django.request": {"level": "ERROR"},
        # It misses a host name in the address of the file system.
        "kombu.connection": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
