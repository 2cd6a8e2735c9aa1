"""Who can sign in to the demonstration world."""

import secrets
from dataclasses import dataclass

from accounts.access import Role
from accounts.models import User
from personnel.models import PoliceService


@dataclass(frozen=True)
class Account:
    role: str
    email: str
    password: str


# role, e-mail, name, service of a liaison
ACCOUNTS = [
    (Role.COORDINATOR, "coordinator@peaceops.example", "Noor Bellerive", None),
    (Role.COORDINATOR, "second.coordinator@peaceops.example", "Tobias Wrenfield", None),
    (Role.LIAISON, "liaison.sq@peaceops.example", "Maëlle Courtenay", "surete-du-quebec"),
    (Role.LIAISON, "liaison.opp@peaceops.example", "Desmond Harkaway", "opp"),
    (Role.AUDITOR, "auditor@peaceops.example", "Ines Valcartier", None),
    (Role.ADMINISTRATOR, "administrator@peaceops.example", "Priya Stonecroft", None),
]


def open_all() -> tuple[list[Account], User]:
    """Open the accounts with generated passwords; answer them, and the coordinator who is said to have done it all."""
    opened, users = [], []
    for role, email, name, service in ACCOUNTS:
        password = "-".join(secrets.token_hex(3) for _part in range(3))
        user = User.objects.create_user(email, password, name=name, role=role)
        if service:
            PoliceService.objects.get(code=service).liaisons.add(user)
        opened.append(Account(role.value, email, password))
        users.append(user)
    return opened, users[0]
