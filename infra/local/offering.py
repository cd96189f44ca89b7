"""What a service on this machine offers, by the toolchains and the network that it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from functions.core.job import NetworkMode
from functions.core.languages import catalog
from functions.core.offer import Offer
from functions.core.pools import pool_name
from infra.local import sandboxes, toolchains
from infra.local.toolchains import Toolchain

WARM_LANGUAGES: Final = ("python", "javascript", "bash")


def offer(found: Mapping[str, Toolchain], warm: Iterable[str] = WARM_LANGUAGES) -> Offer:
    """Return the offer: what was found, with waiting workers for those of the `warm` languages that were."""
    missing = {
        language.id: toolchains.advice(language) for language in catalog().values() if language.id not in found
    }
    warm_pools = frozenset(pool_name(each, NetworkMode.ZEROTRUST) for each in warm if each in found)
    missing_wasm = {each: toolchains.wasm_advice(catalog()[each]) for each in found if not _makes_wasm(each, found)}
    return Offer(warm_pools, missing, sandboxes.missing_modes(), missing_wasm)


def _makes_wasm(language_id: str, found: Mapping[str, Toolchain]) -> bool:
    """Whether a language that can be compiled to WebAssembly also can here; True for those that never can."""
    language = catalog()[language_id]
    return not language.wasm or toolchains.makes_wasm(language, found[language_id])
