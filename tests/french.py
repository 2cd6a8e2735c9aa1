"""The French catalogue and the sentences that it must hold.

`script/messages` runs this to add what is new and to drop what is gone; `test_french.py` compares both.
"""

from pathlib import Path

import polib
from babel.messages.extract import extract_from_dir

from peaceops.settings import OUR_APPS

BASE_DIR = Path(__file__).resolve().parent.parent
CATALOGUE = BASE_DIR / "locale" / "fr_CA" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def gather() -> set[tuple[str, str, str]]:
    """Every sentence of code and templates, as (context, singular, plural); "" where there is none."""
    found = set()
    places = [(BASE_DIR / name, [("**/tests/**", "ignore"), ("**.py", "python")]) for name in OUR_APPS]
    places.append((BASE_DIR / "templates", [("**.html", "enmerkar.extract.extract_django")]))
    for folder, methods in places:
        for _file, _line, message, _comments, context in extract_from_dir(
            folder, method_map=methods, keywords=KEYWORDS, strip_comment_tags=True
        ):
            singular, plural = message if isinstance(message, tuple) else (message, "")
            found.add((context or "", singular, plural))
    return found


def key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def main() -> None:
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=110)
    wanted = gather()
    known = {key(entry): entry for entry in catalogue}
    for gone in known.keys() - wanted:
        catalogue.remove(known[gone])
    for context, singular, plural in wanted - known.keys():
        entry = polib.POEntry(msgid=singular, msgctxt=context or None)
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
        catalogue.append(entry)
    catalogue.sort(key=key)
    catalogue.save()
    missing = len(catalogue.untranslated_entries())
    print(f"{len(wanted)} sentences, {missing} to translate in {CATALOGUE.relative_to(BASE_DIR)}.")


if __name__ == "__main__":
    main()
