"""The portal speaks Spanish: every page of a patient whose language it is."""

import re
from html.parser import HTMLParser

import pypdfium2
import pytest
from django.utils import translation

from osler.clinic.communication.notices import queue_notice
from osler.clinic.communication.threads import open_thread
from osler.foundation.access.actors import load_actor
from osler.foundation.accounts.models import User
from osler.foundation.jobs.outbox import SystemActor
from tests.conftest import new_patient
from tools import messages


class Words(HTMLParser):
    """The texts of a page, without scripts and parts in a language of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = False

    def handle_starttag(self, tag, attrs) -> None:
        self.silent = tag in {"script", "style"} or (tag != "html" and "lang" in dict(attrs))

    def handle_endtag(self, tag) -> None:
        self.silent = False

    def handle_data(self, data) -> None:
        if not self.silent and data.strip():
            self.found.append(" ".join(data.split()))


@pytest.fixture
def spanish_page(client_of, dana):
    User.objects.filter(id=dana.user_id).update(language="es")
    client = client_of(load_actor(dana.user_id, realm="portal")[0])

    def get(path: str) -> list[str]:
        response = client.get(f"/portal/{dana.patient_id}/{path}")
        assert response.status_code == 200, path
        text = response.content.decode()
        assert '<html lang="es"' in text
        words = Words()
        words.feed(text)
        return words.found

    return get


@pytest.fixture
def english() -> set[str]:
    """All texts of the interface whose Spanish differs."""
    return {
        messages.first_id(one)
        for one in messages.read("es")
        if one.id and len(messages.first_id(one)) > 3 and one.string not in (one.id, "")
    } - {"English"}


def test_no_page_of_the_portal_speaks_english(
    act, alice, spanish_page, english, dana_patient, invoice, signed, booked, service
):
    with act(alice):
        thread = open_thread(dana_patient, subject="Hola", body="Buenos días", actor=alice)
    booked(50)
    paths = [
        "",
        "visits/",
        "visits/ask/",
        f"visits/past/{signed.id}/",
        "results/",
        "medications/",
        "messages/",
    ]
    paths += [
        f"messages/{thread.id}/",
        "messages/new/",
        "bills/",
        f"bills/{invoice.id}/",
        "access/",
        "profile/",
    ]
    for path in paths:
        told = [words for words in spanish_page(path) if words in english]
        assert told == [], (path, told)


def test_dates_services_and_results_are_told_in_spanish(spanish_page, booked, resulted):
    booked(50)
    home = " ".join(spanish_page(""))
    assert "Consulta" in home
    assert "Traiga su tarjeta." in home
    assert re.search(
        r"(lunes|martes|miércoles|jueves|viernes|sábado|domingo), \d+ de [a-z]+ de 20\d\d", home.lower()
    )
    report = resulted()
    text = " ".join(spanish_page(f"results/{report.id}/"))
    assert "Hemoglobina A1c" in text
    assert "Hemoglobin A1c" not in text
    assert "Alto" in text
    assert "azúcar" in text
    assert "Preguntar por esto" in text


def test_a_refusal_is_told_in_spanish(portal_of, dana, booked):
    appointment = booked(5)
    User.objects.filter(id=dana.user_id).update(language="es")
    answer = portal_of(dana).post(f"visits/{appointment.id}/cancel/?version=1")
    assert "Ya es tarde para cancelar esta cita aquí." in answer.content.decode()


def test_spanish_speakers_get_mail_in_spanish(act, organization):
    patient = new_patient(organization, language="es", email="ana@home.test")
    with act(SystemActor(organization.id)):
        notice = queue_notice(patient, kind="message", occasion="1")
    assert notice is not None
    assert notice.subject == "Tiene un mensaje nuevo"
    assert notice.body.startswith("Su clínica le ha escrito.\n\nInicie sesión para leerlo:\n\n")
    assert translation.get_language() == "en"


@pytest.fixture
def spanish_speaker(act, organization, dana_patient):
    with act(SystemActor(organization.id)):
        dana_patient.language = "es"
        dana_patient.save()


def test_spanish_speakers_get_invoices_in_spanish(spanish_speaker, portal_of, dana, invoice):
    content = portal_of(dana).get(f"bills/{invoice.id}/pdf/").content
    document = pypdfium2.PdfDocument(content)
    words = document[0].get_textpage().get_text_bounded()
    document.close()
    for said in ("Factura", "Fecha de nacimiento", "Usted debe $30.00", "Cómo pagar", "Página 1 de 1"):
        assert said in words
    for unsaid in ("Invoice", "Birth date", "You owe"):
        assert unsaid not in words


def test_the_browser_says_which_language_before_anybody_signs_in(client):
    page = client.get("/", headers={"accept-language": "es-MX,es;q=0.9,en;q=0.5"}).content.decode()
    assert '<html lang="es"' in page
    assert "Iniciar sesión" in page
    assert "Sign in" in client.get("/", headers={"accept-language": "de"}).content.decode()
