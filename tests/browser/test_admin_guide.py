# SPDX-License-Identifier: Apache-2.0
"""
The pictures of docs/admin-guide.md, taken on the way that it describes. With IK_GUIDE_IMAGES they are kept there
(make guide-images); else in the folder of all pictures.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Callable

from chromium import Chromium, screenshots
from customer import DOMAINS, Customer
from lib.server import TOP, Server
from market import PEOPLE, SETTINGS, Market

GUIDE, IMAGES = TOP / "docs" / "admin-guide.md", TOP / "docs" / "images"
WIDTH, HEIGHT = 1000, 720
BYTES = 150_000
COLLEAGUES = {"cleo": ("Cleo Okafor", "developer"), "dan": ("Dan Ørsted", "finance"),
              "eve": ("Eve Martin", "media_library_full_access"), "finn": ("Finn Weber", "media_library_view_only_access")}
MADE: list[Market] = []


def site(server: Server) -> str:
    MADE.append(Market(server, "https://imagekit.io"))
    return MADE[0].prepare()


class Album:
    """Where the pictures go."""

    def __init__(self) -> None:
        named = os.environ.get("IK_GUIDE_IMAGES")
        self.folder = Path(named) if named else screenshots() / "guide"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.taken: set[str] = set()

    def take(self, chromium: Chromium, name: str, first: str = "", last: str = "") -> None:
        chromium.look(WIDTH, HEIGHT)
        chromium.settle()
        (self.folder / f"{name}.png").write_bytes(chromium.part(first, last))
        self.taken.add(f"{name}.png")


def named_in_the_guide() -> set[str]:
    return set(re.findall(r"\]\(images/([^)]+)\)", GUIDE.read_text()))


def test_the_guide_shows_every_picture_there_is() -> None:
    kept = {path.name for path in IMAGES.iterdir()}
    assert kept == named_in_the_guide() and len(kept) >= 8
    assert all(path.stat().st_size < BYTES for path in IMAGES.iterdir())


def test_the_pictures_of_the_guide_are_taken(chromiums: Callable[..., Chromium], server: Server) -> None:
    album, market = Album(), MADE[0]
    market.sign_up("okta")
    ann = Customer(chromiums(market.names), market, "okta")
    set_up(ann, album)
    look_after(ann, album)
    assert album.taken == named_in_the_guide()


def set_up(ann: Customer, album: Album) -> None:
    chromium = ann.chromium
    ann.open_invitation(ann.market.invite("okta"))
    album.take(chromium, "invited")
    ann.accept()
    album.take(chromium, "values", "#values-heading", "#values .values")
    ann.paste_metadata()
    album.take(chromium, "form", "#form-heading", "#domains-hint")
    first = ann.test_sign_in()
    album.take(chromium, "tested")
    ann.close_window(first)
    ann.hands.write(DOMAINS, "elsewhere.example")
    first = ann.test_sign_in(asked=False)
    album.take(chromium, "tested-failed", "h1", ".check.failed")
    ann.close_window(first)
    ann.hands.write(DOMAINS, "okta.example")
    ann.choose("save")
    ann.sees("Saved.")
    album.take(chromium, "report", "#report")


def look_after(ann: Customer, album: Album) -> None:
    chromium = ann.chromium
    ann.sign_in_there(asked=False)
    ann.open_settings()
    ann.choose("invite")
    ann.sees("?invite=")
    album.take(chromium, "invite", "#invite")
    album.take(chromium, "options", "#options")
    be_refused(ann)
    chromium.wait_for(lambda: lists_a_failure(ann))
    album.take(chromium, "failures")
    ann.hands.press("main a[href*='?trace=']")
    album.take(chromium, "failure", "h1", "main")
    ann.open_settings()
    ann.choose("delete")
    album.take(chromium, "delete")
    hire(ann.market)
    ann.open_users()
    album.take(chromium, "users", "#people")
    ann.hands.press("a[href*='user=cleo']")
    album.take(chromium, "user", "#deeds")


def lists_a_failure(ann: Customer) -> bool:
    """A new one appears within seconds, on a page that is opened anew."""
    ann.chromium.get(ann.market.at(f"{SETTINGS}?failures"))
    return bool(ann.chromium.all("main a[href*='?trace=']"))


def be_refused(ann: Customer) -> None:
    """For a domain that is not allowed, for a moment."""
    for domain in ("elsewhere.example", "okta.example"):
        ann.market.server.ctl("account", "set", "okta", "--domain", domain)
        if domain == "elsewhere.example":
            ann.chromium.expect(" 403 ")
            ann.chromium.get(ann.provider.login_url(ann.market.at("/dashboard")))
            ann.is_at("/saml/consume")


def hire(market: Market) -> None:
    """People who have signed in already."""
    now = time.time()
    for days, (name, (full_name, role)) in enumerate(COLLEAGUES.items(), start=1):
        first, last = (int((now - ago * 86400) * 1_000_000) for ago in (days * 40, days * 3))
        market.server.sql("""INSERT INTO ik_user (account, email, name, role, enabled, first_login, last_login)
                             VALUES (?, ?, ?, ?, 1, ?, ?)""", "okta", f"{name}@okta.example", full_name, role, first, last)
