"""The first steps of an office that starts empty: what is there, what is missing, and where it is entered."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Permission, Role
from accounts.models import User
from deployments.models import Deployment
from missions.models import Authorization, Ceiling, Mission
from personnel.models import PartnerAgreement, Person, PoliceService, Rank

_BY_HAND = pgettext_lazy("first steps", "By hand")
_INVITING = _("Invite somebody")


@dataclass(frozen=True)
class _Kind:
    """What an office needs some of. `needs` is who may enter it by hand; None: administrators, in the administration.

    `listed` is who may bring it as a list, None where none holds it; `published` says that it comes with the program;
    `entering` is the word for entering one by hand.
    """

    title: Promise
    why: Promise
    rows: Callable[[], QuerySet]
    page: str
    entered_at: str
    needs: Permission | None = None
    listed: Permission | None = None
    published: bool = False
    entering: Promise = _BY_HAND


@dataclass(frozen=True)
class FirstStep:
    """One step for one reader: how many rows there are, and where more come in.

    `by_hand`, `from_list` and `published` are addresses, empty where there is no such way or the reader may not.
    `entering` is the word for the first. `done_by` says who does it, where the reader has no way at all.
    """

    title: Promise
    why: Promise
    there: int
    seen_at: str
    by_hand: str
    entering: Promise
    from_list: str
    published: str
    done_by: Promise | str

    @property
    def is_done(self) -> bool:
        return self.there > 0


KINDS = [
    _Kind(
        _("Coordinators"),
        _("They plan and approve. An administrator invites them by e-mail."),
        lambda: User.objects.filter(role=Role.COORDINATOR, is_active=True),
        "",
        "admin:accounts_user_add",
        entering=_INVITING,
    ),
    _Kind(
        _("Ranks"),
        _("Of each family of police services, in their order."),
        Rank.objects.all,
        "",
        "admin:personnel_rank_changelist",
        listed=Permission.RECORDS_IMPORT,
        published=True,
    ),
    _Kind(
        _("Police services"),
        _("The RCMP and its partners, with the numbers of their redlines."),
        PoliceService.objects.all,
        "service_list",
        "admin:personnel_policeservice_add",
        listed=Permission.RECORDS_IMPORT,
        published=True,
    ),
    _Kind(
        _("Agreements with partner services"),
        _("Without one in force nobody of a partner service is approved."),
        PartnerAgreement.objects.all,
        "service_list",
        "service_list",
        Permission.SERVICE_EDIT,
        listed=Permission.RECORDS_IMPORT,
    ),
    _Kind(
        _("Liaisons"),
        _("They put candidates forward for their service. An administrator invites them by e-mail."),
        lambda: User.objects.filter(role=Role.LIAISON, is_active=True),
        "",
        "admin:accounts_user_add",
        entering=_INVITING,
    ),
    _Kind(
        _("Policy ceiling"),
        _("How many may be deployed in all."),
        Ceiling.objects.all,
        "ceiling_detail",
        "ceiling_record",
        Permission.AUTHORIZATION_RECORD,
        listed=Permission.RECORDS_IMPORT,
        published=True,
    ),
    _Kind(
        _("Missions"),
        _("With their country or region, which is entered first."),
        Mission.objects.all,
        "mission_list",
        "area_list",
        Permission.MISSION_EDIT,
        listed=Permission.RECORDS_IMPORT,
        published=True,
    ),
    _Kind(
        _("Authorizations"),
        _("Up to how many may go to a country or region. Without one nobody is approved."),
        Authorization.objects.all,
        "area_list",
        "area_list",
        Permission.AUTHORIZATION_RECORD,
        listed=Permission.RECORDS_IMPORT,
        published=True,
    ),
    _Kind(
        _("People"),
        _("One by one, or as a list."),
        Person.objects.current,
        "person_list",
        "person_add",
        Permission.PERSON_EDIT,
        listed=Permission.CANDIDATE_IMPORT,
    ),
    _Kind(
        _("Deployments"),
        _("Who is away, who comes next, and who was there before."),
        Deployment.objects.all,
        "deployment_list",
        "deployment_plan",
        Permission.DEPLOYMENT_PLAN,
        listed=Permission.RECORDS_IMPORT,
    ),
]


def are_left() -> bool:
    """Whether something of what an office needs is missing altogether; one query."""
    there = {f"step_{number}": Exists(kind.rows()) for number, kind in enumerate(KINDS)}
    # Asked beside any one account: whoever looks has one.
    found = User.objects.annotate(**there).values(*there).first() or {}
    return not all(found.values())


def for_user(user: User) -> list[FirstStep]:
    """All steps in their order, for this reader."""
    return [_for_user(user, kind) for kind in KINDS]


def _for_user(user: User, kind: _Kind) -> FirstStep:
    by_hand = reverse(kind.entered_at) if _may_enter(user, kind) else ""
    from_list = reverse("import_add") if kind.listed and user.may(kind.listed) else ""
    others = _("An administrator does this.") if kind.needs is None else _("A coordinator does this.")
    return FirstStep(
        title=kind.title,
        why=kind.why,
        there=kind.rows().count(),
        seen_at=reverse(kind.page) if kind.page else "",
        by_hand=by_hand,
        entering=kind.entering,
        from_list=from_list,
        published=reverse("published_data") if kind.published and user.may(Permission.RECORDS_IMPORT) else "",
        done_by="" if by_hand or from_list else others,
    )


def _may_enter(user: User, kind: _Kind) -> bool:
    return user.is_staff if kind.needs is None else user.may(kind.needs)
