"""The accounts of those who sign in."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.access import GRANTS, Permission, Role
from foundation.text import LineField
from foundation.writes import TellingQuerySet


class UserQuerySet(TellingQuerySet):
    def update(self, **values) -> int:
        if values.get("is_active") is False:
            values["times_closed"] = F("times_closed") + 1
        return super().update(**values)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    # Addresses are stored in lower case (a constraint) and looked up in any case.

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, role=Role.ADMINISTRATOR, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One account with one role; what the role may do is in `accounts.access.GRANTS`.

    A liaison is tied to police services through `personnel.PoliceService.liaisons`.
    Accounts are closed (`is_active`), never deleted: their acts stay on record. Closing one ends its sessions for good:
    `times_closed` is part of what each session is bound to.
    """

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("An account with this e-mail address exists already.")},
    )
    name = LineField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    language = models.CharField(_("language of e-mails"), max_length=5, choices=settings.LANGUAGES, default="en-ca")
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Clear this to close the account. Accounts are never deleted.")
    )
    times_closed = models.PositiveIntegerField(_("times closed"), default=0, editable=False)
    date_joined = models.DateTimeField(_("opened at"), default=timezone.now, editable=False)

    untold_fields = ("password",)
    machine_fields = ("last_login", "times_closed")
    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]
        constraints = [
            # One spelling of an address, so that no two accounts differ only in case.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args, **kwargs) -> None:
        if not self.is_active and not self._state.adding:
            self.times_closed += 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "times_closed"}
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's is made of the password alone, and the sessions of a closed account would go on when it is reopened.
        of_password = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]  # no stub knows this hook
        return salted_hmac("accounts.session", f"{self.times_closed} {of_password}", secret=secret).hexdigest()

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        return self.name

    @property
    def sees_every_service(self) -> bool:
        """False for a liaison, who sees the own services only (rule 20); every `visible_to` asks this."""
        return self.role != Role.LIAISON

    @property
    def is_staff(self) -> bool:
        """Who may enter the Django admin."""
        return self.role == Role.ADMINISTRATOR

    def may(self, permission: Permission) -> bool:
        """Whether the role of this account grants `permission`, and the account is not closed."""
        return self.is_active and permission in GRANTS[Role(self.role)]

    # The Django admin calls these two. Administrators may do everything there that its pages do not refuse to everybody
    # (deleting a person, …).
    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class SavedView(models.Model):
    """A list as somebody likes to open it again: its page with a filter and an order, by a name of the own choice.

    `of` is the name of the figure or report in the address of its page.
    """

    class List(models.TextChoices):
        DEPLOYMENTS = "deployment_list", _("Deployments")
        NOMINATIONS = "nomination_list", _("Nominations")
        PEOPLE = "person_list", _("People")
        FLAGS = "flag_list", _("Flags")
        POSITIONS = "position_list", _("Positions")
        MISSIONS = "mission_list", _("Missions")
        PAPERS = "papers_to_verify", _("Credentials to verify")
        WAIVERS = "waiver_list", _("Waivers")
        CORRECTIONS = "correction_list", _("Corrections")
        EXCESSES = "excess_list", _("Recorded beyond the cap")
        NEWS = "news_list", _("What is new")
        EVENTS = "event_list", _("Events")
        FIGURES = "figure_detail", _("Figures")
        REPORTS = "report_detail", _("Reports")

    BY_NAME = (List.FIGURES, List.REPORTS)
    """Pages of which there are several, each with its name in the address."""
    AT_MOST = 50
    """So many views of one person."""
    LONGEST_QUERY = 1000
    LONGEST_NAME = 60

    user = models.ForeignKey(User, verbose_name=_("account"), on_delete=models.PROTECT, related_name="saved_views")
    list = models.CharField(_("list"), max_length=20, choices=List)
    of = LineField(_("figure or report"), max_length=LONGEST_NAME, blank=True)
    name = LineField(_("name"), max_length=60)
    query = LineField(_("filter"), max_length=LONGEST_QUERY, blank=True)

    untold_fields = ("name", "query")  # who was searched for
    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["user", "list", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list", "of", "name"],
                name="saved_view_name_once",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(
                    list__in=[
                        "deployment_list", "nomination_list", "person_list", "flag_list", "position_list",
                        "mission_list", "papers_to_verify", "waiver_list", "correction_list", "excess_list",
                        "news_list", "event_list", "figure_detail", "report_detail",
                    ]
                ),
                name="saved_view_list_known",
            ),
            models.CheckConstraint(
                condition=Q(list__in=["figure_detail", "report_detail"], of__gt="")
                | ~Q(list__in=["figure_detail", "report_detail"]) & Q(of=""),
                name="saved_view_of_a_name",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        address = reverse(self.list, args=[self.of] if self.of else [])
        return f"{address}?{self.query}" if self.query else address
