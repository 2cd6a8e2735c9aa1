"""All settings of PeaceOps: one file, the environment makes the difference.

Nothing set: SQLite and a file broker under `DATA_DIR`, for one machine.
`DATABASE_URL` and `REDIS_URL` set: PostgreSQL and Redis, for any number of machines. See docs/operations.md.
"""

from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from peaceops import data_folder, keys, logs, storage, switches
from peaceops.switches import is_on

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
data_folder.close_to_others()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

# Without DATABASE_URL this is one machine, which makes its keys and keeps them with its data; see peaceops/keys.py.
KEEPS_ITS_KEYS = not env.str("DATABASE_URL", default="")
SECRET_KEY = env.str("SECRET_KEY", default="") or (
    keys.read_or_create(DATA_DIR / "secret-key.txt") if KEEPS_ITS_KEYS else ""
)
AUDIT_KEY = env.str("AUDIT_KEY", default="") or (
    keys.read_or_create(DATA_DIR / "audit-key.txt") if KEEPS_ITS_KEYS else ""
)
DEBUG = is_on("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- What is installed ------------------------------------------------------------------------------------------

OUR_APPS = [
    # From the bottom up: each imports from those above only, and its guards may need theirs.
    "foundation",
    "accounts",
    "audit",
    "background",
    "outbox",
    "missions",
    "personnel",
    "flags",
    "deployments",
    "records",
    "reports",
    "peaceops",
]
INSTALLED_APPS = [
    *OUR_APPS,
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_countries",
    "django_filters",
    "django.forms",
    "django_htmx",
    "csp",
    "simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "peaceops.traffic.CountRequests",  # the first: it sees what the others answer, and how long they take
    "peaceops.logs.RequestId",
    "audit.requests.RememberTheRequest",
    "peaceops.headers.ClosedToOthers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "peaceops.headers.NothingIsKept",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "peaceops.interrupted.Interrupted",
    "peaceops.public.LoginRequired",
    "peaceops.refusals.RecordRefusals",
    "peaceops.reads.RecordReads",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "peaceops.error_pages.NoBareRefusal",
    "peaceops.administration.OnlyIdsThatCanBe",
    "peaceops.time_limit.TimeLimit",  # the last: it bounds what a page asks, not who may open it
]

# The toolbar of script/dev; it is installed with requirements-dev.txt only, and asks nothing of the CSP.
DEBUG_TOOLBAR = DEBUG and find_spec("debug_toolbar") is not None
if DEBUG_TOOLBAR:
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(
        MIDDLEWARE.index("csp.middleware.CSPMiddleware"), "debug_toolbar.middleware.DebugToolbarMiddleware"
    )
    INTERNAL_IPS = ["127.0.0.1"]

ROOT_URLCONF = "peaceops.urls"
WSGI_APPLICATION = "peaceops.wsgi.application"

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
                "flags.context.open_flags",
                "foundation.as_of.context",
                "peaceops.demonstration.mark.context",
            ],
        },
    },
]

# Widgets are drawn by our templates where there is one: an empty choice is said in words, not as a row of dashes.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FILTERS_EMPTY_CHOICE_LABEL = _("All")
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database ---------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'peaceops.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction takes the write lock when it begins, so that what it read is still true when it writes.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # A pool with health checks rides out a database restart; persistent connections do not.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Seconds, and milliseconds until a network that swallows everything is taken for a broken connection.
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, "tcp_user_timeout": 20_000}
    if is_on("DATABASE_POOL", default=True):
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=8),
            # While the database is down, threads that wait for it long are missing for `/readyz`, too.
            "timeout": env.float("DATABASE_WAIT_SECONDS", default=5),
            # Then tries begin anew with the next page; the pool's own come up to two minutes apart.
            "reconnect_timeout": 10,
        }

WEB_SECONDS = env.float("WEB_SECONDS", default=20)  # so long the database may work for one page, see time_limit.py

# --- Cache, queue, background -----------------------------------------------------------------------------------

# Attempts to sign in are counted here. Not in Redis: without it pages go on working, and so must this.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "peaceops_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # or who fills it makes it forget failed attempts to sign in
    }
}
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 1800,  # above the longest task; a killed worker's task comes back after it
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker" / "messages"),
        "data_folder_out": str(DATA_DIR / "broker" / "messages"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.5,
    }
    (DATA_DIR / "broker" / "messages").mkdir(parents=True, exist_ok=True)
    (DATA_DIR / "broker" / "control").mkdir(parents=True, exist_ok=True)

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_PUBLISH_RETRY = False  # a broker that is down must not hold up a page: the nightly sweep catches up
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "America/Toronto"

CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_DEFAULT_QUEUE = "sweeps"
CELERY_TASK_ROUTES = ("background.schedule.route",)  # each job says its queue

BEAT_HEARTBEAT_SECONDS = 30
BEAT_LATE_SECONDS = env.int("BEAT_LATE_SECONDS", default=180)

# --- Letters ----------------------------------------------------------------------------------------------------

# Where links lead. A command beside script/server does not have its PORT: the data folder knows it.
_PORT = env.str("PORT", default="") or data_folder.port(DATA_DIR) or "8000"
SITE_URL = env.str("SITE_URL", default="") or f"http://localhost:{_PORT}"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "outbox.mail_files.EmailBackend"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # each word of a conversation of about ten
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="PeaceOps <peaceops@localhost>")
LETTERS_HOST = env.str("LETTERS_HOST", default=parseaddr(DEFAULT_FROM_EMAIL)[1].rpartition("@")[2])  # of Message-IDs
LETTER_CLAIM_SECONDS = env.int("LETTER_CLAIM_SECONDS", default=300)  # a worker that holds one longer is dead
LETTER_DAYS = env.int("LETTER_DAYS", default=30)  # then what was sent is forgotten
NEWS_DAYS = env.int("NEWS_DAYS", default=90)  # then a piece of news is forgotten
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])  # private networks that webhooks may call nevertheless
WEBHOOK_CA_FILE = env.str("WEBHOOK_CA_FILE", default="")  # certificates of those networks

# --- The office's numbers (docs/rules.md; each may be set from the environment; thresholds of flags are rows) -----

# For so many days from today an overdue posting holds its place; the guards of the database reckon with it too.
LOCK_SECONDS = env.int("LOCK_SECONDS", default=10)  # how long an act waits for others who take places in its area
OVERDUE_HOLD_DAYS = env.int("OVERDUE_HOLD_DAYS", default=60)
GUARD_VALUES = {"overdue_hold_days": OVERDUE_HOLD_DAYS}
LISTS_UNDER_WAY = env.int("LISTS_UNDER_WAY", default=5)  # lists of one user that are neither saved nor cancelled
LIST_KEPT_DAYS = env.int("LIST_KEPT_DAYS", default=30)  # after which an abandoned list goes, with its file and rows
EXPORT_KEPT_DAYS = env.int("EXPORT_KEPT_DAYS", default=7)  # how long archives and long exports can be downloaded
EXPORT_AT_ONCE = env.int("EXPORT_AT_ONCE", default=20_000)  # rows; a list with more is made by the worker
BACKUP_DIR = env.str("BACKUP_DIR", default="")  # where each night's backup goes; empty: none is made
BACKUP_KEY_FILE = env.str("BACKUP_KEY_FILE", default="")  # keys of the age format for which it is encrypted
BACKUP_KEPT_DAYS = env.int("BACKUP_KEPT_DAYS", default=30)  # the newest stays however old it is
SUCCESSOR_GAP_DAYS = env.int("SUCCESSOR_GAP_DAYS", default=0)  # days that a post may stand empty between two people
LONGEST_TOUR_MONTHS = env.int("LONGEST_TOUR_MONTHS", default=12)  # rule 8: beyond it a reason is required
YEARS_OF_SERVICE = env.int("YEARS_OF_SERVICE", default=5)  # asked where a position says nothing else
ATTESTATION_MONTHS = env.int("ATTESTATION_MONTHS", default=12)  # rule 13
LANGUAGE_REMINDER_DAYS = env.int("LANGUAGE_REMINDER_DAYS", default=90)
REVIEWERS_NEEDED = env.int("REVIEWERS_NEEDED", default=2)  # reviews before somebody is qualified
OFFER_DAYS = env.int("OFFER_DAYS", default=14)  # how long the home service has to answer
RECALL_NOTICE_DAYS = env.int("RECALL_NOTICE_DAYS", default=30)
CALL_CLOSING_DAYS = env.int("CALL_CLOSING_DAYS", default=7)  # how long before the end of a call liaisons are told of it
DOCUMENTS_PER_CANDIDATURE = env.int("DOCUMENTS_PER_CANDIDATURE", default=20)
DOCUMENTS_MB_PER_CANDIDATURE = env.int("DOCUMENTS_MB_PER_CANDIDATURE", default=50)
DOCUMENTS_MB_PER_SERVICE = env.int("DOCUMENTS_MB_PER_SERVICE", default=2000)  # of its nominations under way

