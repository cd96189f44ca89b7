"""Pools: workers of one language and one network mode."""

from __future__ import annotations


def pool_name(language: str, network_mode: str) -> str:
    """Return the name of the pool, and of its queue: one per language and network mode."""
    return f"{language}-{network_mode}"
