"""User, Session, ApiToken, Attempt, CacheEntry."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from osler.kernel.keys import uuid7


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in: a member of staff or a patient, known by an e-mail address.

    An account belongs to one clinic, that of its first right. Whoever works in two has two accounts,
    so that nothing a clinic does to its own tells of, or reaches, another's.
    """

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Español"

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(null=True, editable=False)
    email = models.EmailField(_("E-mail"))
    name = models.CharField(_("Name"), max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")),
                name="user_email_lower_case",
            ),
            models.UniqueConstraint(
                fields=["email", "organization_id"],
                nulls_distinct=False,
                name="user_email_once_in_a_clinic",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """A signed-in browser. The key is stored as a hash: a stolen dump opens no session.

    `realm` keeps staff and portal apart: each has a cookie of its own.
    """

    class Realm(models.TextChoices):
        STAFF = "staff"
        PORTAL = "portal"

    key_hash = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    realm = models.CharField(max_length=8, choices=Realm, default=Realm.STAFF)
    data = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="session_by_expiry")]


class ApiToken(models.Model):
    """An opaque bearer token of a user; only its SHA-256 is stored.

    `scope` holds SMART v2 scopes parted by blanks, such as `user/*.cruds`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Attempt(models.Model):
    """How often something has been tried in vain; what and whose it was is kept as a hash."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField()
    since = models.DateTimeField()
    latest_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["latest_at"], name="attempt_by_latest")]


class CacheEntry(models.Model):
    """What all processes remember together for a while."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="cacheentry_by_expiry")]