# In a cookie, what was said to one reader would be shown to the next.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True  # a reason is kept whole

# --- People who sign in -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    # Also what stands near the owner: Django's own rule compares letters in any order, and refuses good phrases.
    {"NAME": "peaceops.passwords.EasyToGuessValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ForgottenForm",
    "reset_password_from_key": "accounts.forms.ChoosePasswordForm",
}
LINK_DAYS = env.int("LINK_DAYS", default=3)  # how long the link of an invitation or for a forgotten password works
PASSWORD_RESET_TIMEOUT = LINK_DAYS * 24 * 60 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.links.LinkKeys"  # noqa: S105
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # who has no account gets no letter
ACCOUNT_ADAPTER = "accounts.adapter.ClosedAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator opens each account and vouches for its address
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Failed attempts are counted by accounts.attempts; allauth's own limits would lock out a whole office.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": "20/m/ip,5/h/key"}
_GROWING = "5/m/key,10/15m/key,20/2h/key"
SIGN_IN_LIMITS = {
    "device": _GROWING,
    "account_and_address": _GROWING,
    "account": "100/h/key",
    "address": "300/15m/key",
}
# Whose address the limits on signing in count.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=int(is_on("BEHIND_PROXY", default=False)))
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_MINUTES", default=12 * 60) * 60

# --- Languages and time -----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-ca"
LANGUAGES = [("en-ca", _("English")), ("fr-ca", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["peaceops.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "America/Toronto"

# --- Files ------------------------------------------------------------------------------------------------------

PRIVATE_FILES = DATA_DIR / "private"  # what is worked with on this machine, and the files themselves, or else:
FILES_DIR = env.str("FILES_DIR", default="")  # a folder that all machines share
FILES_S3_BUCKET = env.str("FILES_S3_BUCKET", default="")  # or an S3-compatible store
LARGEST_REQUEST = 64 * 1024 * 1024  # pages say of a smaller file themselves that it is too large
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")  # the virus scanner: host:port or a Unix socket; empty: none
CLAMD_TIMEOUT = env.float("CLAMD_TIMEOUT", default=10)  # seconds for each word with it
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": storage.private(env, FILES_DIR or PRIVATE_FILES, FILES_S3_BUCKET),  # foundation.private_files
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Security: closed unless said otherwise ---------------------------------------------------------------------
# HTTPS=off is for script/server, which binds 127.0.0.1; a deployment that others reach keeps the default, as an empty
# HTTPS= does.

HTTPS = is_on("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if is_on("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
# With this prefix browsers take the cookie over HTTPS only, for this host alone: no other host can set or see it.
_OF_THIS_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_OF_THIS_HOST}sessionid"
CSRF_COOKIE_NAME = f"{_OF_THIS_HOST}csrftoken"
DEVICE_COOKIE_NAME = f"{_OF_THIS_HOST}device"  # of a device on which somebody has signed in (accounts.devices)
TYPIST_COOKIE_NAME = f"{_OF_THIS_HOST}typist"  # whose the forms of this browser are (accounts.typists)
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "peaceops.interrupted.token_refused"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its arrows as data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "report-uri": "/csp-report",
    },
}
# Reading what is public without signing in: from one address, and in all.
PUBLIC_LIMITS = {"public_of_one": "60/m/key", "public": "600/m/key"}
CSP_REPORT_LIMITS = {"csp_report_of_one": "10/m/key", "csp_report": "60/m/key"}  # from one address, and in all

LOGGING = logs.configuration(env.str("LOG_FORMAT", default="lines"), env.str("LOG_LEVEL", default="WARNING"))

# --- Watching it ------------------------------------------------------------------------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", default="").strip()
METRICS = switches.metrics(METRICS_TOKEN)  # who may read /metrics: off, token or loopback
SENTRY_DSN = env.str("SENTRY_DSN", default="").strip()  # where errors are reported to; empty: nowhere
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
