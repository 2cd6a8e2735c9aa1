"""The measures counted again without a database: plain loops over all rows."""

import datetime as dt

from deployments.models import Consent, Correction, Deployment, Excess, Nomination, Review, Waiver
from missions.models import Authorization, Ceiling, Position
from personnel.models import Credential, Person

FINISHED = {"completed", "ended_early", "closed"}
WENT = {"in_mission", *FINISHED}
UNDER_WAY = {
    "draft",
    "returned",
    "submitted",
    "screening",
    "assessment",
    "qualified",
    "nominated",
    "accepted",
    "deferred",
}


class ByHand:
    """Every measure once more, in plain Python over all rows that a user may see."""

    def __init__(self, user):
        self.user = user
        self.services = None if user.role != "liaison" else {service.pk for service in user.services.all()}
        self.all_deployments = list(Deployment.objects.select_related("mission"))
        self.deployments = [row for row in self.all_deployments if self.may_see(row.service_id)]
        self.nominations = [row for row in Nomination.objects.select_related("person") if self.may_see_candidate(row)]
        self.consents = [
            row for row in Consent.objects.select_related("person", "nomination") if self.may_see_candidate(row)
        ]
        self.all_consents = list(Consent.objects.all())
        self.waivers = [row for row in Waiver.objects.select_related("person") if self.may_see(row.person.service_id)]
        self.people = list(Person.objects.all())
        self.positions = list(Position.objects.select_related("mission"))
        self.all_authorizations = list(Authorization.objects.all())
        self.all_ceilings = list(Ceiling.objects.all())
        self.reviews = list(Review.objects.all())
        self.partners = {person.pk for person in Person.objects.select_related("service") if person.service.is_partner}
        self.agreed = {row.nomination_id for row in Consent.objects.all() if row.state == "consented"}

    def may_see(self, service_id) -> bool:
        return self.services is None or service_id in self.services

    def may_see_candidate(self, row) -> bool:
        return self.may_see(row.service_id) and (self.services is None or row.person.service_id == row.service_id)

    def is_away(self, row, on, today) -> bool:
        first, last = row.arrived_on or row.starts_on, row.departed_on or row.ends_on
        if row.status == "in_mission" and row.ends_on < today:
            last = today + dt.timedelta(days=60)
        return first <= on <= last

    def keys(self, name: str, on: dt.date, today: dt.date) -> list[int]:
        return sorted(row.pk for row in getattr(self, name)(on, today))

    def authorizations(self, on, today):
        return [
            r
            for r in self.all_authorizations
            if r.state == "issued" and r.valid_from <= on <= (r.valid_to or dt.date.max)
        ]

    def ceilings(self, on, today):
        return [row for row in self.all_ceilings if row.valid_from <= on <= (row.valid_to or dt.date.max)]

    def in_mission(self, on, today):
        rows = [row for row in self.all_deployments if row.status in WENT and row.kind != "ancillary"]
        return [row for row in rows if self.is_away(row, on, today)]

    def approved(self, on, today):
        rows = [row for row in self.all_deployments if row.status == "approved" and row.kind != "ancillary"]
        return [row for row in rows if self.is_away(row, on, today)]

    def held(self, on, today):
        rows = [row for row in self.all_deployments if row.status == "planned" and row.kind != "ancillary"]
        return [row for row in rows if self.is_away(row, on, today)]

    def to_come(self, on, today):
        rows = [row for row in self.all_deployments if row.status in {"planned", "approved"} and row.starts_on > on]
        return [row for row in rows if row.kind != "ancillary"]

    def at_postings(self, on, today):
        rows = [row for row in self.all_deployments if row.status in WENT and row.kind == "ancillary"]
        return [row for row in rows if self.is_away(row, on, today)]

    def deployed(self, on, today):
        return [row for row in self.deployments if row.status in WENT and self.is_away(row, on, today)]

    def coming(self, on, today):
        rows = [row for row in self.deployments if row.status in {"planned", "approved"}]
        return [row for row in rows if on == today or (on > today and row.ends_on >= on)]

    def ended(self, on, today):
        return [row for row in self.deployments if row.status in FINISHED and row.departed_on <= on]

    def deployments_ever(self, on, today):
        return [row for row in self.deployments if row.arrived_on and row.arrived_on <= on]

    def people_ever(self, on, today):
        went = {row.person_id for row in self.deployments_ever(on, today)}
        return [person for person in self.people if person.pk in went]

    def away(self, on, today):
        rows = [row for row in self.deployments if row.status in {"planned", "approved", "in_mission"}]
        return [row for row in rows if self.is_away(row, on, today)]

    def active_people(self, on, today):
        rows = [person for person in self.people if self.may_see(person.service_id)]
        return [person for person in rows if person.state == "active" and person.merged_into_id is None]

    def open_calls(self, on, today):
        rows = [row for row in self.positions if row.call_opens and row.call_opens <= on <= row.call_closes]
        return [row for row in rows if not [state for state in row.mission.states.all() if state.from_day <= on]]

    def live_nominations(self, on, today):
        return [row for row in self.nominations if row.stage in UNDER_WAY]

    def to_review(self, on, today):
        reviewed = {review.nomination_id for review in self.reviews if review.reviewer_id == self.user.pk}
        return [row for row in self.nominations if row.stage == "assessment" and row.pk not in reviewed]

    def to_plan(self, on, today):
        accepted = [row for row in self.nominations if row.stage == "accepted"]
        return [row for row in accepted if row.person_id not in self.partners or row.pk in self.agreed]

    def without_consent(self, on, today):
        answers = {
            row.pk: {one.state for one in self.all_consents if one.nomination_id == row.pk} for row in self.nominations
        }
        return [
            row
            for row in self.nominations
            if row.stage == "accepted"
            and answers[row.pk] & {"refused", "lapsed"}
            and not answers[row.pk] & {"offered", "consented"}
        ]

    def offers_to_answer(self, on, today):
        return [row for row in self.consents if row.state == "offered" and row.answer_by >= today]

    def recalled(self, on, today):
        taken_back = [row for row in Consent.objects.all() if row.state == "recalled"]
        return [
            stay
            for stay in self.deployments
            if stay.status in {"planned", "approved", "in_mission"}
            and any(
                (row.person_id, row.mission_id) == (stay.person_id, stay.mission_id)
                and row.recalled_from <= stay.ends_on
                and row.ends_on >= (stay.arrived_on or stay.starts_on)
                for row in taken_back
            )
        ]

    def to_approve(self, on, today):
        planned = [row for row in self.deployments if row.status == "planned" and row.ends_on >= today]
        return [row for row in planned if row.person_id not in self.partners]  # no partner consented to these

    def arrivals_expected(self, on, today):
        approved = [row for row in self.deployments if row.status == "approved"]
        return [row for row in approved if (row.starts_on - today).days <= 6]

    def overdue(self, on, today):
        return [row for row in self.deployments if row.status == "in_mission" and row.ends_on < today]

    def papers_to_verify(self, on, today):
        return [
            row
            for row in Credential.objects.select_related("kind", "person")
            if self.may_see(row.person.service_id)
            and row.person.state == "active"
            and row.kind.needs_verification
            and row.verified_by_id is None
            and row.result == "met"
            and (row.expires_on is None or row.expires_on >= today)
        ]

    def excesses_to_confirm(self, on, today):
        mine = {stay.pk for stay in self.deployments}
        return [
            row
            for row in Excess.objects.all()
            if row.deployment_id in mine and row.confirmed_at is None and row.recorded_by_id != self.user.pk
        ]

    def waivers_to_decide(self, on, today):
        return [row for row in self.waivers if row.state == "asked" and row.asked_by_id != self.user.pk]

    def corrections_to_confirm(self, on, today):
        if self.services is not None:
            return []
        return [row for row in Correction.objects.all() if row.state == "waiting" and row.asked_by_id != self.user.pk]
