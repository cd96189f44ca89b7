"""The offer: it goes through a variable and comes back, and says why a language isn't there."""

from __future__ import annotations

import pytest

from functions.core.job import NetworkMode
from functions.core.languages import catalog
from functions.core.offer import Offer


@pytest.mark.parametrize(
    "offer",
    [
        Offer(),
        Offer(
            warm_pools=frozenset({"python-zerotrust", "python-semitrusted", "bash-zerotrust"}),
            missing_languages={"ada": "", "tcl": "Tcl is not installed."},
            missing_modes={"semitrusted": ""},
            missing_wasm={"c": "no WASI"},
        ),
    ],
)
def test_an_offer_comes_back_as_it_was(offer: Offer) -> None:
    assert Offer.from_environment(offer.environment()) == offer


def test_what_the_operator_left_out_is_told_in_a_sentence() -> None:
    offer = Offer(missing_languages={"ada": "", "tcl": "Install it."}, missing_modes={"semitrusted": ""})
    ada, tcl, bash = (catalog()[name] for name in ("ada", "tcl", "bash"))
    told = "Ada isn't offered here; the operator can add its image."
    assert offer.why_missing(ada) == told
    assert offer.why_not(ada, NetworkMode.SEMITRUSTED) == ("language", told)
    assert offer.why_missing(tcl) == "Install it."
    assert offer.why_missing(bash) is None
    assert offer.why_not(bash, NetworkMode.ZEROTRUST) is None
    refusal = ("network_mode", "This service has no network mode semitrusted.")
    assert offer.why_not(bash, NetworkMode.SEMITRUSTED) == refusal
