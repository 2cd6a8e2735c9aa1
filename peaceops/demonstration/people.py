"""Invented people. Names are drawn at random from both languages and from Canada's many origins."""

import datetime as dt
import heapq
import random
from itertools import count

from personnel.models import Person, PoliceService, Rank

# fmt: off
FRENCH_WOMEN = [
    "Anaïs", "Béatrice", "Camille", "Coralie", "Émilie", "Florence", "Gabrielle", "Hélène", "Josée", "Laurence",
    "Maude", "Noémie", "Océane",
]
FRENCH_MEN = [
    "Alexis", "Benoît", "Cédric", "Étienne", "Félix", "Gaël", "Hugo", "Jérôme", "Loïc", "Mathis", "Olivier", "Rémi",
    "Théo", "Yannick",
]
ENGLISH_WOMEN = [
    "Abigail", "Beth", "Chloe", "Dana", "Erin", "Fatima", "Grace", "Harpreet", "Imani", "Jia", "Kiona", "Leah", "Mei",
    "Nadia", "Opal", "Siobhan",
]
ENGLISH_MEN = [
    "Aaron", "Bilal", "Connor", "Dylan", "Ewan", "Farid", "Gurdeep", "Hakeem", "Ivan", "Jonah", "Kofi", "Liam",
    "Mateo", "Nolan", "Owen", "Tariq",
]
FRENCH_FAMILIES = [
    "Archambeault", "Bellefleur", "Brisebois", "Charlebois", "Courtemanche", "D'Entremont", "Desrosiers", "Duquette",
    "Fontaine", "Gingras", "Jolicœur", "L'Espérance", "Laframboise", "Lamontagne", "Lapierre", "Larivière",
    "Maisonneuve", "Quintal", "Robillard", "Sansregret", "St-Amour", "Tranchemontagne", "Vadeboncœur", "Villeneuve",
]
ENGLISH_FAMILIES = [
    "Abernathy", "Ashgrove", "Blackwood", "Castellanos", "Chowdhury", "Dhaliwal", "Eaglespeaker", "Fairweather",
    "Greyeyes", "Hollingsworth", "Ibekwe", "Kowalchuk", "Lindqvist", "MacAskill", "Nakamura", "O'Hanlon", "Papadakis",
    "Redcrow", "Santiago", "Thunderchild", "Underhill", "Whitecalf", "Yellowknee", "Zielinski",
]
# fmt: on
FRENCH_SERVICES = {"surete-du-quebec", "spvm", "gatineau", "saguenay", "saint-jerome", "riviere-du-loup"}

# Who is drawn how often: about six in ten come from partners.
SHARES = {
    "rcmp": 40,
    "surete-du-quebec": 14,
    "spvm": 12,
    "opp": 10,
    "gatineau": 4,
    "saguenay": 3,
    "saint-jerome": 2,
    "riviere-du-loup": 2,
    "durham": 4,
    "toronto": 5,
    "calgary": 4,
}


class People:
    """Draws somebody for each tour, the same person again after a rest of more than a year where it fits."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        self.services = list(PoliceService.objects.filter(code__in=SHARES))
        self.weights = [SHARES[service.code] for service in self.services]
        self.ranks: dict[str, list[Rank]] = {}
        for rank in Rank.objects.exclude(code="civilian-member").order_by("family", "level"):
            self.ranks.setdefault(rank.family, []).append(rank)
        self.civilian_rank = Rank.objects.get(code="civilian-member")
        self.numbers = count(10001)
        self.rested: list[tuple[dt.date, int, Person]] = []
        self.count = 0

    def draw(self, first_day: dt.date, last_day: dt.date, *, french: bool, civilian: bool = False) -> Person:
        """Somebody free from the first day through the last; in French for a mission in French."""
        while self.rested and first_day.year >= 2004 and self.rested[0][2].state == Person.State.RETIRED:
            heapq.heappop(self.rested)  # whoever left the service does not go again
        again = not civilian and self.rested and self.rested[0][0] < first_day and self.chance.random() < 0.3
        person = heapq.heappop(self.rested)[2] if again else self._somebody_new(first_day, french, civilian)
        if not civilian:
            heapq.heappush(self.rested, (last_day + dt.timedelta(days=400), person.pk, person))
        return person

    def draw_from(self, service: str, first_day: dt.date, *, french: bool) -> Person:
        """Somebody new of one service."""
        return self._somebody_new(first_day, french, civilian=False, code=service)

    def rank_then(self, person: Person, day: dt.date, today: dt.date) -> Rank | None:
        """A rank lower for each ten years back."""
        if person.rank is None or person.category == Person.Category.CIVILIAN:
            return person.rank
        ladder = self.ranks[person.rank.family]
        return ladder[max(0, ladder.index(person.rank) - (today - day).days // 3653)]

    def _somebody_new(self, first_day: dt.date, french: bool, civilian: bool, code: str = "") -> Person:
        chance, code = self.chance, "rcmp" if civilian else code
        service = next((service for service in self.services if service.code == code), None)
        service = service or chance.choices(self.services, self.weights)[0]
        speaks_french = service.code in FRENCH_SERVICES or chance.random() < (0.45 if french else 0.2)
        # Women: about one in ten in 1989, more than one in four today.
        woman = chance.random() < 0.1 + 0.18 * (first_day.year - 1989) / 37
        given = (FRENCH_WOMEN if woman else FRENCH_MEN) if speaks_french else (ENGLISH_WOMEN if woman else ENGLISH_MEN)
        family = chance.choice(FRENCH_FAMILIES if speaks_french else ENGLISH_FAMILIES)
        joined = first_day - dt.timedelta(days=chance.randrange(6 * 365, 20 * 365))
        ladder = self.ranks[service.rank_family]
        level = min(len(ladder) - 1, int(chance.expovariate(1.1)), 6)
        self.count += 1
        return Person.objects.create(
            category=Person.Category.CIVILIAN if civilian else Person.Category.POLICE,
            given_name=chance.choice(given),
            family_name=family,
            service=service,
            service_number=f"{service.abbreviation_en}-{next(self.numbers)}",
            rank=self.civilian_rank if civilian else ladder[level],
            gender=Person.Gender.WOMAN if woman else Person.Gender.MAN,
            first_language="fr" if speaks_french else "en",
            born_on=joined - dt.timedelta(days=chance.randrange(21 * 365, 27 * 365)),
            joined_on=joined,
            state=Person.State.RETIRED if first_day.year < 2004 else Person.State.ACTIVE,
        )
