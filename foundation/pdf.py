"""A page as a tagged PDF (PDF/UA-1): with its title, its language, and a structure that a screen reader follows."""

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from django.contrib.staticfiles import finders


class CannotDraw(Exception):
    """The library that draws letters (Pango) is not installed on this machine."""


def from_html(html: str, sizes: Sequence[float] = ()) -> bytes:
    """The PDF of a whole HTML page, whose `lang` and `title` become its own. Nothing is fetched from elsewhere.

    With `sizes` it is one sheet: the letters of the root are the first of these sizes, in points, at which all fits.
    Raises `CannotDraw` where Pango is missing: the program runs without it, and says so where somebody asks for a PDF.
    """
    try:
        from weasyprint import CSS, HTML, urls  # noqa: PLC0415 (heavy: only PDFs need it)
    except OSError as error:
        raise CannotDraw from error

    class OnlyOurs(urls.URLFetcher):
        """Gives what a page names as `ours:…`, and refuses anything else."""

        def fetch(self, url: str, headers: object = None) -> urls.URLFetcherResponse:
            path = finders.find(url.removeprefix("ours:")) if url.startswith("ours:") else None
            if path is None:
                raise ValueError(f"A PDF fetches nothing from elsewhere: {url[:80]}")
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return urls.URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": kind})

    page = HTML(string=html, base_url="about:blank", url_fetcher=OnlyOurs())
    if not sizes:
        return page.write_pdf(pdf_variant="pdf/ua-1")
    for size in sizes:
        drawn = page.render(stylesheets=[CSS(string=f"html {{ font-size: {size}pt }}")], pdf_variant="pdf/ua-1")
        if len(drawn.pages) == 1:
            break
    return drawn.write_pdf(pdf_variant="pdf/ua-1")
