"""What people of the demonstration world write: each in the own language, as people do."""

from accounts.models import User

INVENTED = {"en-ca": "Invented for the demonstration.", "fr-ca": "Inventé pour la démonstration."}


def written_by(user: User) -> str:
    return INVENTED[user.language]
