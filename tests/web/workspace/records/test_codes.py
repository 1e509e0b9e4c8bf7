"""Answers while one types."""

from osler.clinic.records.models import Condition


def test_a_panel_says_that_it_measures_what_was_asked_for(client_of, alice):
    page = client_of(alice).get("/codes/tests/?q=potassium")

    assert ("24326-1", "Electrolytes", "Potassium") in [
        (option["code"], option["text"], option["detail"]) for option in page.context["options"]
    ]


def test_a_test_found_by_its_own_name_says_no_more(client_of, alice):
    page = client_of(alice).get("/codes/tests/?q=ferritin")

    assert [(option["text"], option["detail"]) for option in page.context["options"]] == [("Ferritin", "")]


def test_the_diagnoses_that_one_makes_most_come_first(act, client_of, alice, nina, dana_patient):
    def asked(actor):
        page = client_of(actor).get("/codes/diagnoses/?q=hypertension")
        return [option["code"] for option in page.context["options"]]

    usual = asked(alice)
    last = usual[-1]
    with act(alice):
        Condition.objects.create(
            patient=dana_patient,
            code=last,
            category="encounter-diagnosis",
            recorder_id=alice.practitioner_id,
        )

    assert len(usual) > 1
    assert asked(alice) == [last, *usual[:-1]]
    assert asked(nina) == usual
