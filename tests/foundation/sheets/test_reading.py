"""CSV in whatever dress, workbooks, and files that mean harm."""

import io
import random
import zipfile
from datetime import date

import openpyxl
import pytest

from osler.foundation.sheets.reading import read_sheet
from osler.foundation.sheets.sheet import Unreadable
from osler.foundation.sheets.writing import harmless, write_csv
from tests.environment import CASES, SEED


def cells(content: bytes) -> list[list[str]]:
    sheet = read_sheet(content)
    return [sheet.header, *(row.cells for row in sheet.rows)]


def workbook(*rows, sheet: str = "People", edit=None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    if edit:
        edit(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_the_encoding_is_recognized(codec, told):
    sheet = read_sheet("Nombre;Apellido\nJosé;Muñoz\n".encode(codec))
    assert (sheet.header, sheet.rows[0].cells) == (["Nombre", "Apellido"], ["José", "Muñoz"])
    assert (sheet.encoding, sheet.delimiter) == (told, ";")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognized_and_quotes_hold_it(delimiter):
    text = delimiter.join(["a", "b", "c"]) + "\n" + delimiter.join(["1", f'"x{delimiter}""y""\nz"', "3"])
    assert cells(text.encode()) == [["a", "b", "c"], ["1", f'x{delimiter}"y"\nz', "3"]]


def test_what_excel_writes_above_is_no_row():
    assert cells(b"sep=;\na;b\n1;2\n") == [["a", "b"], ["1", "2"]]


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    sheet = read_sheet(b'\na,b\n"x\ny",1\n,\n2,3\n')
    assert [row.number for row in sheet.rows] == [3, 5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,\x002\n", "Row 2, column 2: a character that no text has."),
        (b"a,b\n\x011,2\n", "Row 2, column 1: a character that no text has."),
        (b"a,b\n1," + b"x" * 1_000_000 + b"\n", "Row 2, column 2: a cell has more than 2,000 characters."),
        (b"a,b\n1," + b"x" * 3_000 + b"\n", "Row 2, column 2: a cell has more than 2,000 characters."),
        (b'a,b\n1,"2\n3,4\n', "Row 2, column 2: a quotation mark is opened and never closed."),
        (b'a,b\n1,"2"3\n', "Row 2, column 2: a quotation mark stands in the middle of a cell."),
        (b"a,b\n" + b"1," * 20_000, "Row 2, column 201: there are more than 200 columns."),
        (b"a,b\n1,\x81\n", "Row 2: a byte that is no letter"),
        (b"a,b\n", "There is no row below the headings."),
        (b"   \n", "The file is empty."),
        (b"\xd0\xcf\x11\xe0....", "This is a file of the kind .xls."),
        (b"PK\x03\x04 no archive", "This workbook is damaged or protected."),
        (b"a\n" + b"x\n" * 100_001, "Row 100002: a file may have 100,000 rows."),
        (b"x" * (20 * 2**20 + 1), "A file may have 20 MB."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(content, words):
    with pytest.raises(Unreadable) as refused:
        read_sheet(content)
    assert str(refused.value).startswith(words)


def test_a_workbook_tells_dates_as_dates_and_numbers_as_they_are_said():
    found = cells(
        workbook(
            ["Born", "Phone", "ZIP", "Yes", "Sum"],
            [date(1945, 7, 14), 5551234567.0, "01234", True, 1.5],
        )
    )
    assert found[1] == ["1945-07-14", "5551234567", "01234", "yes", "1.5"]


def test_no_formula_is_evaluated():
    assert cells(workbook(["a", "b"], ["=1+1", "x"]))[1] == ["", "x"]


def test_the_first_sheet_with_something_in_it_is_read_and_the_others_are_named():
    def edit(book):
        book.create_sheet("Front", 0)
        book.create_sheet("More").append(["z"])

    sheet = read_sheet(workbook(["a"], ["1"], edit=edit))
    assert (sheet.worksheet, sheet.left_out, sheet.kind) == ("People", ("Front", "More"), "xlsx")


def test_a_workbook_that_claims_to_be_huge_is_refused_before_it_is_unfolded():
    def far(book):
        book.active["XFD1048576"] = "x"

    with pytest.raises(Unreadable, match="more than 200 columns"):
        read_sheet(workbook(["a"], ["1"], edit=far))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (201 * 2**20))
    with pytest.raises(Unreadable, match="unpacks to more"):
        read_sheet(bomb.getvalue())


def test_a_workbook_with_entities_in_it_unfolds_nothing():
    content = workbook(["a"], ["1"])
    evil = io.BytesIO()
    entities = (
        b'<!DOCTYPE x [<!ENTITY a "'
        + b"x" * 1000
        + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 100) for n in range(6))
        + b"]>"
    )
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                text = entities + text.replace(b"<t>1</t>", b"<t>&g;</t>")
            new.writestr(name, text)
    with pytest.raises(Unreadable, match="damaged"):
        read_sheet(evil.getvalue())


def test_damaged_files_are_refused_or_read_and_nothing_else():
    chance, whole = random.Random(SEED), [workbook(["a", "b"], ["1", "2"]), b'a;b\n"1";2\nx;"y""z"\n']
    for _case in range(CASES // 10 or 20):
        content = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            read_sheet(bytes(content[: chance.randint(1, len(content))]))
        except Unreadable:
            continue


def test_cells_that_look_like_formulas_are_written_as_text():
    assert [harmless(cell) for cell in ("=1+1", "@x", "+1 212 555", "-x", "-5", "Ada")] == [
        "'=1+1",
        "'@x",
        "+1 212 555",
        "'-x",
        "-5",
        "Ada",
    ]
    assert write_csv([["a", "=b"], [1, None]]) == "a,'=b\r\n1,None\r\n"
