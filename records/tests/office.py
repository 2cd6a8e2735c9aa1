"""An invented office since 1990: 20 services, 3,000 people, 4,000 stays in three countries, in one workbook.

Each country has so many desks, each held by one person after the other for a year of 365 days: who is where on a day
can be told by hand.
"""

import datetime as dt
import io
from collections.abc import Iterator

from openpyxl import Workbook

PEOPLE = 3000
SERVICES = 20
YEAR = dt.timedelta(days=365)
ONE_DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 27)

# Country → (desks, first day, stays at each desk). The last stay at a desk begins before today and ends after it where
# the years reach so far: 36 × 365 days from 1991 end in December 2026.
DESKS = {
    "arendelle": (40, dt.date(1991, 1, 1), 36),
    "borduria": (50, dt.date(1997, 1, 1), 30),
    "costaguana": (53, dt.date(2001, 1, 1), 20),
}
# Country → caps as (reference, cap, first day, last day).
CAPS = {
    "arendelle": [
        ("MA-A-1", 40, dt.date(1991, 1, 1), dt.date(2009, 12, 31)),
        ("MA-A-2", 45, dt.date(2010, 1, 1), None),
    ],
    "borduria": [("MA-B-1", 45, dt.date(1997, 1, 1), dt.date(2001, 12, 31)), ("MA-B-2", 50, dt.date(2002, 1, 1), None)],
    "costaguana": [("MA-C-1", 60, dt.date(2001, 1, 1), dt.date(2020, 12, 26))],
}


def stays() -> Iterator[tuple[int, str, dt.date, dt.date]]:
    """(number of the person, country, first day, last day), by first day: whoever comes twice comes decades later."""
    found = [
        (begins + year * YEAR, place, country)
        for place, (country, (desks, begins, years)) in enumerate(DESKS.items())
        for _desk in range(desks)
        for year in range(years)
    ]
    for number, (first, _place, country) in enumerate(sorted(found)):
        yield number % PEOPLE, country, first, first + YEAR - ONE_DAY


def number_of(person: int) -> str:
    return f"{person:05d}"


def service_of(person: int) -> str:
    return f"service-{person % SERVICES + 1:02d}"


def workbook() -> bytes:
    book = Workbook(write_only=True)

    def sheet(name: str, headings: list[str], rows) -> None:
        page = book.create_sheet(name)
        page.append(headings)
        for row in rows:
            page.append(row)

    sheet(
        "Ranks",
        [
            "Service family",
            "Code",
            "Level",
            "Band",
            "Name in English",
            "Name in French",
            "Abbreviation in English",
            "Abbreviation in French",
        ],
        [["Other Canadian services", "constable", 1, "Police officer", "Constable", "Agent / Agente", "Cst.", "Agt."]],
    )
    sheet(
        "Police services",
        [
            "Code",
            "Name in English",
            "Name in French",
            "Abbreviation in English",
            "Abbreviation in French",
            "Kind",
            "Ranks",
        ],
        [
            [
                f"service-{n:02d}",
                f"Service {n}",
                f"Service no {n}",
                f"S{n}",
                f"S{n}",
                "Municipal",
                "Other Canadian services",
            ]
            for n in range(1, SERVICES + 1)
        ],
    )
    sheet("Policy ceilings", ["Ceiling", "In force from", "Reason in English"], [[150, dt.date(1990, 1, 1), "Policy."]])
    sheet(
        "Countries and regions",
        ["Code", "Name in English", "Name in French"],
        [[code, code.title(), code.title()] for code in DESKS],
    )
    sheet(
        "Authorizations",
        [
            "Country or region",
            "Reference",
            "Cap",
            "In force from",
            "In force until",
            "Language of operation",
            "Armed",
            "Amends",
            "Reason in English",
        ],
        [
            [country, reference, cap, first, last, "English", "no", before, "As signed."]
            for country, rows in CAPS.items()
            for (reference, cap, first, last), before in zip(rows, [None, *(row[0] for row in rows)], strict=False)
        ],
    )
    sheet(
        "Lead organizations",
        ["Code", "Name in English", "Name in French", "Kind"],
        [["league", "League", "Ligue", "Coalition or other organization"]],
    )
    sheet(
        "Missions",
        [
            "Code",
            "Name in English",
            "Name in French",
            "Country or region",
            "Lead organization",
            "Usual tour, in months",
        ],
        [[f"m-{code}", f"{code.title()} Mission", f"Mission {code.title()}", code, "league", 12] for code in DESKS],
    )
    sheet(
        "People",
        [
            "Police service",
            "Service number",
            "Family name",
            "Given name",
            "Rank",
            "Gender",
            "First official language",
            "Date of birth",
            "Start of service",
        ],
        [
            [
                service_of(n),
                number_of(n),
                f"Family{n}",
                f"Given{n}",
                "Constable",
                "not said",
                "English",
                dt.date(1960, 1, 1) + n * ONE_DAY,
                dt.date(1982, 1, 1) + n * ONE_DAY,
            ]
            for n in range(PEOPLE)
        ],
    )
    sheet(
        "Deployments",
        ["Police service", "Service number", "Mission", "Planned first day", "Planned last day"],
        [[service_of(n), number_of(n), f"m-{country}", first, last] for n, country, first, last in stays()],
    )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
