"""Sources as editors and people leave them, in every language that runs here."""

from __future__ import annotations

import pytest

from functions.core.languages import catalog, examples
from tests.client import Client
from tests.conformance.shapes import available

TTL = 60
GREETING = "Hello, world!\n"
SOURCES = {"a byte order mark": "\ufeff{}"}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("language_id", list(catalog()))
def test_a_source(api: Client, language_id: str, source: str) -> None:
    if not available(api, language_id):
        return
    result = api.execute(language_id, SOURCES[source].format(examples()[language_id].rstrip()), ttl=TTL)
    assert (result["stdout"], result["stderr"], result["exit_code"]) == (GREETING, "", 0), result
