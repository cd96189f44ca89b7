"""The playground in a real browser: programs of every ending, files, options, links, the key."""

from __future__ import annotations

import base64
import json
import shlex
import zlib
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.page import Page
from tests.conftest import LocalService, wait_until
from tests.local.quotas import client_with

PLOT = """import os
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
plt.plot([x * x for x in range(20)])
plt.savefig(os.environ["ARTIFACTS_DIR"] + "/squares.png", dpi=50)
with open(os.environ["ARTIFACTS_DIR"] + "/squares.csv", "w") as table:
    table.write("x,y\\n1,1\\n")"""


def test_a_typed_program_runs_once_the_key_is_entered(page: Page) -> None:
    page.open(key=False)
    page.js("document.getElementById('editor').shadowRoot.querySelector('.cm-content').focus()")
    page.press(Keys.CONTROL, "a").press(Keys.DELETE).press("for n in range(3):\nprint('line', n)")
    assert page.code == "for n in range(3):\n    print('line', n)"  # indented by the editor, its brackets closed once
    page.press(Keys.CONTROL, Keys.ENTER)
    page.find("#secret").send_keys("unsb-sk-wrong-wrong-wrong-wrong", Keys.ENTER)
    page.until(lambda: "doesn't know" in page.text("#key-notice"))
    page.find("#secret").clear()
    page.find("#secret").send_keys("unsb-pk-aaaa-aaaa-aaaa-aaaa", Keys.ENTER)
    page.until(lambda: "the public key" in page.text("#key-notice"))
    page.find("#secret").clear()
    page.find("#secret").send_keys(page.api.secret, Keys.ENTER)  # what it was asked for goes on by itself
    page.until(lambda: page.text("#stdout") == "line 0\nline 1\nline 2\n")
    assert page.ended() == "Exit code 0"
    assert "Total" in page.find("#timing").text
    assert page.js("return [sessionStorage, localStorage].map(each => each.getItem('key'))") == [
        page.api.secret,
        None,
    ]
    page.browser.refresh()
    page.until(lambda: page.find("#run").is_enabled())
    assert page.run() == "Exit code 0"  # the draft and the key are still there
    assert page.text("#stdout").endswith("line 2\n")


def test_a_compile_error(page: Page) -> None:
    page.open()
    page.choose("c")
    assert "#include" in page.code  # the example gave way to the language's own
    page.write("int main(void) { return missing; }")
    assert page.run() == "Exit code 1"
    assert page.text("#status") == "Compilation failed."
    assert "missing" in page.find("#stderr").text
    assert not page.find("#stdout-part").is_displayed()


def test_a_cancelled_loop_keeps_its_output(page: Page) -> None:
    page.open()
    page.choose("bash")
    page.write("n=0; while :; do echo tick $((n += 1)); sleep 0.1; done")
    page.find("#run").click()
    page.until(lambda: "tick 2\n" in page.text("#stdout"))  # while it runs
    assert page.text("#badge") == "Running"
    page.press(Keys.ESCAPE)
    assert page.ended() == "Cancelled"
    assert page.text("#stdout").startswith("tick 1\ntick 2\n")


def test_a_time_limit(page: Page) -> None:
    page.open()
    page.choose("bash")
    page.find("summary").click()
    page.find("#ttl").clear()
    page.find("#ttl").send_keys("1")
    page.write("echo before; sleep 60")
    assert page.run() == "Timed out"
    assert page.text("#stdout") == "before\n"


def test_a_picture_is_shown_and_files_can_be_had(page: Page, downloads: Path) -> None:
    if not page.api.execute("python", "import matplotlib")["success"]:
        pytest.skip("NO MATPLOTLIB: PICTURES ARE NOT TESTED; apt-get install python3-matplotlib")
    page.open()
    page.write(PLOT)
    assert page.run() == "Exit code 0"
    picture = page.find("#made img")
    page.until(lambda: page.js("return arguments[0].complete", picture))
    assert picture.get_attribute("alt") == "Picture squares.png"
    assert page.js("return [arguments[0].naturalWidth, arguments[0].naturalHeight]", picture) == [320, 240]
    page.find("[aria-label='Download squares.csv']").click()
    wait_until((downloads / "squares.csv").exists)
    assert (downloads / "squares.csv").read_text() == "x,y\n1,1\n"


