"""From settings to an app that can be synthesized, with AWS's checks in it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from functions.core.languages import catalog
from infra import settings
from infra.packaging import ROOT
from infra.stack import Service

DEFAULT_OUTPUT: Final = "cdk.out"


def context() -> dict[str, Any]:
    """Return the context of cdk.json: the CLI passes it on, `python app.py` must read it."""
    values: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    return values


def app(values: dict[str, Any], chosen: Path | None, output: Path | None = None) -> cdk.App:
    """Return the app of the settings file `chosen`, or else of the one that the context names.

    Synthesis writes to `output`, else where the CLI says, else to cdk.out. Raises OSError, and ValueError that
    names what is wrong with the settings.
    """
    folder = str(output) if output else None if "CDK_OUTDIR" in os.environ else DEFAULT_OUTPUT
    made = cdk.App(context=values, outdir=folder, analytics_reporting=False)
    path = chosen or ROOT / made.node.get_context("settings")
    Service(made, settings.load(path), catalog())
    cdk.Validations.of(made).add_plugins(AwsSolutionsChecks(made))
    return made
