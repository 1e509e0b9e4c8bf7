"""The list of what waits: results and messages, the urgent first, narrowed by kind."""

from osler.clinic.communication.threads import open_thread
from osler.clinic.records.models import DiagnosticReport
from osler.kernel import clock


def report(patient, alice, name: str, *, critical: bool = False) -> DiagnosticReport:
    return DiagnosticReport.objects.create(
        patient=patient,
        status="final",
        category="LAB",
        code="4548-4",
        display=name,
        issued_at=clock.now(),
        verified_at=clock.now(),
        owner_id=alice.practitioner_id,
        is_abnormal=critical,
        is_critical=critical,
    )


def test_an_empty_inbox_says_so(client_of, alice):
    text = client_of(alice).get("/inbox/").content.decode()
    assert "Nothing waits for you" in text
    assert "0 open" in text


def test_the_critical_comes_first_and_sections_narrow(act, client_of, alice, dana, dana_patient):
    with act(alice):
        report(dana_patient, alice, "Plain test")
        report(dana_patient, alice, "Critical test", critical=True)
    with act(dana):
        open_thread(dana_patient, subject="A question", body="Hm?", actor=dana)
    client = client_of(alice)
    text = client.get("/inbox/").content.decode()
    assert "3 open" in text
    assert "1 critical" in text
    assert text.index("Critical test") < text.index("Plain test") < text.index("A question")
    results = client.get("/inbox/?section=results").content.decode()
    assert "A question" not in results
    assert "Plain test" in results
    messages = client.get("/inbox/?section=messages").content.decode()
    assert "Plain test" not in messages
    assert "A question" in messages
    assert "Plain test" in client.get("/inbox/?section=nonsense").content.decode()


def test_a_question_about_a_result_says_so(act, client_of, alice, dana, dana_patient):
    with act(alice):
        about = report(dana_patient, alice, "HbA1c")
    with act(dana):
        open_thread(dana_patient, subject="HbA1c", body="Is it bad?", report=about, actor=dana)
    assert "About a result: HbA1c" in client_of(alice).get("/inbox/").content.decode()


def test_a_nurses_inbox_has_messages_alone(act, client_of, alice, nina, dana, dana_patient):
    with act(alice):
        report(dana_patient, alice, "Plain test")
    with act(dana):
        open_thread(dana_patient, subject="A question", body="Hm?", actor=dana)
    text = client_of(nina).get("/inbox/").content.decode()
    assert "A question" in text
    assert "Plain test" not in text
