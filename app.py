#!/usr/bin/env python3
"""The CDK app: `cdk deploy -c settings=FILE`, or `python app.py [FILE]` to see what it would deploy."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from infra.node import use_packaged_node


def main() -> int:
    """Synthesize a deployment; 1, with a sentence on stderr, where its settings or packages won't do."""
    use_packaged_node(os.environ)
    from infra import packaging, synth  # noqa: PLC0415  # what it imports starts Node

    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    try:
        app = synth.app(synth.context(), chosen)
    except (OSError, ValueError, packaging.PackagingError) as error:
        sys.stderr.write(f"app.py: {error}\n")
        return 1
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
