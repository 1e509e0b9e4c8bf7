"""Clients whose requests are each a transaction of their own."""

from tests.web.portal.conftest import each_on_its_own

__all__ = ["each_on_its_own"]
