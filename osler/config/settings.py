"""Django settings, made from one typed `Config` (environment or TOML)."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from osler.config.config import load_config
from osler.config.databases import database_settings
from osler.config.secrets import audit_key, sealing_key

CONFIG = load_config()
PACKAGE = Path(__file__).parents[1]

DEBUG = False
DEMO = CONFIG.demo
DEMO_PASSWORD = "osler-demo-clinic" if DEMO else ""
SECRET_KEY = CONFIG.secret_key
SEALING_KEY = sealing_key(CONFIG)
AUDIT_KEY = audit_key(CONFIG)
AUDIT_ANCHOR = CONFIG.audit_anchor or CONFIG.home / "anchors" / "audit.jsonl"
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
TRUSTED_PROXIES = CONFIG.proxy_networks
DATABASES = database_settings(CONFIG)
CACHES = {"default": {"BACKEND": "osler.foundation.accounts.shared_cache.SharedCache"}}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "osler.foundation.audit",
    "osler.foundation.jobs",
    "osler.foundation.terminology",
    "osler.foundation.ui",
    "osler.foundation.accounts",
    "osler.foundation.directory",
    "osler.foundation.access",
    "osler.clinic.patients",
    "osler.clinic.scheduling",
    "osler.clinic.insurance",
    "osler.clinic.records",
    "osler.clinic.billing",
    "osler.clinic.communication",
    "osler.clinic.intake",
    "osler.interop.gateways",
    "osler.interop.fhir",
    "osler.web.workspace",
    "osler.web.portal",
    "osler.ops",
]

# The chain of the pages; the FHIR doors leave it early (osler.config.wsgi).
MIDDLEWARE = [
    "osler.config.chains.living_connection",
    "osler.config.chains.machine_doors",
    "osler.config.compression.compress_pages",
    "osler.foundation.access.proxies.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "osler.foundation.ui.devices.close_devices",
    "osler.foundation.access.middleware.RealmSessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "osler.foundation.access.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "osler.config.urls"
WSGI_APPLICATION = "osler.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web/workspace/templates"],  # our sign-in pages before the library's
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "osler.foundation.access.context.actor",
                "osler.web.workspace.navigation.navigation",
                "osler.web.portal.navigation.portal_navigation",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# Accounts (django-allauth; PROMISES A16-A21)
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address has one account in each clinic, not one in all
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "osler.foundation.accounts.passwords.NotGuessedFirst"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
ACCOUNT_ADAPTER = "osler.foundation.access.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# Failures are counted by the adapter (accounts.attempts); a limit by network address alone would let one
# person lock out all who work behind it.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "change_password": "5/10m/user"}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_FORMS = {
    "authenticate": "osler.foundation.access.second_factor.CodeForm",
    "reauthenticate": "osler.foundation.access.second_factor.CodeAgainForm",
}
MFA_ADAPTER = "osler.foundation.access.second_factor.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from an administrator: nobody opens an account by himself
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_TOTP_ISSUER = "Osler"
LOGIN_URL = "/"
LOGIN_REDIRECT_URL = "/home/"

# Sessions: the server's clock alone ends them
SESSION_ENGINE = "osler.foundation.accounts.session_store"
SESSION_IDLE_MINUTES = CONFIG.session_idle_minutes
SESSION_HOURS = 12
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = False
CSRF_TRUSTED_ORIGINS = list(CONFIG.trusted_origins)
CSRF_FAILURE_VIEW = "osler.foundation.access.context.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
LIVE_URL = CONFIG.live_url
LIVE_PORT = CONFIG.live_port
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF, *([LIVE_URL] if LIVE_URL else [])],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Languages, time, numbers
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIG.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = CONFIG.home / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024  # photos are sealed before they touch a disk

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = CONFIG.smtp_host, CONFIG.smtp_port
EMAIL_TIMEOUT = 10
MAIL_FOLDER = CONFIG.mail_folder
DEFAULT_FROM_EMAIL = CONFIG.mail_from

SMS_URL, SMS_TOKEN, SMS_FROM = CONFIG.sms_url, CONFIG.sms_token, CONFIG.sms_from
SMS_SECRET = CONFIG.sms_secret or CONFIG.secret_key
SMS_FOLDER = CONFIG.sms_folder

CLEARINGHOUSE = CONFIG.clearinghouse
CLEARINGHOUSE_FOLDER = CONFIG.clearinghouse_folder
ELIGIBILITY_DAYS = CONFIG.eligibility_days

PROCRASTINATE_ON_APP_READY = "osler.foundation.jobs.periodic.register"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "osler.kernel.discretion.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"osler": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
