"""Who can sign in to the demonstration world."""

import secrets
from dataclasses import dataclass

from accounts.access import Role
from accounts.models import User
from flags import news
from flags.models import LetterChoice, Rhythm
from outbox.models import Subscriber
from peaceops.demonstration.mark import DOMAIN
from personnel.models import PoliceService


@dataclass(frozen=True)
class Account:
    role: str
    email: str
    password: str


EN, FR = "en-ca", "fr-ca"
# role, e-mail, name, language, service of a liaison, rhythm of letters ("" is that of the role)
ACCOUNTS = [
    (Role.COORDINATOR, f"coordinator{DOMAIN}", "Noor Bellerive", EN, None, Rhythm.AT_ONCE),
    (Role.COORDINATOR, f"second.coordinator{DOMAIN}", "Tobias Wrenfield", FR, None, ""),
    (Role.LIAISON, f"liaison.sq{DOMAIN}", "Maëlle Courtenay", FR, "surete-du-quebec", Rhythm.AT_ONCE),
    (Role.LIAISON, f"liaison.opp{DOMAIN}", "Desmond Harkaway", EN, "opp", ""),
    (Role.AUDITOR, f"auditor{DOMAIN}", "Ines Valcartier", EN, None, ""),
    (Role.ADMINISTRATOR, f"administrator{DOMAIN}", "Priya Stonecroft", EN, None, ""),
]
# name, medium, address, language, kinds of flags. The private address is refused, so there are undelivered letters.
SUBSCRIBERS = [
    ("Duty desk", "mailbox", "duty.desk@peaceops.example", EN, ["cap_exceeded", "mission_stopped"]),
    ("Staffing board", "webhook", "https://10.0.0.5/flags", EN, ["no_successor"]),
]


def open_all() -> tuple[list[Account], User]:
    """Create the accounts with generated passwords; return them and the coordinator who records all other rows."""
    opened, users = [], []
    for role, email, name, language, service, rhythm in ACCOUNTS:
        password = "-".join(secrets.token_hex(3) for _part in range(3))
        user = User.objects.create_user(email, password, name=name, role=role, language=language)
        LetterChoice.objects.create(user=user, rhythm=rhythm)
        if service:
            PoliceService.objects.get(code=service).liaisons.add(user)
        opened.append(Account(role.value, email, password))
        users.append(user)
    for name, medium, address, language, kinds in SUBSCRIBERS:
        Subscriber.objects.create(name=name, medium=medium, address=address, language=language, kinds=kinds)
    return opened, users[0]


def know_the_news() -> None:
    """What happened before the world is opened is no news: letters begin with what happens from then on."""
    newest = news.newest_number()
    LetterChoice.objects.update(news_up_to=newest, urgent_up_to=newest)


def second_coordinator() -> User:
    """Who asks for what the first one is to confirm."""
    return User.objects.filter(role=Role.COORDINATOR).order_by("id")[1]
