"""Settings, from the environment only; nonsense is refused with a sentence before anything starts.

MINGBAI_HOME      folder of the site's data: database, key file, deliveries (default: ./mingbai-data)
MINGBAI_DATABASE  postgresql://user:password@host:port/name; without it SQLite in the folder
MINGBAI_KEYS      the key file (default: keys.json in the folder; a county server keeps it elsewhere)
MINGBAI_HOSTS     names under which the site is reached, by commas (default: 127.0.0.1 and localhost)
MINGBAI_COUNTY    division code of the county, as 513434
MINGBAI_HTTPS     1 where the site is reached by https: cookies travel by https only
MINGBAI_DEMO      1 for the demo: invented data, passwords that everybody knows, no https
MINGBAI_DAY       the demo's day: the site's clocks stand at it; refused outside the demo
"""

import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from mingbai.base.lib import cipher


def _yes(name: str) -> bool:
    match os.environ.get(name, "").strip().lower():
        case "1" | "true" | "yes":
            return True
        case "" | "0" | "false" | "no":
            return False
        case other:
            raise ImproperlyConfigured(f"{name} 只能写 1 或 0，现在写的是「{other}」。")


def _day(name: str) -> date | None:
    text = os.environ.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ImproperlyConfigured(f"{name} 要写成 2026-06-30 这样，现在写的是「{text}」。") from None


def _database() -> dict[str, Any]:
    address = os.environ.get("MINGBAI_DATABASE", "").strip()
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "mingbai.sqlite3",
            # Opened anew for each request, SQLite reads the whole schema again and knows no page of the file.
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                # A writer takes the lock at once: with DEFERRED a quarter of concurrent writes failed.
                "transaction_mode": "IMMEDIATE",
                # A roster of a million people holds the lock for most of a minute.
                "timeout": 90,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;"
                " PRAGMA mmap_size=268435456; PRAGMA journal_size_limit=67108864;",
            },
        }
    found = urlsplit(address)
    if found.scheme not in ("postgresql", "postgres") or not found.path.strip("/"):
        raise ImproperlyConfigured(
            "MINGBAI_DATABASE 要写成 postgresql://用户:密码@主机:端口/库名；用 SQLite 就不要设它。"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.path.strip("/"),
        "USER": unquote(found.username or ""),
        "PASSWORD": unquote(found.password or ""),
        "HOST": unquote(found.hostname or "") or os.environ.get("MINGBAI_DATABASE_SOCKET", ""),
        "PORT": str(found.port or ""),
        # Pages ask short questions: to compile them first (jit) takes longer than to answer.
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}, "options": "-c jit=off"},
    }


DEMO = _yes("MINGBAI_DEMO")
HTTPS = _yes("MINGBAI_HTTPS")
FIXED_DAY = _day("MINGBAI_DAY")
if FIXED_DAY and not DEMO:
    raise ImproperlyConfigured("MINGBAI_DAY 只用于演示；正式使用时日期就是今天，请去掉它。")
HOME = Path(os.environ.get("MINGBAI_HOME") or "mingbai-data").resolve()
KEY_FILE = Path(os.environ.get("MINGBAI_KEYS") or HOME / "keys.json").resolve()
COUNTY = os.environ.get("MINGBAI_COUNTY", "513434" if DEMO else "").strip()
if COUNTY and not (COUNTY.isdecimal() and len(COUNTY) == 6):
    raise ImproperlyConfigured(f"MINGBAI_COUNTY 要写 6 位县级区划代码，现在写的是「{COUNTY}」。")
DELIVERIES = HOME / "deliveries"
STATEMENTS = HOME / "statements"
# The first start makes the keys; a site that has data never makes new ones in silence.
if not KEY_FILE.exists():
    if (HOME / "mingbai.sqlite3").exists():
        raise ImproperlyConfigured(
            f"找不到密钥文件 {KEY_FILE}，而这里已有数据库。请用 MINGBAI_KEYS 指到原来的密钥文件。"
        )
    cipher.make(KEY_FILE, date.fromtimestamp(0))
KEYS = cipher.load(KEY_FILE)
SECRET_KEY = KEYS.index("django", "secret")

DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("MINGBAI_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("MINGBAI_HOSTS 要写明网站的名字，不能写 *。")
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "mingbai.base.events",
    "mingbai.base.staff",
    "mingbai.base.places",
    "mingbai.base.standards",
    "mingbai.facts.bureaus",
    "mingbai.facts.registry",
    "mingbai.facts.income",
    "mingbai.facts.assessments",
    "mingbai.findings.screening",
    "mingbai.findings.issues",
    "mingbai.oversight.indicators",
    "mingbai.doors.web",
    "mingbai.doors.api",
    "mingbai.doors.demo",
    # After ours: our templates come first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "mingbai.doors.web.middleware.ChineseFirst",
    "django.middleware.common.CommonMiddleware",
    "mingbai.doors.web.middleware.readable",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mingbai.base.staff.middleware.ActorMiddleware",
    "mingbai.base.staff.middleware.RefusedMiddleware",
]
ROOT_URLCONF = "mingbai.urls"
WSGI_APPLICATION = "mingbai.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "mingbai.doors.web.queries.page.page_context",
            ],
        },
    }
]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

AUTH_USER_MODEL = "staff.Official"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "mingbai.base.staff.forms.Adapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "明白账"
MFA_ADAPTER = "mingbai.base.staff.forms.SecondFactor"
# A laptop without network keeps its own time: half a minute to either side.
MFA_TOTP_TOLERANCE = 1
# Behind the https proxy everybody would have the proxy's address, and one person's mistakes would lock all out.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0

SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# 100 MB is more than any bureau's table; beyond the first megabytes an upload lies on the disk, not in memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = HOME / "scratch"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_MAX_BYTES = 60 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
