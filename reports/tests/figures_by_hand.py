"""Every measure counted again without a database: a few plain lines each, over all rows that a user may see."""

import datetime as dt
import statistics

from django.utils import timezone

from deployments.models import NominationTransition
from missions.models import Area, Mission
from personnel.models import Credential, PartnerAgreement
from reports.tests.by_hand import UNDER_WAY, WENT, ByHand

DAY = dt.timedelta(days=1)
Found = tuple[list[int], float | None]
"""The ids of the rows, in order, and the number."""


def rows(found) -> Found:
    keys = sorted(row.pk for row in found)
    return keys, len(keys)


def share(part, whole) -> Found:
    keys = sorted(row.pk for row in part)
    return keys, round(100 * len(keys) / len(whole), 1) if whole else None


class FiguresByHand(ByHand):
    """The measures of the catalogue for one user, as of a day, over a period."""

    def __init__(self, user, *, on, today, first, last):
        super().__init__(user)
        self.on, self.today, self.first, self.last = on, today, first, last
        self.areas = {area.pk: area for area in Area.objects.all()}
        self.missions = list(Mission.objects.prefetch_related("former_areas"))
        self.people_by_id = {person.pk: person for person in self.people}

    def area_of(self, mission_id, day) -> int:
        [mission] = [one for one in self.missions if one.pk == mission_id]
        for former in mission.former_areas.all():
            if former.withdrawn_at is None and (former.first_day or dt.date.min) <= day <= former.last_day:
                return former.area_id
        return mission.area_id

    def language_of(self, stay) -> str:
        [mission] = [one for one in self.missions if one.pk == stay.mission_id]
        if mission.language:
            return mission.language
        area = self.area_of(stay.mission_id, self.on)
        spoken = [row.language for row in self.authorizations(self.on, self.today) if row.area_id == area]
        return spoken[0] if spoken else ""

    def here(self):
        return [row for row in self.deployments if row.status in WENT and self.is_away(row, self.on, self.today)]

    def of_people(self, **wanted):
        [(name, value)] = wanted.items()
        return [row for row in self.here() if getattr(self.people_by_id[row.person_id], name) == value]

    def heads_by_area(self):
        """Of each area: how many use a place, and the cap."""
        places = [*self.in_mission(self.on, self.today), *self.approved(self.on, self.today)]
        caps = {row.area_id: row.cap for row in self.authorizations(self.on, self.today)}
        there = [self.area_of(row.mission_id, self.on) for row in places]
        return {area: (there.count(area), caps.get(area, 0)) for area in self.areas}

    def days_there(self, row) -> int:
        through = min(self.last, self.today)
        days = (min(row.departed_on or through, through) - max(row.arrived_on, self.first)).days + 1
        return max(0, days)

    def went(self):
        return [row for row in self.deployments if row.arrived_on and self.days_there(row) > 0]

    # --- Measures of a day

    def deployed_(self):
        return rows(self.here())

    def deployed_in_missions(self):
        return rows(row for row in self.here() if row.kind != "ancillary")

    def deployed_at_postings(self):
        return rows(row for row in self.here() if row.kind == "ancillary")

    def planned(self):
        return self._coming("planned")

    def approved_(self):
        return self._coming("approved")

    def _coming(self, status):
        if self.on < self.today:
            return [], None
        return rows(row for row in self.coming(self.on, self.today) if row.status == status)

    def authorized(self):
        found = self.authorizations(self.on, self.today)
        return sorted(row.pk for row in found), sum(row.cap for row in found)

    def free(self):
        left = {area: cap - used for area, (used, cap) in self.heads_by_area().items() if cap > used}
        return sorted(left), sum(left.values())

    def over(self):
        beyond = {area: used - cap for area, (used, cap) in self.heads_by_area().items() if used > cap}
        return sorted(beyond), sum(beyond.values())

    def places_taken(self):
        return rows([*self.in_mission(self.on, self.today), *self.approved(self.on, self.today)])

    def fill_rate(self):
        keys, _number = self.places_taken()
        authorized = self.authorized()[1]
        return keys, round(100 * len(keys) / authorized, 1) if authorized else None

    def partner_share(self):
        return share([row for row in self.here() if row.service.kind != "federal"], self.here())

    def civilians(self):
        return rows(self.of_people(category="civilian"))

    def women(self):
        return rows(self.of_people(gender="woman"))

    def share_of_women(self):
        return share(self.of_people(gender="woman"), self.here())

    def french_speaking(self):
        return rows(self.of_people(first_language="fr"))

    def in_french(self):
        return rows(row for row in self.here() if self.language_of(row) == "fr")

    def in_english(self):
        return rows(row for row in self.here() if self.language_of(row) == "en")

    def armed(self):
        return rows(row for row in self.here() if row.armed)

    def pipeline(self):
        if self.on >= self.today:
            return rows(row for row in self.nominations if row.stage in UNDER_WAY)
        found = []
        for row in self.nominations:
            moves = [move for move in row.transitions.all() if timezone.localdate(move.at) <= self.on]
            newest = max(moves, key=lambda move: (move.at, move.pk), default=None)
            if newest and newest.to_status in UNDER_WAY:
                found.append(row)
        return rows(found)

    # --- Measures of a period

    def deployments_(self):
        return rows(self.went())

    def people_(self):
        keys = sorted({row.person_id for row in self.went()})
        return keys, len(keys)

    def three_times(self):
        went = [row.person_id for row in self.went()]
        keys = sorted({person for person in went if went.count(person) >= 3})
        return keys, len(keys)

    def arrivals(self):
        through = min(self.last, self.today)
        return rows(row for row in self.deployments if row.arrived_on and self.first <= row.arrived_on <= through)

    def departed(self):
        through = min(self.last, self.today)
        return [row for row in self.deployments if row.departed_on and self.first <= row.departed_on <= through]

    def departures(self):
        return rows(self.departed())

    def person_days(self):
        return rows(self.went())[0], sum(self.days_there(row) for row in self.went())

    def countries(self):
        keys = sorted({self.area_of(row.mission_id, row.arrived_on) for row in self.went()})
        return keys, len(keys)

    def missions_(self):
        keys = sorted({row.mission_id for row in self.went()})
        return keys, len(keys)

    def early_ends(self):
        return rows(row for row in self.departed() if row.end_reason)

    def leaving(self):
        rows = [row for row in self.deployments if row.status in {"approved", "in_mission"}]
        return [row for row in rows if self.first <= row.ends_on <= self.last]

    def ending(self):
        return rows(self.leaving())

    def ending_without_successor(self):
        able = {person.pk: person for person in self.people if person.state == "active" and not person.merged_into_id}
        come = [
            row
            for row in self.all_deployments
            if row.status != "cancelled"
            and row.person_id in able
            and (row.status != "approved" or able[row.person_id].service_id == row.service_id)
        ]
        relieved = {
            stay.pk
            for stay in self.leaving()
            for row in come
            if row.relieves_id == stay.pk and ((row.arrived_on or row.starts_on) - stay.ends_on).days <= 1
        }
        posts = [row for row in self.leaving() if row.kind not in {"ancillary", "short_term"}]
        return rows(row for row in posts if row.pk not in relieved)

    def time_to_fill(self):
        opened = {position.pk: position.call_opens for position in self.positions}
        begun = set(self.arrivals()[0])
        found = [row for row in self.deployments if row.pk in begun and opened.get(row.position_id)]
        found = [row for row in found if opened[row.position_id] <= row.arrived_on]
        days = [(row.arrived_on - opened[row.position_id]).days for row in found]
        return sorted(row.pk for row in found), statistics.median(days) if days else None

    def time_in_state(self):
        found: dict[int, float] = {}
        visible = {row.pk for row in self.nominations}
        entered: dict[int, dt.datetime] = {}
        for move in NominationTransition.objects.order_by("pk"):
            if move.from_status == move.to_status:
                continue
            left_on = timezone.localdate(move.at)
            if move.nomination_id in entered and move.from_status and self.first <= left_on <= self.last:
                found[move.pk] = (move.at - entered[move.nomination_id]) / DAY
            entered[move.nomination_id] = move.at
        mine = {move.pk for move in NominationTransition.objects.filter(nomination__in=visible)}
        found = {key: days for key, days in found.items() if key in mine}
        return sorted(found), round(statistics.median(found.values()), 1) if found else None

    def ended_in_vain(self):
        mine = {row.pk for row in self.nominations}
        ends = {"not_eligible", "not_selected", "declined", "withdrawn"}
        return rows(
            move
            for move in NominationTransition.objects.all()
            if move.nomination_id in mine
            and move.to_status in ends
            and move.from_status != move.to_status
            and self.first <= timezone.localdate(move.at) <= self.last
        )

    # --- What runs out in a period

    def credentials_ending(self):
        told = [row for row in Credential.objects.select_related("kind", "person") if row.result == "met"]

        def goes_on(row):
            return any(
                (one.person_id, one.kind_id, one.profile_id) == (row.person_id, row.kind_id, row.profile_id)
                and one.issued_on <= row.expires_on + DAY
                and (one.expires_on or dt.date.max) > row.expires_on
                for one in told
            )

        return rows(
            row
            for row in told
            if self.may_see(row.person.service_id)
            and (not row.kind.is_restricted or self.user.role in {"coordinator", "liaison"})
            and row.person.state == "active"
            and row.person.merged_into_id is None
            and row.expires_on
            and self.first <= row.expires_on <= self.last
            and not goes_on(row)
        )

    def agreements_ending(self):
        signed = [
            row
            for row in PartnerAgreement.objects.all()
            if row.state == "signed" and (row.province_approved_on or not row.needs_province)
        ]
        return rows(
            row
            for row in signed
            if self.may_see(row.service_id)
            and self.first <= row.ends_on <= self.last
            and not [
                one
                for one in signed
                if one.service_id == row.service_id and one.starts_on <= row.ends_on + DAY and one.ends_on > row.ends_on
            ]
        )

    def consents_ending(self):
        found = []
        for row in self.consents:
            last_day = row.ends_on
            if row.state == "recalled":
                last_day = min(last_day, row.recalled_from - DAY)
            follow = [
                one
                for one in self.all_consents
                if (one.state, one.person_id, one.mission_id) == ("consented", row.person_id, row.mission_id)
                and one.starts_on <= row.ends_on + DAY
                and one.ends_on > row.ends_on
            ]
            goes_on = row.state == "consented" and follow
            if row.state in {"consented", "recalled"} and last_day >= row.starts_on and not goes_on:
                found += [row] if self.first <= last_day <= self.last else []
        return rows(found)

    def authorizations_ending(self):
        issued = [row for row in self.all_authorizations if row.state == "issued"]
        ending = [row for row in issued if row.valid_to and self.first <= row.valid_to <= self.last]
        return rows(
            row
            for row in ending
            if not [
                one
                for one in issued
                if one.area_id == row.area_id and row.valid_from < one.valid_from <= row.valid_to + DAY
            ]
        )
