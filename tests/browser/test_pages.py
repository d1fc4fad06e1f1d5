# SPDX-License-Identifier: Apache-2.0
"""Every page in every state, in Chromium with its own policy: how it looks, reads, and works by keyboard; and its forms."""

from __future__ import annotations

from typing import Iterator

import pytest
from chromium import Chromium
from gallery import Gallery, show
from judge import EXAMINE, VIEWS, complaints
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea"
STOPS = 4       # of Tab within one field at most: a date has a day, a month, a year and a calendar
# What Tab and the looks of focus depend on: pages that are alike in it need one walk.
WAY = """return [...document.querySelectorAll(arguments[0])].map((each) => [each.tagName, each.type, each.tabIndex, each.className,
         each.disabled, each.checkVisibility(), each === document.activeElement].join(" ")).join()"""

# What a person starts with a form that leads on, and the button for it: the page sends it by itself where there is none.
LEADING = {"sign-in-filled": "button", "switch": "button[value=switch]", "sign-out": "button",
           "wait": "", "post-message": "", "post-held": ""}


@pytest.fixture
def chromium(shared: Chromium) -> Iterator[Chromium]:
    """One browser for all tests here: pages leave nothing behind in it."""
    shared.get("about:blank")
    shared.begin()
    yield shared
    assert not shared.unexpected(), "\n".join(shared.unexpected())


def test_shows_every_kind_of_page(gallery: Gallery) -> None:
    kinds = {"sign-in", "first-sign-in", "slow-down", "wait", "post", "switch", "cookies", "sign-out", "signed-out", "refusal",
             "failure", "failures", "trace", "explained", "settings", "ask", "invited", "invite", "tested", "users", "user", "guide"}
    assert {kind for kind in kinds if any(name.startswith(kind) for name in gallery.names)} == kinds
    assert len(gallery.names) > 50


def test_every_page_looks_and_reads_well(chromium: Chromium, gallery: Gallery) -> None:
    """In every view, by our own rules and by axe-core's."""
    found = []
    for name in gallery.names:
        show(chromium, gallery, name)
        found += [each for view in VIEWS for each in complaints(chromium, name, view)]
    assert not found, "\n".join(found)


def test_examination_finds_what_is_wrong(chromium: Chromium, gallery: Gallery) -> None:
    """The same examination of a page that was spoiled."""
    chromium.get(f"{gallery.url}/sign-in")
    assert chromium.run(EXAMINE) == []
    chromium.run("""document.querySelector("label").remove();
                    document.querySelector(".lead").style.color = "#ccc";
                    document.querySelector("button").style.minWidth = "2000px";
                    document.querySelector("main").append(document.querySelector("h1").cloneNode(true));""")
    found = "\n".join(chromium.run(EXAMINE))
    for word in ("no label", "contrast", "sideways", "sticks out", "not one heading", "an id twice"):
        assert word in found, found


def test_console_hears_of_what_the_policy_denies(chromium: Chromium, gallery: Gallery) -> None:
    gallery.policies["sign-in"] = gallery.policy("cookies").replace("sha256-", "sha256-A")
    chromium.expect("Content Security Policy")
    chromium.get(f"{gallery.url}/sign-in")
    assert sum("Content Security Policy" in line for line in chromium.console()) >= 2     # style and script


def test_tab_leads_through_every_page_in_reading_order(chromium: Chromium, gallery: Gallery) -> None:
    walked = set()
    for name in gallery.names:
        show(chromium, gallery, name)
        way = chromium.run(WAY, FOCUSABLE)
        if way in walked:
            continue
        walked.add(way)
        order = [each for each in chromium.all(FOCUSABLE) if each.is_displayed()]
        reached = [chromium.driver.switch_to.active_element]
        focused = reached[0].tag_name != "body"     # typing begins in a field
        if focused:
            order = order[order.index(reached[0]):]
        for _ in range(STOPS * len(order)):
            if len(reached) == len(order) + (not focused):
                break
            ActionChains(chromium.driver).send_keys(Keys.TAB).perform()
            active, outline = chromium.run("return [document.activeElement, getComputedStyle(document.activeElement).outlineStyle]")
            assert outline == "solid", name
            if active != reached[-1]:
                reached.append(active)
        assert reached[0 if focused else 1:] == order, name
    assert len(walked) > 30


