"""How accounts are found by words, in the forms and filters of every app."""

from foundation.picking import by_words

find_users = by_words("name", "email")
