"""Findings of the checks that this design knows and accepts, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept these rules' findings (`Rule` or `Rule[finding]`) for a construct and all below it."""
    Validations.of(construct).acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )


def acknowledge_wildcards(construct: IConstruct, statements: Iterable[iam.PolicyStatement], reason: str) -> None:
    """Accept the wildcards in the resources of these statements, and no others."""
    stack = Stack.of(construct)
    texts = (_text(stack.resolve(resource)) for statement in statements for resource in statement.resources)
    acknowledge(construct, {f"AwsSolutions-IAM5[Resource::{text}]": reason for text in texts if "*" in text})


def _text(value: Any) -> str:
    """Return a resolved value as cdk-nag writes it: references in angle brackets."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": ["", parts]}:
            return "".join(map(_text, parts))
        case _:
            message = f"can't write {value!r} as a finding"
            raise ValueError(message)
