"""The people who are deployed: police officers and civilians."""

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from foundation.text import LineField, NormalisedField
from foundation.writes import TellingQuerySet
from personnel.models.identities import FormerName
from personnel.models.services import PoliceService, Rank

if TYPE_CHECKING:
    from accounts.models import User


LONGEST_SEARCH = 100
"""Characters of a search that are used. No name is longer, and each word adds a condition to the query."""


class PersonQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        return self.all() if user.sees_every_service else self.filter(service__in=user.services.all())

    def current(self) -> Self:
        """Leaves out the records that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def search(self, words: str) -> Self:
        """People whose name and service number, now or before, contain every word, ignoring case, accents and ranks."""
        wanted = set(Rank.objects.left_out_of(words[:LONGEST_SEARCH]))
        if not wanted:
            return self.all()
        said = Q()
        for word in wanted:
            said &= Q(search_text__contains=word)
        return self.filter(said | Exists(FormerName.objects.filter(said, person=OuterRef("pk"))))


class Person(models.Model):
    """A police officer or civilian of a police service, with today's service and rank.

    A deployment keeps those of its own time. People are never deleted: a duplicate record is merged into another and
    then points to it (`merged_into`).
    """

    class Category(models.TextChoices):
        POLICE = "police", _("Police")
        CIVILIAN = "civilian", _("Civilian")

    class Gender(models.TextChoices):
        WOMAN = "woman", _("Woman")
        MAN = "man", _("Man")
        ANOTHER = "another", _("Another gender")
        NOT_SAID = "not_said", _("Not said")

    class OfficialLanguage(models.TextChoices):
        ENGLISH = "en", _("English")
        FRENCH = "fr", _("French")

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("person", "Active")
        RETIRED = "retired", pgettext_lazy("person", "Retired")
        DECEASED = "deceased", pgettext_lazy("person", "Deceased")

    category = models.CharField(_("category"), max_length=10, choices=Category, default=Category.POLICE)
    given_name = LineField(
        _("given name"), max_length=100, blank=True, help_text=_("Leave empty for somebody with one name.")
    )
    family_name = LineField(_("family name"), max_length=100)
    service = models.ForeignKey(
        PoliceService,
        verbose_name=_("police service"),
        on_delete=models.PROTECT,
        related_name="people",
        db_index=False,  # `person_by_service` begins with it
    )
    service_number = LineField(_("service number"), max_length=30, blank=True)
    rank = models.ForeignKey(
        Rank, verbose_name=_("rank"), null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    gender = models.CharField(_("gender"), max_length=10, choices=Gender)
    first_language = models.CharField(_("first official language"), max_length=2, choices=OfficialLanguage)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    joined_on = models.DateField(_("start of service"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
    )
    search_text = NormalisedField(
        _("search text"), sources=("given_name", "family_name", "given_name", "service_number")
    )
    sort_name = NormalisedField(_("name for sorting"), sources=("family_name", "given_name"))
    number_key = NormalisedField(_("number for searching"), sources=("service_number",), spaces=False)

    untold_fields = ("given_name", "family_name", "service_number", "gender", "first_language", "born_on", "joined_on")
    objects = PersonQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search_text", "sort_name", "number_key"])

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_name", "id"]
        indexes = [
            # The list as it comes; the list of deployments by name; `duplicates.same_name_and_birth`.
            models.Index(fields=["sort_name", "id"], name="person_as_listed"),
            # The list by service, and the people of a service.
            models.Index(fields=["service", "id"], name="person_by_service"),
            # The list by state.
            models.Index(fields=["state", "id"], name="person_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "service_number"],
                condition=~Q(service_number=""),
                name="person_service_number_once",
                violation_error_message=_("Somebody else of this service has this service number."),
            ),
            models.CheckConstraint(condition=~Q(family_name=""), name="person_has_a_name"),
            models.CheckConstraint(condition=Q(category__in=["police", "civilian"]), name="person_category_known"),
            models.CheckConstraint(
                condition=Q(category="civilian") | Q(rank__isnull=False),
                name="person_police_has_rank",
                violation_error_message=_("A police officer has a rank."),
            ),
            models.CheckConstraint(
                condition=Q(gender__in=["woman", "man", "another", "not_said"]), name="person_gender_known"
            ),
            models.CheckConstraint(condition=Q(first_language__in=["en", "fr"]), name="person_language_known"),
            models.CheckConstraint(
                condition=Q(joined_on__gt=models.F("born_on")) | Q(joined_on=None) | Q(born_on=None),
                name="person_born_before_the_service",
                violation_error_message=_("The service cannot begin before the birth."),
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="person_not_merged_into_itself"),
            models.CheckConstraint(condition=Q(state__in=["active", "retired", "deceased"]), name="person_state_known"),
        ]

    def __str__(self) -> str:
        title = f"{self.rank.abbreviation} " if self.rank else ""
        return f"{title}{self.full_name}"

    def clean(self) -> None:
        # A check constraint cannot compare the rank with the row of the service.
        if self.rank and self.service_id and self.rank.family != self.service.rank_family:
            raise ValidationError({"rank": _("This rank is not used by this police service.")})
        if self.category == self.Category.POLICE and self.rank is None:
            raise ValidationError({"rank": _("Choose a rank: every police officer has one.")})

    def save(self, *args, **kwargs) -> None:
        """Save the person; a name or number that is replaced stays findable (`FormerName`)."""
        before = None if self._state.adding else Person.objects.filter(pk=self.pk).first()
        super().save(*args, **kwargs)
        if before:
            FormerName.objects.keep(before, self)

    def get_absolute_url(self) -> str:
        return reverse("person_detail", args=[self.pk])

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()
