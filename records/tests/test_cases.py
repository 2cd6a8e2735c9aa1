"""Lists as police services send them: what is read, what is asked, and what is refused by name."""

import pytest

from personnel.models import Person
from records import work
from records.tests.bringing import brought, doubts, opened, results, saved

pytestmark = pytest.mark.django_db

HEADINGS = "Service de police;Matricule;Nom;Prénom;Grade;Genre;Langue;Date de naissance"
MARK = "\ufeff"


def lines(*rows: str, headings: str = HEADINGS) -> str:
    return MARK + "".join(f"{row}\r\n" for row in (headings, *rows))


def people(*rows: str) -> str:
    """Rows of number, family name, given name and birth."""
    cells = (row.split(";") for row in rows)
    return lines(*(f"SQ;{number};{family};{given};Agent;F;Français;{born}" for number, family, given, born in cells))


def columns(batch) -> list[str]:
    return sorted(batch.choices["tables"]["0"]["columns"].values())


KNOWN = ["born_on", "family_name", "first_language", "gender", "given_name", "rank", "service", "service_number"]
SEED = people(
    "88001;Côté;Anne;1985-04-03",
    "0088002;Lœuvre;Gisèle;1979-02-28",
    "88003;O'Brien;Máire;1988-02-29",
    "88004;de la Durantaye;Élise;1990-12-01",
)


def test_four_new_people_are_saved(sq):
    batch = saved(SEED, sq)

    assert (batch.state, batch.counts) == ("done", {"people": {"new": 4}})
    assert sorted(Person.objects.values_list("service_number", flat=True)) == ["0088002", "88001", "88003", "88004"]


@pytest.mark.parametrize(
    "content",
    [
        f"sep=;\r\n{HEADINGS}\r\nSQ;88010;Roy;Luc;Agent;F;Français;1984-01-09\r\n",
        f"sep=,\r\n{HEADINGS}\r\nSQ;88010;Roy;Luc;Agent;F;Français;1984-01-09\r\n".replace(";", ","),
        f'"SEP=|"\r\n{HEADINGS}\r\nSQ;88010;Roy;Luc;Agent;F;Français;1984-01-09\r\n'.replace(";", "|"),
        (
            MARK
            + '"Service de\npolice",'
            + HEADINGS[18:].replace(";", ",")
            + "\r\n"
            + "SQ,88010,Roy,Luc,Agent,F,Français,1984-01-09\r\n"
        ),
        (MARK + '"Service de\npolice";' + HEADINGS[18:] + "\r\n" + "SQ;88010;Roy;Luc;Agent;F;Français;1984-01-09\r\n"),
        f'{HEADINGS}\r\nSQ;88010;"Roy";Luc;"Agent";F;Français;1984-01-09'.replace(";", "\t"),
    ],
    ids=["sep ;", "sep ,", "sep |", "break and comma", "break and semicolon", "tabs"],
)
def test_separators_and_breaks_in_headings_are_no_question(sq, content):
    batch = opened(content, sq)

    assert (batch.state, columns(batch)) == ("preview", KNOWN)
    assert [(row.outcome, row.shown_for_reader) for row in batch.rows.all()] == [("new", "Luc Roy")]


def test_what_cannot_be_seen_changes_nothing(seeded):
    batch = opened(
        people(
            "88001;Co\u0302te\u0301\u200b;Anne;1985-04-03",
            "88003;O’Brien;Máire\u00a0;1988-02-29",
            "\u200e88004;de\u00a0la  Durantaye;E\u0301lise;1990-12-01",
            "0088002;Lœuvre;\u00adGisèle;1979-02-28",
        ),
        seeded,
    )

    assert results(batch) == [(2, "unchanged", []), (3, "unchanged", []), (4, "unchanged", []), (5, "unchanged", [])]


@pytest.mark.parametrize(
    ("name", "word"),
    [("CÃ´tÃ©", "CÃ´tÃ©"), ("C\ufffdt\ufffd", "C\ufffdt\ufffd"), ("Roy;IrÃ¨ne", "IrÃ¨ne"), ("NoÃ«l-Roy", "NoÃ«l-Roy")],
)
def test_damaged_letters_stop_a_list(sq, name, word):
    family, _semicolon, given = name.partition(";")

    batch = opened(people(f"88045;{family};{given or 'Anne'};1982-05-10"), sq)

    assert batch.state == "refused"
    assert batch.problem["en"].startswith(
        f"Characters of the file were damaged before it was imported, as in “{word}”."
    )


DOS = (
    "Service;Badge;Nom;First name;Rank;Gender;Language;Born\r\nSQ;88703;Lefebvre-Noël;Zoé;Agent;F;French;1982-05-11\r\n"
)
CAPITALS = "Service;Badge;Nom;First name\r\nSQ;88001;CÔTÉ;ANNE\r\nSQ;88704;GAGNÉ;HÉLÈNE\r\n"


