from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.backends import Backend, aws, embedded


@pytest.fixture(params=["aws", "embedded"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """Each storage in turn; AWS's on moto, or on DynamoDB Local as --dynamodb-local says."""
    with aws() if request.param == "aws" else embedded(tmp_path) as fresh:
        yield fresh