def described(chromium: Chromium, name: str) -> dict[str, str]:
    """What a screen reader is told of the field called name."""
    nodes = chromium.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    node = next(each for each in nodes if each.get("role", {}).get("value") == "textbox" and each["name"]["value"] == name)
    said = {each["name"]: str(each["value"].get("value")) for each in node["properties"]}
    return {**said, "description": node.get("description", {}).get("value", "")}


def test_fields_tell_a_screen_reader_what_is_wrong(chromium: Chromium, gallery: Gallery) -> None:
    show(chromium, gallery, "sign-in")
    assert described(chromium, "Work e-mail")["focused"] == "True"
    assert described(chromium, "Work e-mail")["required"] == "True"
    show(chromium, gallery, "sign-in-problem")
    said = described(chromium, "Work e-mail")
    assert (said["invalid"], said["description"]) == ("true", "This is not an e-mail address.")
    assert chromium.find(".problem").aria_role == "alert"
    show(chromium, gallery, "sign-in-account-problem")
    said = described(chromium, "Account ID")
    assert said["focused"] == "True" and said["invalid"] == "true"
    assert said["description"].startswith("We cannot sign you in to this account") and "administrator" in said["description"]


# --- what is copied

READ_CLIPBOARD = "navigator.clipboard.readText().then(arguments[0], (error) => arguments[0](String(error)))"


def test_button_copies_a_value_and_says_so(chromium: Chromium, gallery: Gallery) -> None:
    show(chromium, gallery, "settings-off")
    chromium.driver.execute_cdp_cmd("Browser.grantPermissions", {
        "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": gallery.url})
    button = chromium.find("button[aria-label='Copy Single sign-on URL (ACS)']")
    button.send_keys(Keys.ENTER)
    chromium.wait_for(lambda: button.text == "Copied")
    assert chromium.find("#said").aria_role == "status"
    assert chromium.run("return document.getElementById('said').textContent") == "Copied Single sign-on URL (ACS)"
    assert chromium.driver.execute_async_script(READ_CLIPBOARD) == "https://dashboard.imagekit.test/saml/consume"
    chromium.driver.execute_cdp_cmd("Browser.resetPermissions", {})


