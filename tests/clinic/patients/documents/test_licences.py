"""Barcodes of licences, as the standard's annex D lays them out."""

from datetime import date

import pytest

from osler.clinic.patients.documents.licences import LONGEST, Licence, licence_in

SAID = {
    "DAQ": "S12345678901", "DCS": "SAMPLE", "DDE": "N", "DAC": "PAT", "DDF": "N", "DAD": "QUINN", "DDG": "N",
    "DBB": "03141985", "DBC": "2", "DAG": "1 EXAMPLE ST", "DAI": "FAIRVIEW", "DAJ": "MA",
    "DAK": "010010000  ",
    "DBA": "03142030", "DCG": "USA", "DBD": "03142025",
}  # fmt: skip


def barcode(**changes: str) -> str:
    """The text of the barcode, with elements changed."""
    said = {key: value for key, value in (SAID | changes).items() if value}
    body = "\n".join(f"{key}{value}" for key, value in said.items())
    return f"@\n\x1e\rANSI 636002100002DL00410278ZM03190008DL{body}\rZMZMASAMPLE\r"


def test_a_licence_is_read_whole() -> None:
    assert licence_in(barcode()) == Licence(
        family="Sample",
        given="Pat Quinn",
        suffix="",
        number="S12345678901",
        birth_date=date(1985, 3, 14),
        gender="female",
        line="1 Example St",
        city="Fairview",
        state="MA",
        postal_code="01001",
        expires_on=date(2030, 3, 14),
        issuer="MA",
    )


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"DBB": "19850314"}, "birth_date", date(1985, 3, 14)),
        ({"DBB": "99999999"}, "birth_date", None),
        ({"DBB": ""}, "birth_date", None),
        ({"DBC": "1"}, "gender", "male"),
        ({"DBC": "9"}, "gender", "other"),
        ({"DBC": ""}, "gender", ""),
        ({"DAK": "010011234  "}, "postal_code", "01001-1234"),
        ({"DAK": "K1A0B1"}, "postal_code", "K1A0B1"),
        ({"DAH": "UNIT 4"}, "line", "1 Example St, Unit 4"),
        ({"DCU": "JR"}, "suffix", "Jr"),
        ({"DCS": "", "DAC": "", "DAD": "", "DAA": "SAMPLE,PAT,QUINN"}, "given", "Pat Quinn"),
        ({"DAC": "", "DAD": "", "DCT": "PAT,QUINN"}, "given", "Pat Quinn"),
        ({"DCS": "SAMPLE-OKAFOR"}, "family", "Sample-Okafor"),
        ({"DDE": "T"}, "is_cut", frozenset({"family"})),
        ({"DAD": "NONE"}, "given", "Pat"),
    ],
)
def test_elements_say_what_they_say_in_each_edition(changes, field, value) -> None:
    licence = licence_in(barcode(**changes))

    assert licence is not None
    assert getattr(licence, field) == value


@pytest.mark.parametrize(
    "text",
    ["", "978020137962", "https://example.test/", barcode(DAQ=""), barcode(DCS=""), "ANSI " + "x" * LONGEST],
)  # fmt: skip
def test_other_barcodes_are_no_licence(text: str) -> None:
    assert licence_in(text) is None
