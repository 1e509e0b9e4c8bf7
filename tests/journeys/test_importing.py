"""A practice out of a file: brought, assigned, checked, registered, decided on; and what was refused."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Mouse, Person, Unscripted

pytestmark = [pytest.mark.journey, pytest.mark.slow]
HEADER = "Nombre,Apellidos,Fecha de nacimiento,Sexo,Teléfono,Expediente"
KINDS: dict[str, tuple[type[Person], dict[str, Any]]] = {
    "phone": (Mouse, {"viewport": {"width": 375, "height": 812}}),
    "no scripts": (Unscripted, {"java_script_enabled": False}),
}


def waits_for(by: Person, status: str) -> None:
    """The page comes again by itself; without scripts somebody asks for it."""
    for _try in range(30):
        if by.page.get_by_role("status").get_by_text(status, exact=True).count():
            return
        by.page.wait_for_timeout(1000)
        if by.page.locator("noscript a, a:has-text('See how far it is now')").count():
            by.page.reload()
    expect(by.page.get_by_role("status")).to_contain_text(status)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_becomes_patients(page_as: Any, tmp_path: Path, kind: str) -> None:
    person, settings = KINDS[kind]
    clerk = person(page_as("reception", **settings))
    page, tag = clerk.page, "Ph" if kind == "phone" else "Ns"
    file = tmp_path / f"{tag}.csv"
    year = 1931 if kind == "phone" else 1962
    rows = [
        f"Quirina{tag},Zamorano{tag},14/07/{year},M,212 555 0{year % 1000},{tag}-1",
        f"Quirino{tag},Zamorano{tag},14/07/{year},H,212 555 0{year % 1000},{tag}-2",
        f"Ulises{tag},Yturbe{tag},31/31/{year},H,,{tag}-3",
    ]
    file.write_text("\n".join([HEADER, *rows]), encoding="cp1252")

    page.goto("/patients/")
    clerk.press(page.get_by_role("link", name="Import", exact=True))
    page.set_input_files("[name=file]", str(file))
    clerk.press(page.get_by_role("button", name="Read the file"))
    expect(page.locator("[name=column-1]")).to_have_value("family")
    expect(page.get_by_text("Windows-1252")).to_be_visible()
    clerk.press(page.get_by_role("button", name="Check every row"))
    waits_for(clerk, "Checked")
    expect(page.get_by_text("Nothing has happened yet")).to_be_visible()
    clerk.press(page.get_by_role("button", name="Register 1 patient"))
    waits_for(clerk, "Done")

    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows (CSV)").click()
    assert "This is no date that can be read." in Path(download.value.path()).read_text(encoding="utf-8-sig")
    clerk.press(page.get_by_role("link", name="Decide on 1 row"))
    clerk.press(page.get_by_role("link", name="Row 3"))
    expect(page.get_by_text("It resembles row 2 of this file")).to_be_visible()
    clerk.press(page.get_by_role("button", name="Another person: register"))
    expect(page.get_by_text(re.compile(f"Quirino{tag} Zamorano{tag} is registered"))).to_be_visible()
    expect(page.get_by_text("No row waits")).to_be_visible()