def test_button_selects_where_the_browser_does_not_let_it_copy(chromium: Chromium, gallery: Gallery) -> None:
    show(chromium, gallery, "settings-link")
    chromium.run("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    chromium.click("button[aria-label='Copy the link']")
    chromium.wait_for(lambda: "Control and C" in chromium.run("return document.getElementById('said').textContent"))
    assert "?invite=" in chromium.run("return String(getSelection())")


def test_without_scripts_there_is_no_button_that_copies(chromium: Chromium, gallery: Gallery) -> None:
    chromium.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    show(chromium, gallery, "settings-off")
    assert chromium.all("[data-copy]") and not chromium.all("button.copy")


# --- forms

def test_enter_sends_what_was_typed(chromium: Chromium, gallery: Gallery) -> None:
    chromium.get(f"{gallery.url}/sign-in?target=x#media/2?a=b")
    chromium.driver.switch_to.active_element.send_keys("ann@acme.test" + Keys.ENTER)
    chromium.wait_for(lambda: gallery.posted)
    assert gallery.posted == [{"target": '/dashboard/media?x=1&y="2"', "fragment": "#media/2?a=b", "email": "ann@acme.test"}]


def test_browser_asks_for_an_address_before_it_sends(chromium: Chromium, gallery: Gallery) -> None:
    chromium.get(f"{gallery.url}/sign-in")
    for typed in ("", "ann"):
        chromium.fill("#email", typed)
        chromium.click("button")
        assert chromium.run("return document.querySelector('#email').validity.valid") is False
    assert gallery.posted == []


def test_fragment_is_that_of_the_moment_of_sending(chromium: Chromium, gallery: Gallery) -> None:
    chromium.get(f"{gallery.url}/sign-in-filled#one")
    chromium.run("location.hash = '#two'")
    chromium.click("button")
    chromium.wait_for(lambda: gallery.posted)
    assert gallery.posted[0]["fragment"] == "#two"


def test_no_fragment_is_empty(chromium: Chromium, gallery: Gallery) -> None:
    chromium.get(f"{gallery.url}/sign-in-filled")
    chromium.click("button")
    chromium.wait_for(lambda: gallery.posted)
    assert gallery.posted[0]["fragment"] == ""


def test_waiting_page_sends_itself_with_the_fragment(chromium: Chromium, gallery: Gallery) -> None:
    chromium.get(f"{gallery.url}/wait#media/2")
    chromium.wait_for(lambda: gallery.posted)
    assert gallery.posted == [{"account": "acme", "target": "/dashboard", "fragment": "#media/2"}]


def test_held_form_arrives_as_it_was_sent(chromium: Chromium, gallery: Gallery) -> None:
    """Fields called like the members of a form do not get in the way, and line ends are those of forms."""
    chromium.get(f"{gallery.url}/post-held")
    chromium.wait_for(lambda: gallery.posted)
    assert gallery.posted == [{"submit": "Save", "note": 'one\r\ntwo & "three" <ü>', "method": "", "action": "x"}]


@pytest.mark.parametrize("name", ["wait", "post-message", "post-held"])
def test_page_that_sends_itself_names_its_origin(chromium: Chromium, gallery: Gallery, name: str) -> None:
    """Else it would be "null", and applications that look at it refuse the form."""
    chromium.get(f"{gallery.url}/{name}")
    chromium.wait_for(lambda: gallery.posted)
    assert gallery.origins == [gallery.url]


def test_other_pages_do_not_tell_where_people_come_from(chromium: Chromium, gallery: Gallery) -> None:
    chromium.get(f"{gallery.url}/sign-in-filled")
    chromium.click("button")
    chromium.wait_for(lambda: gallery.posted)
    assert gallery.origins == ["null"]


@pytest.mark.parametrize("name", ["wait", "post-message"])
def test_back_skips_a_page_that_sends_itself(chromium: Chromium, gallery: Gallery, name: str) -> None:
    gallery.leads_to = gallery.elsewhere + "/there"
    chromium.get(f"{gallery.url}/cookies")
    chromium.run("location.href = arguments[0]", f"/{name}")
    chromium.wait_for_url("//idp.test")
    chromium.back()
    chromium.wait_for_url("/cookies$")
    assert len(gallery.posted) == 1


def test_button_goes_on_where_scripts_are_off(chromium: Chromium, gallery: Gallery) -> None:
    chromium.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    for name in ("sign-in-filled", "wait", "post-message", "post-held"):
        gallery.posted.clear()
        chromium.get(f"{gallery.url}/{name}")
        assert gallery.posted == []
        chromium.click("button")
        chromium.wait_for(lambda: gallery.posted)


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("name", LEADING)
def test_form_leads_on_to_an_identity_provider(chromium: Chromium, gallery: Gallery, name: str, scheme: str) -> None:
    gallery.leads_to = (gallery.elsewhere if scheme == "https" else gallery.elsewhere_plain) + "/there"
    chromium.get(f"{gallery.url}/{name}")
    if LEADING[name]:
        chromium.click(LEADING[name])
    chromium.wait_for_url(f"^{scheme}://idp.test:[0-9]+/there$")
    assert "arrived" in chromium.text


@pytest.mark.parametrize("sources", ["'self'", "'self' https:"])
def test_narrower_policy_would_be_a_dead_end(chromium: Chromium, gallery: Gallery, sources: str) -> None:
    """Why ik_html_csp_form allows any web address: Chromium holds redirects against form-action, too."""
    chromium.expect("form-action")
    gallery.policies["sign-in-filled"] = gallery.policy("sign-in-filled").replace("'self' https: http:", sources)
    gallery.leads_to = gallery.elsewhere_plain + "/there"
    chromium.get(f"{gallery.url}/sign-in-filled")
    chromium.click("button")
    chromium.wait_for(lambda: any("form-action" in line for line in chromium.console()))
    assert chromium.url.startswith(gallery.url)
