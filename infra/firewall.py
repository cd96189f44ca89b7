"""WAF: one rule, that an address may send so many requests in five minutes."""

from __future__ import annotations

import json
from typing import Final

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

WINDOW_SECONDS: Final = 300
ANSWER: Final = {
    "error": "rate_limit_exceeded",
    "message": "Too many requests from this address; try again in five minutes.",
}


class Firewall(Construct):
    """A web ACL in front of the API's stage."""

    def __init__(
        self, scope: Construct, construct_id: str, name: str, requests: int, stage: apigateway.Stage
    ) -> None:
        super().__init__(scope, construct_id)
        acl = waf.CfnWebACL
        rule = acl.RuleProperty(
            name="rate",
            priority=0,
            statement=acl.StatementProperty(
                rate_based_statement=acl.RateBasedStatementProperty(
                    aggregate_key_type="IP", limit=requests, evaluation_window_sec=WINDOW_SECONDS
                )
            ),
            action=acl.RuleActionProperty(
                block=acl.BlockActionProperty(
                    custom_response=acl.CustomResponseProperty(
                        response_code=429,
                        custom_response_body_key="rate",
                        response_headers=[
                            acl.CustomHTTPHeaderProperty(name="Retry-After", value=str(WINDOW_SECONDS))
                        ],
                    )
                )
            ),
            visibility_config=_visible(f"{name}-rate"),
        )
        made = acl(
            self,
            "Acl",
            name=name,
            scope="REGIONAL",
            default_action=acl.DefaultActionProperty(allow=acl.AllowActionProperty()),
            custom_response_bodies={
                "rate": acl.CustomResponseBodyProperty(content=json.dumps(ANSWER), content_type="APPLICATION_JSON")
            },
            rules=[rule],
            visibility_config=_visible(name),
        )
        waf.CfnWebACLAssociation(self, "OfStage", resource_arn=stage.stage_arn, web_acl_arn=made.attr_arn)


def _visible(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True,
        metric_name=name,
        sampled_requests_enabled=False,  # they would keep headers, and so secrets, for three hours
    )
