# SPDX-License-Identifier: Apache-2.0
"""
A customer's administrator who needs nobody: from an invitation to the first sign-in and back, for each product, by mouse,
by keyboard alone, and without scripts.
"""

from __future__ import annotations

from typing import Callable, Iterator

import pytest
from chromium import Chromium
from customer import Customer
from hands import Keyboard, Mouse
from lib.server import Server
from market import SETTINGS, Market
from products import PRODUCTS

EVERY = pytest.mark.parametrize("account", PRODUCTS)
MADE: list[Market] = []


@pytest.fixture(scope="module", autouse=True)
def everything_else() -> Iterator[None]:
    """What stands around httpd ends after it."""
    yield
    while MADE:
        MADE.pop().close()


def site(server: Server) -> str:
    MADE.append(Market(server))
    return MADE[0].prepare()


@pytest.fixture
def market(server: Server) -> Market:
    return MADE[0]


@pytest.fixture
def come(chromiums: Callable[..., Chromium], market: Market) -> Callable[..., Customer]:
    """Somebody new, with a browser that has never been here."""
    def come(account: str, hands: type[Mouse] = Mouse, scripts: bool = True) -> Customer:
        return Customer(chromiums(market.names), market, account, hands, scripts)
    return come


# --- what the command line set up

@EVERY
def test_people_sign_in_at_every_product(come: Callable[..., Customer], market: Market, account: str) -> None:
    market.set_up(account)
    ann = come(account)
    ann.sign_in_there()
    ann.sees("ann@")
