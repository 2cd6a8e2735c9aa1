"""Names of uploaded files: whatever somebody's computer called them, they can be shown and saved anywhere."""

import pytest

from foundation.file_names import safe_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("CV Noël.pdf", "CV Noël.png"),
        ("CV; Noël<script>.pdf.exe", "CV Noël script.png"),
        ("L’attestation d'études (2026).jpeg", "L’attestation d'études (2026).png"),
        ("Évaluation “2026”.pdf", "Évaluation 2026.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\Bob\\cv.docx", "cv.png"),
        ("a\0b\x1b[31m\r\nc\td.pdf", "ab 31m c d.png"),
        ("fdp.\u202egnp.exe", "fdp.gnp.png"),
        ("...htaccess", "htaccess.png"),
        (".pdf", "pdf.png"),
        ("'\"cv\"'.pdf", "cv.png"),
        ("CON", "document CON.png"),
        ("nul.tar.pdf", "document nul.tar.png"),
        ("COM¹.pdf", "document COM¹.png"),
        ("Concorde.pdf", "Concorde.png"),
        ("🙂🙂.pdf", "document.png"),
        ("***", "document.png"),
        ("", "document.png"),
        ("\u0301\u0301", "document.png"),
        ("Version 1.2.pdf", "Version 1.2.png"),
        ("2026.03.15", "2026.03.15.png"),
        ("ᐃᓄᒃᑎᑐᑦ k\u0331wa.pdf", "ᐃᓄᒃᑎᑐᑦ ḵwa.png"),
        ("\ud800cv.pdf", "cv.png"),
    ],
)
def test_a_name_is_clean_and_says_what_was_found(given, name):
    assert safe_name(given, "png") == name


@pytest.mark.parametrize("letter", ["a", "é", "文", "k\u0331\u0308"])
def test_a_name_of_three_hundred_signs_fits_into_column_and_file_system(letter):
    name = safe_name(letter * 300 + ".pdf", "jpg")

    assert name.endswith(".jpg")
    assert len(name) <= 150
    assert 130 < len(name.encode()) <= 255