def test_what_a_stranger_s_program_writes_is_never_part_of_the_page(page: Page) -> None:
    mark = "<img src=x onerror=\"document.title='owned'\">"
    picture = "<svg xmlns='http://www.w3.org/2000/svg'><script>document.title='owned'</script></svg>"
    page.open()
    page.choose("bash")
    page.write(
        f"echo {shlex.quote(mark)}; echo {shlex.quote(mark)} >&2; cd /tmp/artifacts\n"
        f"echo {shlex.quote(picture)} > owned.svg; echo 1 > {shlex.quote(mark)}"
    )
    page.js(
        "const make = URL.createObjectURL; globalThis.kinds = {};"
        "URL.createObjectURL = (blob) => { const url = make(blob); kinds[url] = blob.type; return url; }"
    )
    assert page.run() == "Exit code 0"
    assert page.text("#stdout") == page.text("#stderr") == mark + "\n"
    links = page.browser.find_elements(By.CSS_SELECTOR, "#made a")
    assert {link.get_attribute("download") for link in links} == {"owned.svg", mark}
    kinds = [page.js("return globalThis.kinds[arguments[0]]", link.get_attribute("href")) for link in links]
    assert page.js("return document.querySelectorAll('#stdout *, #stderr *, #made script').length") == 0
    assert "owned" not in page.browser.title
    assert kinds == ["application/octet-stream"] * 2  # opened as a page, a picture could run its scripts


def test_a_key_at_its_limit_is_waited_for_and_the_wait_can_be_ended(page: Page, service: LocalService) -> None:
    limited = client_with(service, rate=1, burst=1, concurrency=1)
    page.open()
    page.js("sessionStorage.setItem('key', arguments[0])", limited.secret)
    assert limited.request("GET", "/jobs").status == 200
    page.find("#run").click()
    page.until(lambda: "tries again by itself" in page.text("#notice"))
    assert "Too many requests" in page.text("#notice")
    page.press(Keys.ESCAPE)
    page.ended()
    assert page.text("#notice") == "Cancelled before the service took it."


def test_a_key_that_is_no_longer_taken_is_asked_for_anew(page: Page) -> None:
    page.open()
    page.js("sessionStorage.setItem('key', 'unsb-sk-wrong-wrong-wrong-wrong')")
    page.find("#run").click()
    page.until(lambda: page.find("#key-dialog").is_displayed())
    assert "doesn't take this key" in page.text("#key-notice")
    page.find("#secret").clear()
    page.find("#secret").send_keys(page.api.secret, Keys.ENTER)
    page.until(lambda: page.text("#badge") == "Exit code 0")


def test_input_and_options_reach_the_program(page: Page, tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("from a file")
    page.open()
    page.choose("bash")
    page.write('cat; for each in "$@"; do echo "<$each>"; done; echo "$A"; cat data.txt')
    page.find("summary").click()
    page.find("#stdin").send_keys("first\nsecond\n")
    page.find("#args").send_keys("one 'two three' \"fo\\\"ur\" fi\\ ve ''")
    page.find("#env").send_keys("A=x = y")
    page.find("#files").send_keys(str(tmp_path / "data.txt"))
    page.until(lambda: "1 file" in page.text("#chosen"))
    assert page.run() == "Exit code 0"
    assert page.text("#stdout") == 'first\nsecond\n<one>\n<two three>\n<fo"ur>\n<fi ve>\n<>\nx = y\nfrom a file'


def test_a_link_brings_the_program_and_never_the_key(page: Page) -> None:
    code = "# grüße 你好 <b>\necho shared $1"
    page.open()
    page.choose("bash")
    page.write(code)
    page.find("summary").click()
    page.find("#args").send_keys("'a b'")
    page.find("#env").send_keys("PASSWORD=secret")
    page.find("#share").click()
    link = page.until(lambda: page.find("#link").get_attribute("value"))
    assert unpacked(link) == {
        "language": "bash", "code": code, "stdin": "", "args": "'a b'", "network_mode": "zerotrust", "ttl": 60,
    }  # fmt: skip
    page.forget_everything()
    page.js("localStorage.setItem('draft', 'own')")
    page.open(link.removeprefix(page.api.base_url), key=False)
    assert page.code == code
    assert page.js("return location.hash") == ""
    assert page.text("#badge") == ""  # nothing was run
    page.js("sessionStorage.setItem('key', arguments[0])", page.api.secret)
    page.browser.refresh()
    page.until(lambda: page.find("#run").is_enabled())
    assert page.run() == "Exit code 0"
    assert page.text("#stdout") == "shared a b\n"
    assert page.js("return localStorage.getItem('draft')") == "own"  # its place isn't taken


def unpacked(link: str) -> Any:
    """Return what a link holds."""
    packed = link.partition("#p1.")[2]
    return json.loads(zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), -15))


