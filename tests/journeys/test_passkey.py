"""A passkey is set up and signs in by itself, in a browser with an authenticator of its own."""

import re

import pytest
from playwright.sync_api import expect

from osler.ops.demo.house import PASSWORD
from tests.journeys.conftest import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.slow]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_set_up_and_signs_in(installation, new_context):
    email = "keyholder@clinic.test"
    installation.stage("colleague", "billing", email)
    # Browsers know no passkeys for bare network addresses.
    context = new_context(base_url=installation.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    sign_in(page, email)
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Front desk key")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page).to_have_url(re.compile(r"/accounts/2fa/"))
    expect(page.locator("body")).not_to_contain_text("Confirm Access")

    context.clear_cookies()
    page.goto("/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: url.endswith("/home/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
