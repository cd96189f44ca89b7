"""The pages as a person uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.client import Client

SECONDS: Final = 20
EDITOR: Final = "document.getElementById('editor').shadowRoot.querySelector('.cm-content')"


@dataclass(frozen=True, slots=True)
class Page:
    """A browser at one of the pages."""

    browser: webdriver.Chrome
    api: Client

    def screen(self, metrics: Mapping[str, Any]) -> None:
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", dict(metrics))

    def scheme(self, name: str) -> None:
        """Prefer light or dark."""
        feature = {"name": "prefers-color-scheme", "value": name}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def forget_everything(self) -> None:
        self.browser.get(f"{self.api.base_url}/health")
        self.js("localStorage.clear(); sessionStorage.clear()")

    def open(self, path: str = "/", *, key: bool = True) -> None:
        """Open the playground, with a key that was entered before."""
        self.browser.get(f"{self.api.base_url}{path}")
        if key:
            self.js("sessionStorage.setItem('key', arguments[0])", self.api.secret)
            self.browser.refresh()
        self.until(lambda: self.find("#run").is_enabled())

    def js(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """Return an element's text as it is, also where it is out of sight."""
        text: str = self.js("return document.querySelector(arguments[0]).textContent", selector)
        return text

    def until(self, condition: Callable[[], Any], seconds: float = SECONDS) -> Any:
        """Wait for something to be so, and return it."""
        return WebDriverWait(self.browser, seconds, 0.05).until(lambda _: condition(), self.state())

    def state(self) -> str:
        """Say what the page says, for the messages of tests that fail."""
        texts = self.js("return ['badge', 'status', 'notice'].map(id => document.getElementById(id)?.textContent)")
        return " · ".join(filter(None, texts))

    def choose(self, language: str) -> None:
        Select(self.find("#language")).select_by_value(language)

    @property
    def code(self) -> str:
        lines: list[str] = self.js(
            f"return Array.from({EDITOR}.querySelectorAll('.cm-line'), each => each.textContent)"
        )
        return "\n".join(lines)

    def write(self, code: str) -> None:
        """Replace the program in the editor, as a paste would."""
        self.js(f"{EDITOR}.focus()")
        self.press(Keys.CONTROL, "a").press(Keys.DELETE)
        self.browser.execute_cdp_cmd("Input.insertText", {"text": code})
        assert self.code == code

    def press(self, *keys: str) -> Page:
        """Press keys together."""
        chain = ActionChains(self.browser)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in keys[:-1]:
            chain.key_up(key)
        chain.perform()
        return self

    def run(self) -> str:
        """Run the program, wait for its end, and return the badge that says how it ended."""
        self.find("#run").click()
        return self.ended()

    def ended(self) -> str:
        self.until(lambda: self.find("#run").is_displayed())
        return self.text("#badge")
