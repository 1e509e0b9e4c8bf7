"""One installation that is really served, for all tests that want one; a seed for what is left to chance."""

import logging
import random
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from tests.environment import SEED
from tests.interop.gateways.conftest import MailServer
from tests.journeys.installation import free_port
from tests.simulation.installation import Embedded, embedded
from tests.simulation.staging import RECEPTION
from tests.simulation.writers import Desk


@pytest.fixture(scope="session")
def mail() -> Iterator[Controller]:
    """A mail server that takes everything."""
    controller = Controller(MailServer(), hostname="127.0.0.1", port=free_port())
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="session")
def clinic(mail: Controller) -> Iterator[Embedded]:
    """One worker runs this folder (tests.workers): one installation."""
    with embedded(smtp_port=mail.port) as running:
        yield running


@pytest.fixture(scope="session")
def desk(clinic: Embedded) -> Desk:
    """A clerk who stays signed in, whatever is killed meanwhile."""
    return Desk(clinic.port, RECEPTION)


@pytest.fixture
def chance() -> random.Random:
    """The seed is printed when a test fails; OSLER_SEED repeats it."""
    seed = SEED or random.SystemRandom().randrange(1, 2**31)
    print(f"OSLER_SEED={seed}")
    return random.Random(seed)
