"""How is this installation set up? One file, driven by the environment (see .env.example)."""

import logging
import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv

from config import logs
from config.schedule import SCHEDULE

# What is secret comes from a file that the service manager hands over, if NAME_FILE names one.
env = FileAwareEnv(strip_whitespace=True)
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Core -------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development" if DEBUG else "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing. Set it, or DEBUG=1 for development.")

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG else [])
SITE_NAME = env.str("SITE_NAME", default="Auenbrücker Bote")
# In mails nobody knows by which name the site was asked: unless told, the first of its hosts.
SITE_URL = env.str(
    "SITE_URL",
    default=f"http://127.0.0.1:{env.int('PORT', default=8000)}"
    if DEBUG or not ALLOWED_HOSTS
    else f"https://{ALLOWED_HOSTS[0].removeprefix('.')}",
).rstrip("/")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="leserdialog@example.org")

# What only the operator knows, for imprint, privacy notice and terms; `check --deploy` misses it.
PUBLISHER_NAME = env.str("PUBLISHER_NAME", default="Auenbrücker Bote Verlag" if DEBUG else "")
PUBLISHER_ADDRESS = env.str(
    "PUBLISHER_ADDRESS", default="Uferstraße 1, 12345 Auenbrück" if DEBUG else ""
)
PUBLISHER_REPRESENTATIVE = env.str(
    "PUBLISHER_REPRESENTATIVE", default="Erika Mustermann" if DEBUG else ""
)
PUBLISHER_PHONE = env.str("PUBLISHER_PHONE", default="")
PUBLISHER_REGISTER = env.str("PUBLISHER_REGISTER", default="")
PUBLISHER_VAT_ID = env.str("PUBLISHER_VAT_ID", default="")
RESPONSIBLE_PERSON = env.str(
    "RESPONSIBLE_PERSON",
    default="Erika Mustermann, Uferstraße 1, 12345 Auenbrück" if DEBUG else "",
)
AUTHORITIES_EMAIL = env.str("AUTHORITIES_EMAIL", default="") or CONTACT_EMAIL
CONTACT_LANGUAGES = env.list("CONTACT_LANGUAGES", default=["de", "en"])
DATA_PROTECTION_CONTACT = env.str("DATA_PROTECTION_CONTACT", default="") or CONTACT_EMAIL
SUPERVISORY_AUTHORITY = env.str("SUPERVISORY_AUTHORITY", default="")
DATA_PROCESSORS = env.str("DATA_PROCESSORS", default="")
DISPUTE_BODIES = env.str("DISPUTE_BODIES", default="")
BACKUPS_KEPT = timedelta(days=env.int("BACKUPS_KEPT_DAYS", default=35))

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="de")
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Berlin")
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Apps -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Outermost first: an app may import those below it, never those above.
    "config",
    "notifications",
    "moderation",
    "forum",
    "articles",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

# --- Middleware -------------------------------------------------------------------------------

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.Policy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.sound_requests",
    "config.middleware.dressed_methods",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.sessions.SessionLife",
    "accounts.answers.AccountAnswers",
    "accounts.second_factor.StaffSecondFactor",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# --- Templates --------------------------------------------------------------------------------

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
                "config.context.site",
                "notifications.context.unread",
            ],
            # What a tag always says is asked once.
            "builtins": ["config.constants"],
            "libraries": {"i18n": "config.constants", "static": "config.constants"},
        },
    }
]

# Two libraries of one name: config.constants stands in for Django's on purpose.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# --- Database ---------------------------------------------------------------------------------

DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=600, conn_health_checks=True)}
# The same few queries are asked again and again: planning them takes longer than answering them,
# and only what is bound by the server is prepared there, at the fifth time.
DATABASES["default"].setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=5)

# Copies are taken by a role of their own, and kept best on another machine (config/backups/).
BACKUP_DATABASE_URL = env.str("BACKUP_DATABASE_URL", default="") or env.str("DATABASE_URL")
BACKUP_DIR = Path(env.str("BACKUP_DIR", default="") or DATA_DIR / "backups").resolve()

