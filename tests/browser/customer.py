# SPDX-License-Identifier: Apache-2.0
"""Somebody of a customer in front of a browser: what they do on the pages of their account, by mouse or keyboard."""

from __future__ import annotations

import re

from chromium import Chromium
from hands import Mouse
from lib.idp_demo import Person
from market import PASSWORD, SETTINGS, USERS, Market

METADATA, ENTITY_ID, DOMAINS = "textarea[name=metadata]", "input[name=entity_id]", "textarea[name=domains]"


def button(value: str) -> str:
    return f"button[value={value}]"


class Customer:
    """One person with one browser. Without scripts, buttons do what pages otherwise do by themselves."""

    def __init__(self, chromium: Chromium, market: Market, account: str, hands: type[Mouse] = Mouse, scripts: bool = True) -> None:
        self.chromium, self.market, self.account = chromium, market, account
        self.hands, self.scripts = hands(chromium), scripts
        self.provider = market.providers[account]
        self.prepare_window()

    def prepare_window(self) -> None:
        """For each new window: its size, and whether it runs scripts."""
        self.chromium.look()
        self.chromium.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not self.scripts})

    def sees(self, *words: str) -> None:
        """Waits until the page says all of this."""
        self.chromium.wait_for(lambda: all(word in self.chromium.text for word in words))

    def person(self, username: str) -> Person:
        return next(one for one in self.provider.people if one.username == username)

    # --- at the identity provider

    def give_password(self, username: str = "ann") -> None:
        """Whoever is not signed in there yet is asked."""
        self.chromium.wait_for(lambda: self.chromium.all("input[name=username]"))
        assert self.chromium.url.startswith(self.provider.url + "/"), self.chromium.url
        self.hands.write("input[name=username]", username)
        self.hands.write("input[name=password]", PASSWORD)
        self.hands.press("button[type=submit]")
        self.hand_over()

    def hand_over(self) -> None:
        """The identity provider's form with the response sends itself; without scripts, somebody does."""
        if not self.scripts:
            self.hands.press("input[type=submit]")

    # --- signing in

    def is_at(self, path: str) -> None:
        """Waits for that address; what is behind a ? is not looked at, and a fragment must be empty."""
        self.chromium.wait_for(lambda: re.split(r"[?]|#$", self.chromium.url)[0] == self.market.at(path)
                               and self.chromium.run("return document.readyState") == "complete")

    def sign_in_there(self, username: str = "ann", asked: bool = True) -> None:
        """Starts at the identity provider, which knows somebody who is not asked."""
        self.chromium.get(self.provider.login_url(self.market.at("/dashboard")))
        if asked:
            self.give_password(username)
        else:
            self.hand_over()
        self.is_at("/dashboard")

    def sign_in_here(self, username: str = "ann", asked: bool = True) -> None:
        """Starts on the dashboard, with an e-mail address."""
        self.chromium.get(self.market.at("/dashboard"))
        self.hands.write("input[name=email]", self.person(username).email)
        self.hands.press("main button")
        if asked:
            self.give_password(username)
        else:
            self.hand_over()
        self.is_at("/dashboard")

    def is_out(self) -> bool:
        """Whether the next request leads to the page where people sign in."""
        self.chromium.get(self.market.at("/dashboard/media"))
        return self.chromium.url.startswith(self.market.at("/single-sign-on"))

    def is_refused(self) -> bool:
        """Whether the identity provider would let them in, but the dashboard does not."""
        self.chromium.expect(" 403 ")
        self.chromium.get(self.provider.login_url(self.market.at("/dashboard")))
        self.hand_over()
        self.is_at("/saml/consume")
        return "disabled" in self.chromium.text

    # --- on the pages of the account

    def open_settings(self) -> None:
        self.chromium.get(self.market.at(SETTINGS))
        self.is_at(SETTINGS)

    def open_users(self, query: str = "") -> None:
        self.chromium.get(self.market.at(USERS) + query)
        self.is_at(USERS)

    def open_invitation(self, link: str) -> None:
        self.chromium.get(link)
        self.sees("Continue")

    def accept(self) -> None:
        self.hands.press(button("redeem"))
        self.chromium.wait_for(lambda: self.chromium.all(METADATA))

    def is_told_that_it_is_over(self, link: str, word: str) -> None:
        """Opens an invitation that can do nothing any more."""
        self.chromium.expect(r"\?invite=.* 403 ")
        self.chromium.get(link)
        self.sees(word)
        assert not self.chromium.all(button("redeem"))

    def paste_metadata(self, text: str | None = None) -> None:
        self.hands.paste(METADATA, self.provider.metadata() if text is None else text)

    def choose(self, action: str) -> None:
        """Presses a button of the page."""
        self.hands.press(button(action))

    def confirm(self, action: str) -> None:
        """Presses it on the page that asks once more."""
        self.chromium.wait_for(lambda: self.chromium.all("input[type=hidden][name=confirm]"))
        self.hands.press(button(action))

    def test_sign_in(self, username: str = "ann", asked: bool = True) -> str:
        """
        Presses Test sign-in, and stays in the window that this opens; the identity provider knows somebody who is not asked.
        The handle of the first window.
        """
        first = self.chromium.handle
        self.choose("test")
        self.chromium.wait_for(lambda: len(self.chromium.driver.window_handles) == 2)
        self.chromium.tab(next(each for each in self.chromium.driver.window_handles if each != first))
        self.prepare_window()
        if asked:
            self.give_password(username)
        else:
            self.hand_over()
        self.chromium.wait_for_url(r"\?test=")
        return first

    def passed_checks(self) -> list[str]:
        return self._checks("passed")

    def failed_checks(self) -> list[str]:
        return self._checks("failed")

    def _checks(self, state: str) -> list[str]:
        """What those checks ask for that ended so, on the page that shows what a test sign-in brought."""
        labels = [each.get_property("textContent") for each in self.chromium.all(f".check.{state} p:first-child")]
        return [label.partition(": ")[2] for label in labels]

    def description(self, css: str) -> str:
        """What is said about a field, besides its label."""
        ids = self.chromium.find(css).get_attribute("aria-describedby") or ""
        return " ".join(self.chromium.find(f"#{each}").text for each in ids.split())

    def close_window(self, back_to: str) -> None:
        self.chromium.driver.close()
        self.chromium.tab(back_to)
