"""One browser for all tests; after each of them, what it asked for and complained about is looked at."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.browser.page import Page
from tests.client import Client

INSTALL: Final = "NO BROWSER: THE PAGES ARE NOT TESTED; apt-get install chromium chromium-driver"
DESKTOP: Final = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}
PHONE: Final = {"width": 390, "height": 760, "deviceScaleFactor": 2, "mobile": True}
SWITCHES: Final = (
    "--headless=new",
    "--no-sandbox",  # root, as in CI, can't have Chromium's own
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip these tests, in one line a file, where there is no browser."""
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(INSTALL))


@pytest.fixture(scope="package")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    yield browser
    browser.quit()


@pytest.fixture
def page(chromium: webdriver.Chrome, api: Client) -> Iterator[Page]:
    """A browser that has kept nothing, on a desktop's screen."""
    page = Page(chromium, api)
    page.screen(DESKTOP)
    page.forget_everything()
    drain(chromium)
    yield page
    asked, complaints = drain(chromium)
    assert asked
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("blob:", "data:"))}
    assert hosts == {urlsplit(api.base_url).netloc}
    assert complaints == []


def drain(browser: webdriver.Chrome) -> tuple[list[str], list[str]]:
    """Return the URLs that pages asked for and their errors (refusals by the API aside), since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    entries = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return asked, [entry["message"] for entry in entries if entry["source"] != "network"]


@pytest.fixture
def downloads(chromium: webdriver.Chrome, tmp_path: Path) -> Path:
    """Where what is downloaded goes."""
    chromium.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    return tmp_path
