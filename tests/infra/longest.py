"""A template's values with the longest names that AWS gives, to see whether they fit where they go."""

from __future__ import annotations

from typing import Any, Final

from tests.infra.assembly import Assembly, Resource

PSEUDO: Final = {
    "AWS::Region": "ap-southeast-1",
    "AWS::Partition": "aws-us-gov",
    "AWS::AccountId": "1" * 12,
    "AWS::URLSuffix": "amazonaws.com.cn",
}
# The longest `Ref` or ARN's last part of a resource of a type, where CloudFormation makes up the name.
NAMES: Final = {
    "AWS::DynamoDB::Table": "x" * 255,
    "AWS::S3::Bucket": "x" * 63,
    "AWS::EC2::Subnet": "subnet-" + "x" * 17,
    "AWS::EC2::SecurityGroup": "sg-" + "x" * 17,
    "AWS::SecretsManager::Secret": "arn:aws-us-gov:secretsmanager:ap-southeast-1:111111111111:secret:" + "x" * 519,
    "AWS::Lambda::Function": "x" * 64,
    "AWS::ECS::Cluster": "arn:aws-us-gov:ecs:ap-southeast-1:111111111111:cluster/" + "x" * 255,
}


def longest(assembly: Assembly, value: Any) -> str:
    """Return a value of the main template as deployment would make it, each name as long as AWS allows.

    Raises KeyError for a reference to what this knows no longest name of.
    """
    match value:
        case str():
            return value
        case {"Ref": name} if name in PSEUDO:
            return PSEUDO[name]
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            resource: Resource = assembly.main["Resources"][name]
            return NAMES[resource["Type"]]
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(longest(assembly, part) for part in parts)
        case _:
            raise KeyError(str(value))


def environment_sizes(assembly: Assembly) -> dict[str, int]:
    """Return the bytes of every function's variables as JSON: Lambda takes 4,096."""
    sizes = {}
    for name, function in assembly.properties("AWS::Lambda::Function").items():
        variables = function.get("Environment", {}).get("Variables", {})
        # As Lambda counts them, quotes and separators included, and each quote in a value escaped.
        pairs = ((key, longest(assembly, value)) for key, value in variables.items())
        sizes[name] = sum(len(key) + len(value) + value.count('"') + 6 for key, value in pairs) + 2
    return sizes