@pytest.mark.parametrize("fragment", ["p1.AAAA", "p1.%", "p1."])
def test_a_damaged_link_is_said_to_be_one(page: Page, fragment: str) -> None:
    page.open(f"/#{fragment}", key=False)
    assert "damaged" in page.text("#notice")
    assert "Hello" in page.code


def test_what_the_service_refuses_is_said_in_its_words(page: Page) -> None:
    page.open()
    page.find("summary").click()
    page.find("#args").send_keys(" ".join(["x"] * 65))
    page.find("#run").click()
    page.until(lambda: "args" in page.text("#notice"))
    assert page.text("#status") == "Not run."


MUCH = 'import time\nfor n in range(20_000):\n    print(f"{n:08}", flush=n % 1000 == 0)\ntime.sleep(60)'


def test_all_that_is_printed_is_shown_while_it_runs(page: Page) -> None:
    page.open()
    page.write(MUCH)
    page.find("#run").click()
    page.until(lambda: len(page.text("#stdout")) >= 9 * 19_001)
    assert page.text("#badge") == "Running"
    assert page.text("#stdout").startswith("00000000\n")
    assert not page.find("#notice").is_displayed()
    page.press(Keys.ESCAPE)
    assert page.ended() == "Cancelled"


def test_a_line_that_breaks_is_gone_on_with(page: Page) -> None:
    page.open()
    page.choose("bash")
    page.write("for n in 1 2 3 4 5 6; do echo line $n; sleep 0.2; done")
    page.js(
        "const ask = fetch; globalThis.asked = [];"
        "globalThis.fetch = async (url, options) => {"
        "  const answer = await ask(url, options);"
        "  if (!url.endsWith('/events') || asked.push(options.headers['Last-Event-ID'] ?? null) > 2) return answer;"
        "  const reader = answer.body.getReader(); let parts = 0;"
        "  return new Response(new ReadableStream({ async pull(to) {"
        "    const { value } = await reader.read();"
        "    if ((parts += 1) < 3) to.enqueue(value); else to.error(new TypeError('broken'));"
        "  } }));"
        "}"
    )
    assert page.run() == "Exit code 0"
    assert page.text("#stdout") == "".join(f"line {n}\n" for n in range(1, 7))
    asked = page.js("return asked")
    assert asked[0] is None
    assert len({*asked}) == len(asked) == 3


def test_a_service_without_events_is_polled(page: Page) -> None:
    page.open()
    page.choose("bash")
    page.write("echo one; sleep 0.5; echo two")
    page.js(
        "const ask = fetch; globalThis.asked = 0;"
        "globalThis.fetch = (url, options) => url.endsWith('/events') && (asked += 1)"
        '  ? Promise.resolve(new Response(\'{"error":"not_found","message":"None."}\', { status: 404 }))'
        "  : ask(url, options)"
    )
    assert page.run() == "Exit code 0"
    assert page.text("#stdout") == "one\ntwo\n"
    assert page.js("return asked") == 1
