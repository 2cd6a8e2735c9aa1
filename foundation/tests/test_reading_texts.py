"""Text files are read as the programs of the office save them: separators, quotation marks, line ends, letters."""

import pytest

from foundation.reading import opening
from foundation.reading.cells import ErrorCell, FormulaCell
from foundation.tests.sheets import HEADINGS, LIST, ROW, opened, refused, rows

READ = [HEADINGS.split(";"), ROW.split(";")]


@pytest.mark.parametrize("mark", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;;;;;;"])
def test_the_line_that_tells_excel_the_separator_is_no_row(tmp_path, mark):
    assert rows(tmp_path, f"{mark}\r\n{LIST}") == READ


def test_the_separator_that_is_said_is_obeyed_even_if_another_makes_more_cells(tmp_path):
    assert rows(tmp_path, "sep=~\nNom~Note\nRoy~a;b;c\n") == [["Nom", "Note"], ["Roy", "a;b;c"]]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found(tmp_path, separator):
    content = LIST.replace(";", separator)

    read, found = opened(tmp_path, content)

    assert [cells for _line, cells in opening.read_rows(read, 0, 0)] == READ
    assert found.separator == separator


@pytest.mark.parametrize(
    "content",
    [
        'Nom;Note\n"Roy; Luc";"a, b, c, d, e"\n',
        '"Nom";"Note"\n"Roy; Luc";"a, b, c, d, e"\n',
        '"Nom","Note"\n"Roy; Luc","a, b, c, d, e"\n',
        '"Nom", "Note"\n"Roy; Luc", "a, b, c, d, e"\n',
    ],
)
def test_the_separator_is_found_with_quotation_marks_in_mind(tmp_path, content):
    assert rows(tmp_path, content) == [["Nom", "Note"], ["Roy; Luc", "a, b, c, d, e"]]


@pytest.mark.parametrize(
    "content",
    [
        'Service de\npolice",Matricule,Nom',
        'Service de\r\npolice",Matricule,Nom',
        'Service de\rpolice",Matricule,Nom',
        'Service   de \n\n police",Matricule,Nom',
    ],
)
def test_a_line_break_in_a_heading_is_a_space(tmp_path, content):
    read, found = opened(tmp_path, f'"{content}\nSQ,88020,Gagné\n')

    assert opening.read_headings(read, 0, 1) == ["Service de police", "Matricule", "Nom"]
    assert found.tables[0].first_lines[0] == (1, ["Service de police", "Matricule", "Nom"])
    assert list(opening.read_rows(read, 0, 1)) == [(2, ["SQ", "88020", "Gagné"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\r\n;;\r\n"])
def test_lines_end_as_any_system_ends_them_and_blank_ones_are_left_out(tmp_path, end):
    assert rows(tmp_path, LIST.replace("\r\n", end)) == READ


def test_lines_keep_their_numbers_also_after_blank_ones(tmp_path):
    read, _found = opened(tmp_path, "Nom;Prénom\n\n;\nRoy;Luc\n")

    assert list(opening.read_rows(read, 0, 1)) == [(4, ["Roy", "Luc"])]


@pytest.mark.parametrize("trailing", [";", ";;;", "; ;", ";" * 300])
def test_separators_at_the_end_make_no_columns(tmp_path, trailing):
    assert rows(tmp_path, LIST.replace("\r\n", f"{trailing}\r\n")) == READ


def test_a_blank_column_amid_others_keeps_its_place(tmp_path):
    assert rows(tmp_path, "Nom;;Prénom\nRoy;;Luc\n") == [["Nom", None, "Prénom"], ["Roy", None, "Luc"]]


@pytest.mark.parametrize(
    "content",
    [b'Nom,Pr\n"a"b,c\n', b'Nom,Pr\na,"b\n', b'Nom,Pr\n"a""b,c\n', b"Nom\n" + b"x" * 200_000],
    ids=["a letter after it", "never closed", "doubled, never closed", "a line without end"],
)
def test_broken_quotation_marks_are_said(content):
    assert refused(content) == "The file cannot be read: a quotation mark or a line is broken."


def test_quotation_marks_within_a_word_are_letters(tmp_path):
    assert rows(tmp_path, 'Nom,Prénom\nRoy,Jean "Johnny"\n') == [["Nom", "Prénom"], ["Roy", 'Jean "Johnny"']]


@pytest.mark.parametrize(
    "text",
    ["#N/A", "#n/a", "#REF!", "#VALEUR!", "#NOM?", "#DIV/0!", "#NUL!", "#NOMBRE!", "#PROPAGATION!", "#####"],
)
def test_what_a_spreadsheet_writes_for_an_error_is_an_error(tmp_path, text):
    assert rows(tmp_path, f"Nom;Matricule\nRoy;{text}\n")[1] == ["Roy", ErrorCell(text)]


@pytest.mark.parametrize("text", ["N/A", "NULL", "None", "NaN", "-", "#12", "# 88"])
def test_words_that_programs_take_for_nothing_are_names(tmp_path, text):
    assert rows(tmp_path, f"Nom;Matricule\n{text};88050\n")[1] == [text, "88050"]


def test_a_formula_is_told_from_a_text_that_was_forced_to_stay_one(tmp_path):
    content = 'Nom;Matricule\n=A1;"=""0088001"""\n=Boucher;="0088002"\n'

    assert rows(tmp_path, content)[1:] == [[FormulaCell(), "0088001"], [FormulaCell(), "0088002"]]


# --- Letters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp1252"],
)
def test_letters_are_read_in_every_encoding_that_says_itself_or_is_that_of_windows(tmp_path, encoding):
    read, found = opened(tmp_path, LIST.encode(encoding))

    assert [cells for _line, cells in opening.read_rows(read, 0, 0)] == READ
    assert found.question == ""


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\0\0\xfe\xff"], ids=["utf-16", "utf-32"])
def test_the_mark_at_the_beginning_says_which_byte_comes_first(tmp_path, mark):
    encoding = "utf-16-be" if len(mark) == 2 else "utf-32-be"

    assert rows(tmp_path, mark + LIST.encode(encoding)) == READ


@pytest.mark.parametrize(
    ("words", "encoding", "sample"),
    [
        ("Zoé Lefebvre-Noël", "cp437", "Noël"),
        ("Zoé Lefebvre-Noël", "cp850", "Noël"),
        ("Élise Côté", "cp850", "Côté"),
        ("François D'Août-Bélanger", "cp850", "Bélanger"),
        ("Zoé Lefebvre-Noël", "mac_roman", "Noël"),
        ("Élise Côté", "mac_roman", "Côté"),
        ("Gisèle Lœuvre", "mac_roman", "Lœuvre"),
        ("ZOÉ NOËL", "mac_roman", "NOËL"),
        ("LÉA ROY", "mac_roman", "LÉA"),
        ("RENÉ ROY", "mac_roman", "RENÉ"),
        ("ÉMILE RIVIÈRE", "cp850", "RIVIÈRE"),
    ],
)
def test_letters_of_ms_dos_and_of_old_macintoshes_are_read_and_asked_about(tmp_path, words, encoding, sample):
    given, family = words.split(" ", 1)

    read, found = opened(tmp_path, f"Nom;First name;Badge\n{family};{given};88703\n".encode(encoding))

    assert list(opening.read_rows(read, 0, 1)) == [(2, [family, given, "88703"])]
    assert found.encoding == ("cp850" if encoding == "cp437" else encoding)
    assert str(found.question).endswith(f"Is this right: “{sample}”?")


@pytest.mark.parametrize(
    "words", ["Zoé Noël", "CÔTÉ", "NOËL", "D’Amours", "« Œuvre »", "«Œuvre»", "Nom “Œ”", "n° 5", "NIÑO", "Þór", "Šaski"]
)
def test_letters_of_windows_need_no_question(tmp_path, words):
    read, found = opened(tmp_path, f"Nom;Badge\n{words};88703\n".encode("cp1252"))

    assert list(opening.read_rows(read, 0, 1)) == [(2, [words, "88703"])]
    assert found.question == ""


def test_the_reader_may_say_that_the_other_word_is_right(tmp_path):
    content = "Nom;Note\nRoy;etc…\n".encode("cp1252")
    _read, found = opened(tmp_path, content)

    assert found.samples == [("cp850", "etcà"), ("cp1252", "etc…")]

    read, found = opened(tmp_path, content, encoding="cp1252")

    assert list(opening.read_rows(read, 0, 1)) == [(2, ["Roy", "etc…"])]
    assert found.question == ""


@pytest.mark.parametrize(
    "content",
    [
        "Имя\nИванов".encode("cp1251"),
        "الاسم\nعلي".encode("cp1256"),
        b"Nom\n\x81\x8d\x9d",
        "Nom\nΓιώργος".encode("cp1253"),
    ],
    ids=["Cyrillic", "Arabic", "no letters", "Greek"],
)
def test_letters_of_other_alphabets_are_refused(content):
    assert refused(content) == "The file's characters cannot be read. Save it as “CSV UTF-8”."


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Côté".encode().decode("cp1252"), "CÃ´tÃ©"),
        ("Irène".encode().decode("latin-1"), "IrÃ¨ne"),
        ("Élise".encode().decode("latin-1"), "Ã\x89lise"),
        ("O’Brien".encode().decode("cp1252"), "Oâ€™Brien"),
        ("Côté".encode().decode("cp850"), "C├┤t├®"),
        ("Côté".encode().decode("mac_roman"), "C√¥t√©"),
        ("C\ufffdt\ufffd", "C\ufffdt\ufffd"),
    ],
)
def test_letters_that_were_read_wrongly_before_are_refused(name, word):
    sentence = refused(f"Nom;Prénom\nLe {name};Anne\n")

    assert sentence.startswith(f"Characters of the file were damaged before it was imported, as in “{word}”.")


@pytest.mark.parametrize("name", ["João", "JOÃO", "Â", "SÃO", "Ærø", "voilà »", "É»", "Ångström", "√2", "pâté"])
def test_rare_letters_are_not_taken_for_damaged_ones(tmp_path, name):
    assert rows(tmp_path, f"Nom;Prénom\n{name};Anne\n")[1] == [name, "Anne"]


def test_a_file_of_which_some_lines_are_in_another_encoding_is_refused():
    content = "Nom\nCôté\n".encode() + "Noël\nHébert\nLefèvre\n".encode("cp1252")

    assert "as in “CÃ´tÃ©”" in refused(content)


@pytest.mark.parametrize(
    "content",
    [
        b"Nom\n" + b"Roy\n" * 2000 + b"\0\n",
        b"MZ\x90\0\x03\0\0\0 This program cannot be run",
        b"Nom;Pr\0nom\nRoy;Luc\n",
        b"\0" * 5000,
        b"Nom\nRo\0y",
    ],
    ids=["far below", "program", "in a heading", "nothing else", "in a cell"],
)
def test_bytes_that_are_no_text_are_refused(content):
    assert refused(content) == "This is not a CSV or XLSX file."


@pytest.mark.parametrize("content", [b"", b"\n\n\r\n", b" ; ;\n", b"\xef\xbb\xbf", b"sep=;\n"])
def test_a_file_without_a_row_is_empty(content):
    assert refused(content) == "The file is empty."
