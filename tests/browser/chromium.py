# SPDX-License-Identifier: Apache-2.0
"""
Debian's Chromium, headless, with a profile of its own that is thrown away.

Every *.test name is this machine, and every other name is nowhere, but for those that a test says where they are.
Certificates are not checked: those of the tests are self-signed.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any, Callable, Mapping

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --no-default-browser-check
           --disable-background-networking --disable-component-update --disable-sync --disable-crash-reporter
           --disable-dev-shm-usage --hide-scrollbars --password-store=basic""".split()
NAMES = "MAP *.test 127.0.0.1, EXCLUDE 127.0.0.1, MAP * ~NOTFOUND"
FAVICON = "/favicon.ico "
SECONDS = 15
MARGIN = 16     # pixels around a part of a page
EXTENT = """const box = (css) => document.querySelector(css).getBoundingClientRect();
            return [box(arguments[0]).top + scrollY, box(arguments[1]).bottom + scrollY]"""


def screenshots() -> Path:
    """Where pictures of pages go: $IK_SCREENSHOTS, or a folder of the build."""
    folder = Path(os.environ.get("IK_SCREENSHOTS") or Path(os.environ.get("IK_BUILD_DIR", ".")) / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Chromium:
    """One browser. What it does not offer, Selenium's driver does."""

    def __init__(self, names: Mapping[str, int] = MappingProxyType({})) -> None:
        """names are hosts with the port of this machine that stands in for their port, whichever that is."""
        self.names = names
        self.home = Path(tempfile.mkdtemp(prefix="ik-chromium-", dir="/tmp"))
        self._expected: list[str]
        self._said: list[str] = []
        try:
            self.driver = self._start()
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        self.begin()

    def begin(self) -> None:
        """What a test starts with: an ordinary window, scripts, and a console that has said nothing."""
        self.console()
        self._said, self._expected = [], []
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        self.look()

    def _start(self) -> webdriver.Chrome:
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        options.accept_insecure_certs = True
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        rules = ", ".join([*(f"MAP {name} 127.0.0.1:{port}" for name, port in self.names.items()), NAMES])
        for flag in (*FLAGS, f"--user-data-dir={self.home}/profile", f"--host-resolver-rules={rules}"):
            options.add_argument(flag)
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.home), "TMPDIR": str(self.home)}
        driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver", env=environment), options=options)
        driver.set_page_load_timeout(SECONDS * 2)
        return driver

    def quit(self) -> None:
        try:
            self.driver.quit()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    # --- looking

    def look(self, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """The size of the window, and whether the person likes it dark."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def screenshot(self, name: str) -> Path:
        """Keeps a picture of the whole page as name.png."""
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        path = screenshots() / f"{name}.png"
        path.write_bytes(self._picture(size if size["height"] > self.run("return innerHeight") else None, optimizeForSpeed=True))
        return path

    def part(self, first: str = "", last: str = "") -> bytes:
        """A picture of what is between two elements (selectors), both included; or of what fits into the window."""
        if not first:
            return self._picture(None)
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        top, bottom = self.run(EXTENT, first, last or first)
        return self._picture({**size, "y": max(top - MARGIN, 0), "height": bottom - top + 2 * MARGIN})

    def _picture(self, clip: dict[str, Any] | None, **how: Any) -> bytes:
        beyond = {"captureBeyondViewport": True, "clip": {**clip, "scale": 1}} if clip else {"captureBeyondViewport": False}
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.captureScreenshot", {**beyond, **how})["data"])

    def get(self, url: str) -> None:
        self.driver.get(url)

    @property
    def url(self) -> str:
        return str(self.driver.current_url)

    @property
    def title(self) -> str:
        return str(self.driver.title)

    def find(self, css: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[WebElement]:
        return list(self.driver.find_elements(By.CSS_SELECTOR, css))

    @property
    def text(self) -> str:
        """What the page says."""
        return self.find("body").text

    def run(self, script: str, *args: Any) -> Any:
        """The value of a script's return, run in the page from outside it: its policy does not hold it up."""
        return self.driver.execute_script(script, *args)

    def wait_for(self, what: Callable[[], Any], seconds: float = SECONDS) -> Any:
        """The first true value of what(); pages that change meanwhile are asked again."""
        end = time.monotonic() + seconds
        while True:
            try:
                value = what()
                if value:
                    return value
            except WebDriverException:
                value = None
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s; the browser is at {self.url}: {self.text[:500]!r}")
            time.sleep(0.05)

    def wait_for_url(self, pattern: str, seconds: float = SECONDS) -> str:
        """The address once the regular expression is found in it."""
        self.wait_for(lambda: re.search(pattern, self.url), seconds)
        return self.url

    def settle(self) -> None:
        """Has the page as it is after a while: what moves has moved."""
        self.run("""for (const each of document.getAnimations())
                        if (isFinite(each.effect.getComputedTiming().endTime)) each.finish(); else each.cancel()""")

    # --- acting

    def fill(self, css: str, text: str) -> None:
        field = self.find(css)
        field.clear()
        field.send_keys(text)

    def click(self, css: str) -> None:
        self.find(css).click()

    def back(self) -> None:
        self.driver.back()

    def new_tab(self) -> str:
        """Opens a tab and turns to it; the handle for self.tab."""
        self.driver.switch_to.new_window("tab")
        return str(self.driver.current_window_handle)

    @property
    def handle(self) -> str:
        return str(self.driver.current_window_handle)

    def tab(self, handle: str) -> None:
        self.driver.switch_to.window(handle)

    def cookies(self) -> dict[str, dict[str, Any]]:
        """All cookies by name, those of other sites and HttpOnly ones too."""
        said = self.driver.execute_cdp_cmd("Network.getAllCookies", {})
        return {each["name"]: each for each in said["cookies"]}

    def drop_cookie(self, name: str) -> None:
        cookie = self.cookies()[name]
        self.driver.execute_cdp_cmd("Network.deleteCookies", {"name": name, "domain": cookie["domain"], "path": "/"})

    # --- listening

    def expect(self, pattern: str) -> None:
        """Announces a complaint in the console: a regular expression."""
        self._expected.append(pattern)

    def console(self) -> list[str]:
        """All that the console has said so far."""
        self._said += [each["level"] + " " + each["message"] for each in self.driver.get_log("browser")]
        return self._said

    def unexpected(self) -> list[str]:
        """Errors and warnings that were not announced. No site has to have a favicon."""
        bad = [line for line in self.console() if line.startswith(("SEVERE", "WARNING")) and FAVICON not in line]
        return [line for line in bad if not any(re.search(pattern, line) for pattern in self._expected)]
