"""One server and one browser for all tests that look at pages."""

from tests.browser import chromium, server, signed_in

__all__ = ["chromium", "server", "signed_in"]
