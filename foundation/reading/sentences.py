"""What is said about a file that cannot be read, or not without asking. Lazy: reasons are stored in both languages."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

_REFUSALS = {
    "empty": _("The file is empty."),
    "large": _("The file is larger than 10 MB."),
    "rows": _("The file has more than {n} rows."),
    "lines": _(
        "The file has more than {n} rows, blank ones included. Copy the rows that count into a new file, or delete the "
        "blank rows below them."
    ),
    "columns": _("The file has more than {n} columns."),
    "tables": _("The workbook has more than {n} sheets."),
    "quotes": _("The file cannot be read: a quotation mark or a line is broken."),
    "letters": _("The file's characters cannot be read. Save it as “CSV UTF-8”."),
    "damaged_letters": _(
        "Characters of the file were damaged before it was imported, as in “{word}”. Export it again from its "
        "source, as XLSX or as “CSV UTF-8”."
    ),
    "other": _("This is not a CSV or XLSX file."),
    "web_page": _("This is a web page, not a workbook. Open it in a spreadsheet program and save it as XLSX."),
    "xml": _("This is an XML file, not a workbook. Open it in a spreadsheet program and save it as XLSX."),
    "old_workbook": _("This is a workbook of an old format (XLS). Open it and save it as XLSX."),
    "binary_workbook": _("This is a binary workbook (XLSB). Open it and save it as XLSX."),
    "strict": _("This workbook was saved as “Strict Open XML”. Open it and save it as an ordinary XLSX workbook."),
    "open_document": _("This is an OpenDocument workbook (ODS). Open it and save it as XLSX."),
    "numbers": _("This is a workbook of Numbers. Open it and export it to Excel (XLSX)."),
    "password": _("This workbook is protected by a password. Take the password off and save it as XLSX."),
    "pdf": _("This is a PDF document, not a workbook. Ask for the list as XLSX or CSV."),
    "word": _("This is a text document, not a workbook. Copy its table into a workbook and save that as XLSX."),
    "picture": _("This is a picture, not a workbook. Ask for the list as XLSX or CSV."),
    "archive": _("This is an archive of files. Unpack it and import the list alone, as XLSX or CSV."),
    "damaged": _("The workbook is damaged or protected."),
    "unfolds": _("The workbook unfolds to far more than its size: it is not opened."),
    "memory": _("The file takes too much memory to read. Import its rows in several files."),
    "slow": _("The file takes too long to read. Import its rows in several files."),
    "unreadable": _("The file cannot be read. Save it again, as XLSX or as “CSV UTF-8”."),
}


def refusal(code: str, **parts: str | int) -> Promise | str:
    """Why a file is refused, with what the sentence names."""
    sentence = _REFUSALS[code]
    return format_lazy(sentence, **parts) if parts else sentence


def question(word: str) -> Promise | str:
    """Whether the letters were read rightly, asked by one of the words."""
    return format_lazy(_("The character encoding of this file is not certain. Is this right: “{word}”?"), word=word)
