# SPDX-License-Identifier: Apache-2.0
"""axe-core, npm's judge of how accessible a page is, run in the page that a browser shows."""

from __future__ import annotations

from functools import lru_cache

from chromium import Chromium
from lib.idp_node import modules

GRAVE = ("serious", "critical")
# The rules of WCAG 2.0, 2.1 and 2.2 up to AA, and what axe's authors hold to be good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What those rules look at that another set of colours changes.
COLOURS = ["color-contrast", "link-in-text-block"]
JUDGE = """
const [only, done] = arguments;
axe.run(document, {runOnly: only, resultTypes: ['violations']}).then(
    (said) => done(said.violations.map((each) => [
        each.impact, each.id, each.help, each.nodes.map((node) => node.target.join(' ') + ' ' + node.html.slice(0, 100))])),
    (error) => done([['critical', 'axe', String(error), []]]))"""


@lru_cache(maxsize=None)
def program() -> str:
    return (modules() / "axe-core" / "axe.min.js").read_text()


def violations(chromium: Chromium, rules: list[str]) -> list[str]:
    """
    What is gravely wrong with the page, a line each, by those rules or kinds of rules.
    The page's policy does not hold the script up: the browser's own protocol runs it.
    """
    if not chromium.run("return typeof axe === 'object'"):
        chromium.run(program() + "\nwindow.axe = axe;")
    found = chromium.driver.execute_async_script(JUDGE, rules)
    return [f"{impact}: {name}: {what}: {'; '.join(where)}" for impact, name, what, where in found if impact in GRAVE]
