"""Both pages on a phone, in the dark, for those who don't see them; and the API's document, read and tried."""

from __future__ import annotations

import json

import pytest
from selenium.webdriver.common.by import By

from tests.browser.conftest import PHONE
from tests.browser.page import Page

FIELDS = "button, input, select, textarea, summary, a"
TOUCH_PX = 40
READABLE = 4.5  # WCAG AA's contrast of text
TEXTS = {  # colour: what it is written on
    "text": "page raised", "soft": "page raised", "faint": "page raised code-line", "accent": "accent-soft raised",
    "accent-text": "accent", "good": "good-soft", "bad": "bad-soft raised", "warn": "warn-soft",
}  # fmt: skip
for part in ("comment", "keyword", "string", "number", "type", "function", "definition", "invalid"):
    TEXTS[f"code-{part}"] = "raised code-line"


def test_a_phone(page: Page) -> None:
    page.screen(PHONE)
    page.open()
    assert page.js("return document.documentElement.scrollWidth") == PHONE["width"]
    for button in page.browser.find_elements(By.CSS_SELECTOR, "header button, .tools button, .tools select"):
        assert not button.is_displayed() or button.size["height"] >= TOUCH_PX, button.text
    page.write("print('on a phone')")
    page.find("#run").click()
    page.until(lambda: page.text("#stdout") == "on a phone\n")
    within = "const box = arguments[0].getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight"
    page.until(lambda: page.js(within, page.find("#stdout")))  # it was scrolled to
    page.until(lambda: page.js(within, page.find("#run")))
    page.browser.get(f"{page.api.base_url}/docs")
    page.until(lambda: page.browser.find_elements(By.CSS_SELECTOR, ".opblock"))
    assert page.js("return document.documentElement.scrollWidth") == PHONE["width"]


def test_a_long_line_passes_below_the_line_numbers(page: Page) -> None:
    page.open()
    gutters = "document.getElementById('editor').shadowRoot.querySelector('.cm-gutters')"
    colour = page.js(f"return getComputedStyle({gutters}).backgroundColor")
    assert colour == page.js("return getComputedStyle(document.querySelector('.write')).backgroundColor")


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_everything_has_a_name(page: Page, path: str) -> None:
    page.browser.get(f"{page.api.base_url}{path}")
    page.until(lambda: len(page.browser.find_elements(By.CSS_SELECTOR, "main button")) > 2)
    shown = [each for each in page.browser.find_elements(By.CSS_SELECTOR, FIELDS) if each.is_displayed()]
    assert len(shown) > 5
    assert [each.get_attribute("outerHTML") for each in shown if not each.accessible_name] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable(page: Page, scheme: str) -> None:
    page.scheme(scheme)
    page.open(key=False)
    assert page.js("return document.documentElement.dataset.theme") == scheme
    colours = page.js(
        "const style = getComputedStyle(document.documentElement);"
        "return Object.fromEntries(arguments[0].map(name => [name, style.getPropertyValue('--' + name).trim()]))",
        sorted({*TEXTS, *" ".join(TEXTS.values()).split()}),
    )
    for text, grounds in TEXTS.items():
        for ground in grounds.split():
            assert contrast(colours[text], colours[ground]) >= READABLE, (text, ground)
    page.find("#theme").click()
    assert page.js("return document.documentElement.dataset.theme") != scheme


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(each * 2 for each in digits)
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_document_is_rendered_and_can_be_tried(page: Page) -> None:
    page.open()  # where the key is entered
    page.browser.get(f"{page.api.base_url}/docs")
    document = page.api.request("GET", "/openapi.json").json
    routes = {**document["paths"], **document["webhooks"]}
    page.until(lambda: page.browser.find_elements(By.CSS_SELECTOR, ".opblock"))
    shown = page.js(
        "return Array.from(document.querySelectorAll('.opblock'), each => ["
        "each.querySelector('[data-path]').dataset.path,"
        "each.querySelector('.opblock-summary-method').textContent.toLowerCase()])"
    )
    assert sorted(shown) == sorted([path, method] for path, methods in routes.items() for method in methods)
    page.find("#operations-execute-execute .opblock-summary-control").click()
    page.until(lambda: page.browser.find_elements(By.CSS_SELECTOR, "#operations-execute-execute .execute"))
    page.find("#operations-execute-execute .execute").click()
    answer = page.until(
        lambda: page.browser.find_elements(By.CSS_SELECTOR, "#operations-execute-execute .live-responses-table code")
    )
    assert json.loads(answer[0].get_property("textContent"))["stdout"] == "hello\n"