@pytest.mark.parametrize(
    ("encoding", "text", "asked", "name"),
    [
        ("cp437", DOS, [["cp850", "Noël"], ["cp1252", "No‰l"]], "Zoé Lefebvre-Noël"),
        ("cp850", DOS, [["cp850", "Noël"], ["cp1252", "No‰l"]], "Zoé Lefebvre-Noël"),
        ("mac_roman", DOS, [["mac_roman", "Noël"], ["cp1252", "No‘l"]], "Zoé Lefebvre-Noël"),
        ("mac_roman", CAPITALS, [["mac_roman", "CÔTÉ"], ["cp1252", "CïTƒ"]], "HÉLÈNE GAGNÉ"),
    ],
)
def test_letters_that_are_not_certain_are_asked_by_a_word(seeded, encoding, text, asked, name):
    batch = opened(text.encode(encoding), seeded)

    assert (batch.state, batch.choices["samples"]) == ("columns", asked)
    work.choose_columns(batch, {**batch.choices, "encoding": asked[0][0]})
    work.work_on_all(today=seeded.date_joined.date())
    assert batch.rows.last().shown_for_reader == name


def test_letters_of_windows_are_no_question(seeded):
    batch = opened(SEED.removeprefix(MARK).encode("cp1252"), seeded)

    assert (batch.state, batch.counts) == ("preview", {"people": {"unchanged": 4}})


def test_what_is_no_number_is_refused_by_name(sq):
    batch = opened(
        people(
            "8,8E+10;Tremblay;Rémi;1983-03-03",
            "8.8e+10;Tremblay;Rémy;1983-03-04",
            "#N/A;Tremblay;Rosa;1983-03-05",
            "#REF!;Tremblay;Rose;1983-03-06",
            "#####;Tremblay;Ross;1983-03-07",
            "2026-03-12;Tremblay;Rita;1983-03-08",
            "88E10;Tremblay;Rolf;1983-03-09",
        ),
        sq,
    )

    mended = "format the column as text and type it again."
    error = "Service number: This is an error of the spreadsheet, {}: type the value instead."
    assert results(batch) == [
        (2, "refused", [f"Service number: “8,8E+10” is not the number that was typed: {mended}"]),
        (3, "refused", [f"Service number: “8.8e+10” is not the number that was typed: {mended}"]),
        (4, "refused", [error.format("#N/A")]),
        (5, "refused", [error.format("#REF!")]),
        (6, "refused", [error.format("#####")]),
        (7, "refused", [f"Service number: This is a date, 2026-03-12: {mended}"]),
        (8, "new", []),
    ]


def test_names_that_look_like_nothing_are_names(sq):
    batch = opened(
        people(
            "88050;Null;Jean;1980-01-01",
            "88051;NULL;True;1980-01-02",
            "88052;None;N/A;1980-01-03",
            "88053;O;X;1980-01-04",
            "88054;NaN;Nan;1980-01-05",
            "88055;-;Suharto;1980-01-06",
            "88056;;Suharto;1980-01-07",
            "88057;Łukaszewicz;Łukasz;1980-01-08",
            "88058;Đặng;Thị Đào;1980-01-09",
            "88059;Sørensen;Søren;1980-01-10",
            "88060;=Boucher;Lia;1980-01-11",
            "88061;'t Hooft;Gerard;1980-01-12",
            "88062;'-Test;Ada;1980-01-12",
            "88063;D‘Amours;Roch;1980-01-13",
            "88064;D'Amours;Roch;1980-01-13",
            "88065;D`Amours;Roch;1980-01-13",
        ),
        sq,
    )

    assert [(line, reasons) for line, outcome, reasons in results(batch) if outcome != "new"] == [
        (8, ["Family name: This is needed for a new record."]),
        (12, ["Family name: This is a formula: paste its value instead."]),
        (16, ["This person is already in line 15."]),
        (17, ["This person is already in line 15."]),
    ]
    work.accept(batch)
    work.work_on_all(today=sq.date_joined.date())
    found = {word: Person.objects.search(word).get().service_number for word in ("lukasz", "soren", "dang", "hooft")}
    assert found == {"lukasz": "88057", "soren": "88059", "dang": "88058", "hooft": "88061"}
    assert Person.objects.get(service_number="88062").family_name == "-Test"


def test_genders_as_people_write_them(sq):
    words = (
        "Femme F f féminin Féminin Homme H M masculin Masculin Mme M. X Autre Non_binaire Non-binaire Non_précisé N/D"
    )
    words += " W Female nonbinary NB Préfère_ne_pas_dire Monsieur F/F"
    rows = [
        f"SQ;{90000 + n};Genre;G{n};Agent;{word.replace('_', ' ')};Français;1981-01-01"
        for n, word in enumerate(words.split())
    ]
    refused = ["SQ;91000;Genre;A;Agent;;Français;1981-01-01", "SQ;91001;Genre;B;Agent;2;Français;1981-01-01"]
    refused += ["SQ;91002;Genre;C;Agent;H/F;Français;1981-01-01"]

    batch = saved(lines(*rows, *refused), sq)

    stored = (
        "woman woman woman woman woman man man man man man woman man another another another another not_said not_said"
    )
    stored += " woman woman another another not_said man woman"
    assert list(Person.objects.order_by("service_number").values_list("gender", flat=True)) == stored.split()
    assert [reasons for _line, outcome, reasons in results(batch) if outcome == "refused"] == [
        ["Gender: This is needed for a new record."],
        ["Gender: “2” is not one of the choices."],
        ["Gender: “H/F” is not one of the choices."],
    ]


