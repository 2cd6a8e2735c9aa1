"""Pages as PDFs: tagged, with their title and language, in our own letters, and with nothing from elsewhere."""

import io

import pytest
from pypdf import PdfReader

from foundation import pdf

PAGE = """<html lang="fr-ca"><head><title>Liste</title><style>
@font-face {{ font-family: "Noto Sans"; src: url("{font}"); }} body {{ font-family: "Noto Sans"; }}
</style></head><body><h1>Élan</h1><img src="{picture}" alt="rien"></body></html>"""
OURS = "ours:vendor/fonts/noto-sans-latin-wght.woff2"


def read(font: str, picture: str = "") -> PdfReader:
    return PdfReader(io.BytesIO(pdf.from_html(PAGE.format(font=font, picture=picture))))


def test_a_pdf_is_tagged_and_says_its_title_and_language():
    drawn = read(OURS)
    root = drawn.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], drawn.metadata.title) == ("fr-ca", True, "Liste")
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_it_is_written_in_our_own_letters():
    fonts = read(OURS).pages[0]["/Resources"]["/Font"]
    assert all("Noto-Sans" in font.get_object()["/BaseFont"] for font in fonts.values())


@pytest.mark.parametrize("picture", ["https://example.ca/x.png", "file:///etc/hostname", "ours:../manage.py"])
def test_it_fetches_nothing_from_elsewhere(picture):
    assert not read(OURS, picture).pages[0]["/Resources"].get("/XObject")
