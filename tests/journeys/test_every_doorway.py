"""The pages before and beside the work: signing in, second factors, each way of saying no, the gallery."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from osler.foundation.ui.gallery.demo import PATTERNS
from osler.kernel.keys import uuid7
from osler.ops.demo.house import PASSWORD
from tests.hostile.pages import NO_ONE
from tests.journeys.conftest import sign_in
from tests.journeys.walking import Walk

DOORWAY = ["/", "/?ended=1", "/?as=nurse@demo.test", "/accounts/login/", "/accounts/password/reset/"]
DOORWAY += ["/accounts/password/reset/done/", "/accounts/password/reset/key/done/", "/accounts/signup/"]
DOORWAY += ["/accounts/inactive/", "/accounts/confirm-email/", "/accounts/password/reset/key/x-y/"]
ACCOUNT = ["/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/", "/accounts/email/"]
ACCOUNT += ["/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/logout/"]
KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
FILLED = """() => {
    const filled = new FormData(document.querySelector("main form.form"));
    filled.delete("idempotency_key");
    return new URLSearchParams(filled).toString();
}"""
STEP = 30  # seconds of a one-time code

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP))


def looked_at(walk: Walk, addresses: list[str]) -> None:
    for address in addresses:
        walk.open(address)


def press(walk: Walk, name: str) -> None:
    """Press a button, and look at where it leads."""
    walk.page.get_by_role("button", name=name, exact=True).click()
    walk.page.wait_for_load_state()
    walk.look(walk.page.url)


def test_signing_in(walk_as: Any) -> None:
    walk = walk_as("nobody")

    looked_at(walk, DOORWAY)
    walk.page.goto("/")
    walk.page.get_by_label("E-mail").fill("nobody@demo.test")
    walk.page.locator("input[type=password]").fill("not the password")
    press(walk, "Sign in")

    expect(walk.page.get_by_role("alert")).to_be_visible()
    assert "/" in walk.weights


def invited(walk: Walk, email: str) -> str:
    """Invite a colleague; the link to set a password."""
    page = walk.page
    page.goto("/administration/users/new/")
    page.get_by_label(re.compile("^Name")).fill("Cora Lee")
    page.get_by_label(re.compile("^E-mail")).fill(email)
    page.locator("label", has_text="Nurse").first.click()
    press(walk, "Invite")
    return page.get_by_label("Link to set a password").input_value().replace("127.0.0.1", "localhost")


def test_second_factors(walk_as: Any, installation: Any) -> None:
    email = f"{uuid7().hex}@clinic.test"
    link = invited(walk_as("administrator", "admin"), email)
    walk = walk_as("nurse", base_url=installation.url.replace("127.0.0.1", "localhost"))
    page: Page = walk.page
    walk.open(link)
    for box in page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    page.locator("main button[type=submit], main .button-primary").first.click()
    page.wait_for_load_state()
    walk.look("password set")
    sign_in(page, email)
    looked_at(walk, ACCOUNT)

    secret = with_codes(walk)
    with_a_key(walk)
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_label("E-mail").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    press(walk, "Sign in")
    page.get_by_label(re.compile("code", re.I)).first.fill("000000")
    press(walk, "Sign In")
    page.get_by_label(re.compile("code", re.I)).first.fill(code_for(secret))
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.wait_for_url("**/home/")


def with_codes(walk: Walk) -> str:
    """Turn on one-time codes; the secret."""
    walk.open("/accounts/2fa/totp/activate/")
    walk.page.locator("input[type=password]").fill(PASSWORD)
    press(walk, "Confirm")
    secret = walk.page.get_by_label("Authenticator secret").input_value()
    walk.page.get_by_label(re.compile("code", re.I)).first.fill("000000")
    press(walk, "Activate")
    walk.page.get_by_label(re.compile("code", re.I)).first.fill(code_for(secret))
    press(walk, "Activate")
    looked_at(
        walk,
        [
            "/accounts/2fa/",
            "/accounts/2fa/recovery-codes/",
            "/accounts/2fa/recovery-codes/generate/",
            "/accounts/2fa/totp/deactivate/",
            "/accounts/2fa/reauthenticate/",
        ],
    )
    return secret


def with_a_key(walk: Walk) -> None:
    """Add a passkey, and look at what can be done with it."""
    chromium = walk.page.context.new_cdp_session(walk.page)
    chromium.send("WebAuthn.enable")
    options = KEY | {"isUserVerified": True, "automaticPresenceSimulation": True}
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    walk.page.goto("/accounts/2fa/webauthn/add/")
    walk.page.get_by_label(re.compile("name", re.I)).fill("Desk")
    walk.page.get_by_role("button", name="Add", exact=True).click()
    walk.page.wait_for_url(lambda url: "add" not in url)
    looked_at(walk, ["/accounts/2fa/webauthn/"])
    for address in walk.page.evaluate(
        "() => [...document.querySelectorAll('main a[href*=keys]')].map(a => a.href)"
    ):
        walk.open(address)


def test_every_no(walk_as: Any, states: list[str]) -> None:
    walk = walk_as("reception", "reception")
    booked = next(address for address in states if address.endswith("/move/")).removesuffix("move/")

    walk.open("/nowhere/", 404)
    walk.open(f"/patients/{NO_ONE}/", 404)
    walk.open("/administration/", 403)
    walk.open("/billing/invoices/issue/", 405)
    walk.open("/home/")
    walk.send(f"{booked}cancel/", 403, csrfmiddlewaretoken="no")
    walk.page.goto(booked)
    patient = walk.page.locator("form [name=patient]").first.get_attribute("value")
    walk.send(f"{booked}cancel/", 412, patient=patient, version="0")


def test_two_texts_of_a_note(walk_as: Any, states: list[str]) -> None:
    walk = walk_as("physician", "doctor")
    visits = (address for address in states if address.startswith("/encounters/"))
    visit = next(address for address in visits if has_note(walk, address))
    patient = walk.page.locator("#note-form [name=patient]").get_attribute("value")

    walk.send(f"{visit}note/", 412, patient=patient, version="0", subjective="Words from elsewhere.")


def has_note(walk: Walk, address: str) -> bool:
    walk.page.goto(address)
    return walk.page.locator("#note-form").count() == 1


def test_the_time_is_gone(walk_as: Any, states: list[str]) -> None:
    walk = walk_as("reception", "reception")
    patient = next(found[1] for one in states if (found := re.fullmatch(r"/patients/([0-9a-f-]{36})/", one)))
    walk.page.goto(f"/appointments/new/?patient={patient}")
    form = walk.page.evaluate(FILLED)
    headers = {"content-type": "application/x-www-form-urlencoded", "referer": walk.page.url}

    assert walk.page.request.post(walk.page.url, data=form, headers=headers, max_redirects=0).status == 302
    walk.expected = 409
    press(walk, "Book")

    expect(walk.page.get_by_role("alert").locator("button[name=slot_now]")).to_have_count(3)


@pytest.mark.parametrize("name", ["", *PATTERNS])
def test_the_gallery(walk_as: Any, name: str) -> None:
    walk_as("nobody").open(f"/ui/patterns/{name}/" if name else "/ui/")


def test_an_input_in_use_keeps_the_cursor(new_context: Any) -> None:
    """Scripts that start on what a swap brought take no input away from who types in it."""
    page = new_context().new_page()
    page.goto("/ui/")

    page.evaluate(
        """() => {
            document.body.insertAdjacentHTML("beforeend", '<input name="late" data-combobox="/nowhere/">');
            document.querySelector("[name=late]").focus();
            document.body.dispatchEvent(new CustomEvent("htmx:load", {bubbles: true}));
        }"""
    )

    expect(page.get_by_role("combobox").and_(page.locator("[name=late]"))).to_be_focused()
