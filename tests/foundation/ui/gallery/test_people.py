from osler.foundation.ui.gallery.people import banners


def test_the_banners_show_every_state_of_allergies() -> None:
    allergies = [banner.allergies for banner in banners()]

    assert None in allergies
    assert [] in allergies
    assert any(severe.is_severe for found in allergies for severe in found or [])
