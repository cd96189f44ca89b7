"""Offer: what a deployment has of the catalog, and which of its pools have workers waiting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.core.job import NetworkMode
from functions.core.languages import Language
from functions.core.pools import pool_name


@dataclass(frozen=True, slots=True)
class Offer:
    """`missing_*` map what isn't here to a sentence that says what to install or change.

    The sentence is empty where there is nothing to say but that the operator left it out.
    """

    warm_pools: frozenset[str] = frozenset()
    missing_languages: Mapping[str, str] = field(default_factory=dict)
    missing_modes: Mapping[str, str] = field(default_factory=dict)
    missing_wasm: Mapping[str, str] = field(default_factory=dict)  # languages that elsewhere can be

    def makes_wasm(self, language: Language) -> bool:
        """Whether a WASI binary of the language can be had here."""
        return language.wasm is not None and not {language.id} & {*self.missing_wasm, *self.missing_languages}

    def why_not(self, language: Language, mode: NetworkMode) -> tuple[str, str] | None:
        """Return (field of the request, reason) if this can't be run here, None if it can."""
        if reason := self.why_missing(language):
            return "language", reason
        if mode in self.missing_modes:
            return "network_mode", self.missing_modes[mode] or f"This service has no network mode {mode}."
        return None

    def why_missing(self, language: Language) -> str | None:
        """Return why a language isn't here, None if it is."""
        if language.id not in self.missing_languages:
            return None
        left_out = f"{language.name} isn't offered here; the operator can add its image."
        return self.missing_languages[language.id] or left_out

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Offer:
        """Read the variable OFFER, as `environment()` writes it; absent: everything, nothing warm."""
        offer = json.loads(environment.get("OFFER", "{}"))
        warm = offer.get("warm_pools", {})
        return cls(
            warm_pools=frozenset(pool_name(language, mode) for mode in warm for language in warm[mode].split()),
            missing_languages=offer.get("missing_languages", {}),
            missing_modes=offer.get("missing_modes", {}),
            missing_wasm=offer.get("missing_wasm", {}),
        )

    def environment(self) -> dict[str, str]:
        """Return the variable that `from_environment` reads: briefly, for Lambda takes 4 KB of all variables."""
        warm: dict[str, list[str]] = {}
        for pool in sorted(self.warm_pools):
            language, _, mode = pool.rpartition("-")
            warm.setdefault(mode, []).append(language)
        offer = {
            "warm_pools": {mode: " ".join(languages) for mode, languages in warm.items()},
            "missing_languages": dict(self.missing_languages),
            "missing_modes": dict(self.missing_modes),
            "missing_wasm": dict(self.missing_wasm),
        }
        return {"OFFER": json.dumps(offer, separators=(",", ":"))}
