#!/usr/bin/env python3
"""The CDK app: `cdk deploy -c settings=FILE`, or `python app.py` to see what it would deploy."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from infra.node import use_packaged_node


def main() -> None:
    """Synthesize the deployment that the context value `settings` names."""
    use_packaged_node(os.environ)
    from infra import synth  # noqa: PLC0415  # what it imports starts Node

    context = synth.context()
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    synth.app(context, chosen).synth()


if __name__ == "__main__":
    main()
