"""Offer: what a deployment has of the catalog, and which of its pools have workers waiting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.core.job import NetworkMode
from functions.core.languages import Language


@dataclass(frozen=True, slots=True)
class Offer:
    """`missing_*` map what isn't here to a sentence that says what to install or change."""

    warm_pools: frozenset[str] = frozenset()
    missing_languages: Mapping[str, str] = field(default_factory=dict)
    missing_modes: Mapping[str, str] = field(default_factory=dict)
    missing_wasm: Mapping[str, str] = field(default_factory=dict)  # languages that elsewhere can be

    def makes_wasm(self, language: Language) -> bool:
        """Whether a WASI binary of the language can be had here."""
        return language.wasm is not None and not {language.id} & {*self.missing_wasm, *self.missing_languages}

    def why_not(self, language: Language, mode: NetworkMode) -> tuple[str, str] | None:
        """Return (field of the request, reason) if this can't be run here, None if it can."""
        if language.id in self.missing_languages:
            return "language", self.missing_languages[language.id]
        if mode in self.missing_modes:
            return "network_mode", self.missing_modes[mode]
        return None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Offer:
        """Read the variable OFFER, as `environment()` writes it; absent: everything, nothing warm."""
        offer = json.loads(environment.get("OFFER", "{}"))
        return cls(
            warm_pools=frozenset(offer.get("warm_pools", ())),
            missing_languages=offer.get("missing_languages", {}),
            missing_modes=offer.get("missing_modes", {}),
            missing_wasm=offer.get("missing_wasm", {}),
        )

    def environment(self) -> dict[str, str]:
        """Return the variable that `from_environment` reads."""
        offer = {
            "warm_pools": sorted(self.warm_pools),
            "missing_languages": dict(self.missing_languages),
            "missing_modes": dict(self.missing_modes),
            "missing_wasm": dict(self.missing_wasm),
        }
        return {"OFFER": json.dumps(offer)}
