"""What AWS asks, in US dollars: us-east-1 list prices, without free tiers, volume discounts or savings plans.

Written down by hand from AWS's price pages of 2025. Nothing here can check them: look at the pages before you count
on a figure, and put your region's in.
"""

from __future__ import annotations

from typing import Final

AS_OF: Final = "2025"

HOUR_PER_MONTH: Final = 730
MILLION: Final = 1_000_000

# Fargate, Linux, by processor architecture: a vCPU and a GB for an hour; at least a minute is paid
FARGATE_VCPU_HOUR: Final = {"x86_64": 0.04048, "arm64": 0.03238}
FARGATE_GB_HOUR: Final = {"x86_64": 0.004445, "arm64": 0.00356}
PUBLIC_IPV4_HOUR: Final = 0.005

LAMBDA_ARM_GB_SECOND: Final = 0.0000133334
LAMBDA_REQUEST: Final = 0.20 / MILLION

API_GATEWAY_REQUEST: Final = 3.50 / MILLION
DYNAMODB_WRITE: Final = 0.625 / MILLION  # a write unit: 1 KB
DYNAMODB_READ: Final = 0.125 / MILLION  # a read unit: 4 KB, consistent
SQS_REQUEST: Final = 0.40 / MILLION
OUTGOING_GB: Final = 0.09

ENDPOINT_HOUR: Final = 0.01  # an interface endpoint in one zone
DNS_FIREWALL_QUERY: Final = 0.60 / MILLION
WAF_ACL: Final = 5.00
WAF_RULE: Final = 1.00
WAF_REQUEST: Final = 0.60 / MILLION

ALARM: Final = 0.10
METRIC: Final = 0.30
DASHBOARD: Final = 3.00
LOG_GB: Final = 0.50
SECRET: Final = 0.40
KMS_KEY: Final = 1.00
ECR_GB: Final = 0.10