# --- Cache and queue --------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL")
KEY_PREFIX = env.str("KEY_PREFIX", default="forum")
CACHES = {
    # Limits and allauth's counters live in PostgreSQL, so that signing in works without Redis.
    "default": {
        "BACKEND": "config.counters.Counters",
        "LOCATION": "cache",
    },
    # Rendered pages; may vanish at any moment.
    "pages": {
        "BACKEND": "config.keeping.Pages",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": KEY_PREFIX,
        "OPTIONS": {
            "serializer": "config.keeping.BytesAndJson",
            "socket_timeout": 0.2,
            "socket_connect_timeout": 0.1,
        },
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = CELERY_EVENT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
# After so many tasks Celery closes the connection to PostgreSQL; by itself after each.
CELERY_DB_REUSE_MAX = sys.maxsize
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Seconds until a killed child's task counts as ended and its place is free again; 10 by itself.
# Celery looks every five seconds.
CELERY_WORKER_LOST_WAIT = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
CELERY_TASK_ROUTES = {
    "*.tasks.ring_for_*": {"queue": "upkeep"},
    "moderation.tasks.*": {"queue": "moderation"},
    "notifications.tasks.*": {"queue": "notifications"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
    "socket_timeout": 15,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "global_keyprefix": f"{KEY_PREFIX}:",
}
# Ringing the bell may not hold up a reader: no retries, and see forum.bells for the 50 ms.
CELERY_TASK_PUBLISH_RETRY = False
# In KB: a child that has grown beyond is replaced after its task.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 200_000
CELERY_TIMEZONE = TIME_ZONE
# A round that nobody heard is worth nothing once the next one is due.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in SCHEDULE
}

# --- Sign-in and security ---------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.MaximumLengthValidator"},
    {"NAME": "accounts.passwords.SiteNameValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"

STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=True)
RATE_LIMITS = env.bool("RATE_LIMITS", default=True)
if not DEBUG and not (STAFF_SECOND_FACTOR and RATE_LIMITS):
    raise ImproperlyConfigured("STAFF_SECOND_FACTOR=off and RATE_LIMITS=off need DEBUG=1.")
# Addresses of the proxies whose X-Forwarded-For is believed; "none" when nothing stands in front.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=["none"] if DEBUG else [])
if not TRUSTED_PROXIES:
    raise ImproperlyConfigured("TRUSTED_PROXIES is missing: addresses, or none.")
TRUSTED_PROXIES = [] if TRUSTED_PROXIES == ["none"] else TRUSTED_PROXIES

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "accounts.forms.ChangePasswordForm",
    "login": "accounts.forms.LoginForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "signup": "accounts.forms.SignupForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "accounts.models.display_name"
ACCOUNT_PREVENT_ENUMERATION = "strict"
# Nobody can have us write to strangers by typing their addresses.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 1800
ACCOUNT_LOGIN_TIMEOUT = 1800
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# allauth's own counters, in the default cache; signing up is counted by accounts/throttling.py.
ACCOUNT_RATE_LIMITS = (
    {
        "login": "30/m/ip",
        "login_failed": "10/m/ip,5/300s/key",
        "signup": "20/m/ip",
        "reset_password": "20/h/ip,3/h/key",
        "confirm_email": "20/h/ip,3/h/key",
    }
    if RATE_LIMITS
    else False
)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.passkeys.AddForm",
    "authenticate_webauthn": "accounts.passkeys.AuthenticateForm",
    "login_webauthn": "accounts.passkeys.LoginForm",
    "reauthenticate_webauthn": "accounts.passkeys.ReauthenticateForm",
}
# Browsers take localhost for safe; so does development.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_TOTP_ISSUER = SITE_NAME
# The list of sessions shows when and where each began; every request would be a write otherwise.
USERSESSIONS_TRACK_ACTIVITY = False

FORM_RENDERER = "config.fields.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "paper"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
        "report-to": ["csp"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- Static files and pictures ----------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Mail -------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <forum@example.org>")
EMAIL_FILE_PATH = DATA_DIR / "mail"
if env.str("EMAIL_URL", default=""):
    _mail = env.dj_email_url("EMAIL_URL")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
else:
    if not DEBUG:
        raise ImproperlyConfigured("EMAIL_URL is missing.")
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_TIMEOUT = 10

# --- Logs -------------------------------------------------------------------------------------

LOGGING = logs.LOGGING
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO

# --- Ours: only what operations may change ----------------------------------------------------

FORUM_EDIT_WINDOW = timedelta(minutes=10)
# The forum may not know moderation; it asks whoever is named here (docs/decisions/0016).
FORUM_NUDGE = "moderation.nudging.nudge"
FORUM_HOURS = "moderation.desk_rules.hours.refusal"
FORUM_BRAKE = "moderation.brake.refusal"
MODERATION_HOLD_NEWCOMERS = env.bool("MODERATION_HOLD_NEWCOMERS", default=False)
MINIMUM_AGE = env.int("MINIMUM_AGE", default=16)
NOTIFICATIONS_KEPT = timedelta(days=90)
# Six months (DSA art. 20) are at most 184 days.
MODERATION_APPEAL_WINDOW = timedelta(days=184)
