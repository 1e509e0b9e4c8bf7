"""A file, whatever it is, as a sheet."""

from django.utils.translation import gettext as _

from osler.foundation.sheets.delimited import read_delimited
from osler.foundation.sheets.sheet import MOST_BYTES, Sheet, Unreadable
from osler.foundation.sheets.workbook import read_workbook

_WORKBOOK = b"PK\x03\x04"
_OTHERS = {
    b"\xd0\xcf\x11\xe0": ".xls",
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
}


def read_sheet(content: bytes) -> Sheet:
    """The table of a CSV file or an Excel workbook; what it is shows in its first bytes, not in its name."""
    if len(content) > MOST_BYTES:
        megabytes = MOST_BYTES // 2**20
        raise Unreadable(_("A file may have %(most)s MB. Please divide it.") % {"most": megabytes})
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    for beginning, kind in _OTHERS.items():
        if content.startswith(beginning):
            words = _("This is a file of the kind %(kind)s. Please save it as CSV or .xlsx.")
            raise Unreadable(words % {"kind": kind})
    return read_workbook(content) if content.startswith(_WORKBOOK) else read_delimited(content)
