# SPDX-License-Identifier: Apache-2.0
"""How somebody works a page: with the mouse, or with nothing but a keyboard. Both can do the same."""

from __future__ import annotations

from chromium import Chromium
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

TABS = 300      # more than any page has stops


class Mouse:
    """Clicks, and types where it has clicked."""

    def __init__(self, chromium: Chromium) -> None:
        self.chromium = chromium

    def go_to(self, css: str) -> None:
        """To a field."""
        self.chromium.wait_for(lambda: self.chromium.all(css))
        self.chromium.click(css)

    def press(self, css: str) -> None:
        """A button or link."""
        self.go_to(css)

    def keys(self, *keys: str) -> None:
        ActionChains(self.chromium.driver).send_keys(*keys).perform()

    def select_all(self) -> None:
        ActionChains(self.chromium.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()

    def write(self, css: str, text: str) -> None:
        """Types in place of what stands in a field."""
        self.go_to(css)
        self.select_all()
        self.keys(text or Keys.DELETE)

    def paste(self, css: str, text: str) -> None:
        """The same, all at once: as it comes from a clipboard."""
        self.go_to(css)
        self.select_all()
        self.chromium.driver.execute_cdp_cmd("Input.insertText", {"text": text})


class Keyboard(Mouse):
    """Never clicks: Tab leads there."""

    def go_to(self, css: str) -> None:
        self.chromium.wait_for(lambda: self.chromium.all(css))
        for _ in range(TABS):
            if self.chromium.run("return document.activeElement.matches(arguments[0])", css):
                return
            self.keys(Keys.TAB)
        raise AssertionError(f"Tab does not lead to {css} at {self.chromium.url}")

    def press(self, css: str) -> None:
        self.go_to(css)
        self.keys(Keys.SPACE if self.chromium.find(css).tag_name == "button" else Keys.ENTER)
