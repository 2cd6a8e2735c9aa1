"""What an eye would find on a page, found in a browser: texts that run into each other, texts that are cut, dates that
break, and targets that are too small to be met (WCAG 2.2, 2.5.8)."""

from pathlib import Path

SIZES = {"at a desk": 1280, "on a tablet": 800, "on a phone": 375}
"""The widths, in CSS pixels, at which pages are looked at."""
LOOK = Path(__file__).with_suffix(".js").read_text()


def looked_at(page, width: int) -> list[tuple[str, str, str]]:
    """What is wrong with the look of the page that is open, at this width: what, where, and with what."""
    page.set_viewport_size({"width": width, "height": 900})
    return [tuple(one) for one in page.evaluate(LOOK)]
