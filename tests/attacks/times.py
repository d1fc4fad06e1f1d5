# SPDX-License-Identifier: Apache-2.0
"""Messages of another time; the skew is three minutes (R9)."""

from lib.attack import refused
from lib.forge import instant
from lib.world import confirmation, good

DAY, YEARS = 86400, 1000 * 365 * 86400

refused("expired", {
    "conditions": lambda: good(not_on_or_after=-185),
    "conditions_long_ago": lambda: good(not_before=-90000, not_on_or_after=-86400),
    "confirmation": lambda: good(confirmations=confirmation(not_on_or_after=-185)),
    "session": lambda: good(session_not_on_or_after=-185),
    "issued_the_day_before": lambda: good(issued=instant(-DAY - 185), not_on_or_after=YEARS, confirmations=confirmation(not_on_or_after=YEARS)),
    "issued_nowhen": lambda: good(issued=None),
})
refused("not_yet_valid", {
    "conditions": lambda: good(not_before=190, not_on_or_after=600),
    "conditions_next_year": lambda: good(not_before=31536000, not_on_or_after=31536600,
                                         confirmations=confirmation(not_on_or_after=31536600)),
})
refused("malformed", {
    "no_date": lambda: good(authn_instant="yesterday"),
    "thirteenth_month": lambda: good(authn_instant="2026-13-01T00:00:00Z"),
})