def test_languages_and_ranks_as_people_write_them(sq):
    words = "Français F FR fr-CA Francophone fr_FR Franç. français/French Anglais A EN E Anglophone en-US Angl."
    ranks = (
        "Agent Agente Agent(e) agent·e agt Cst constable Sgt sergent Sergente SERGENT(E) Agent/Agente agt. Sergeant sgt"
    )
    rows = [
        f"SQ;{90000 + n};Langue;L{n};{rank};F;{word};1981-01-01"
        for n, (word, rank) in enumerate(zip(words.split(), ranks.split(), strict=True))
    ]
    refused = ["SQ;91000;Langue;A;Agent;F;Bilingue;1981-01-01", "SQ;91001;Langue;B;Agent;F;;1981-01-01"]

    batch = saved(lines(*rows, *refused), sq)

    assert [reasons for _line, outcome, reasons in results(batch) if outcome == "refused"] == [
        ["First official language: “Bilingue” is not one of the choices."],
        ["First official language: This is needed for a new record."],
    ]
    found = Person.objects.order_by("service_number").values_list("first_language", "rank__code")
    assert [language for language, _rank in found] == ["fr"] * 8 + ["en"] * 7
    kinds = (
        "agent agent agent agent agent agent agent sergeant sergeant sergeant sergeant agent agent sergeant sergeant"
    )
    assert [rank for _language, rank in found] == kinds.split()


def test_headings_of_other_forms_are_known(sq):
    headings = "No.,Surname,Given names,Rank,Sex (M/F),Date of Birth (dd/mm/yyyy),Badge #,First official language"
    rows = ["1,Tremblay,Guy,Sgt,M,03/04/1985,88620,French", "2,Tremblay,Lise,Sgt,F,25/12/1985,88621,French"]

    batch = opened("\r\n".join([headings, *rows]), sq)

    assert (batch.state, doubts(batch)) == ("columns", [["left_out"]])
    assert columns(batch) == [name for name in KNOWN if name != "service"]
    work.choose_columns(batch, batch.choices)
    work.work_on_all(today=sq.date_joined.date())
    born = [change[2]["en"] for row in batch.rows.all() for change in row.changes if change[0] == "born_on"]
    assert born == ["1985-04-03", "1985-12-25"]


@pytest.mark.parametrize(
    "headings",
    [
        "UN Index Number,Surnames,Forenames,Rank/Title,M/F,D.O.B.,Date of enlistment,Police agency",
        "Shield number,Family names,First names,Rank,Gender,Birthdate,Date joined,Department",
        "N° d'insigne,Nom usuel,Prénom à la naissance,Rang ou grade,Civilité,Née le,En service depuis,Corps",
        "No d'employé,Noms,Prénoms,Grade,Sexe,Naissance,Date d'assermentation,Service d'attache",
        "Service No.,Maiden name,Given name(s),Rank,Sex,Date naissance,Joined,Employer",
    ],
)
def test_further_headings_are_known(sq, headings):
    row = "88620,Tremblay,Lise,Sgt,F,1985-12-25,2009-09-01,SQ"

    batch = opened(f"{headings}\n{row}", sq)

    assert columns(batch) == [
        "born_on", "family_name", "gender", "given_name", "joined_on", "rank", "service", "service_number",
    ]  # fmt: skip


def test_a_web_page_is_no_workbook(sq):
    table = "<html>\n<body>\n<table>\n<tr><th>Matricule</th></tr>\n<tr><td>88600</td></tr>\n</table></body></html>\n"
    asked = [table, f"\ufeff  <!DOCTYPE html>{table}", table.replace("<html>\n<body>\n", "")]

    found = {opened(content, sq, name="liste.xls").problem["en"] for content in asked}

    assert found == {"This is a web page, not a workbook. Open it in a spreadsheet program and save it as XLSX."}


def test_headings_twice_are_pointed_out_and_the_choice_is_remembered_for_that_layout_only(sq):
    twice = MARK + f"{HEADINGS};Nom\r\nSQ;88120;Roy;Ann;Agent;F;Français;1982-02-02;Alias\r\n"
    once = people("88121;Roy;Anna;1982-02-03")

    batch = opened(twice, sq)
    assert (batch.state, doubts(batch), batch.tables[0]["doubled"]) == ("columns", [["doubled"]], [8])
    moved = {**batch.choices["tables"]["0"]["columns"], "8": "family_name"}
    moved.pop("2")
    batch.choices["tables"]["0"]["columns"] = moved
    work.choose_columns(batch, batch.choices)
    work.cancel(batch, by=sq)
    after, again = brought(once, sq), opened(twice.replace("88120", "88122"), sq)

    assert after.rows.get().shown_for_reader == "Anna Roy"
    assert (again.state, again.rows.get().shown_for_reader) == ("preview", "Ann Alias")
