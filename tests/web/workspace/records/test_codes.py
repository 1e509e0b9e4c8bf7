"""Answers while one types."""


def test_a_panel_says_that_it_measures_what_was_asked_for(client_of, alice):
    page = client_of(alice).get("/codes/tests/?q=potassium")

    assert ("24326-1", "Electrolytes", "Potassium") in [
        (option["code"], option["text"], option["detail"]) for option in page.context["options"]
    ]


def test_a_test_found_by_its_own_name_says_no_more(client_of, alice):
    page = client_of(alice).get("/codes/tests/?q=ferritin")

    assert [(option["text"], option["detail"]) for option in page.context["options"]] == [("Ferritin", "")]
