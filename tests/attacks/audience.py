# SPDX-License-Identifier: Apache-2.0
"""Assertions that are meant for somebody else (R9)."""

from lib.attack import refused
from lib.forge import CONSUME
from lib.world import good, suffixed

refused("audience_mismatch", {
    "another_service": lambda: good(audiences=[["https://other.test/saml"]]),
    "absent": lambda: good(audiences=[]),
    "no_conditions": lambda: good(conditions=False),
    "empty_restriction": lambda: good(audiences=[[]]),
    "empty_value": lambda: good(audiences=[[""]]),
    "second_restriction_does_not_name_us": lambda: good(audiences=[[CONSUME], ["https://other.test/saml"]]),
    "with_a_slash": lambda: good(audiences=[[CONSUME + "/"]]),
    "in_another_case": lambda: good(audiences=[[CONSUME.replace("saml", "SAML")]]),
    "with_a_suffix_nobody_set": lambda: good(audiences=[[suffixed("acme")]]),
    "our_host_only": lambda: good(audiences=[["https://imagekit.test"]]),
    "without_the_suffix_of_the_account": lambda: good("gamma", audiences=[[CONSUME]]),
})
refused("account_mismatch", {
    "with_the_suffix_of_another_account": lambda: good("gamma", audiences=[[suffixed("delta")]]),
    "twin_with_the_suffix_of_its_twin": lambda: good("twin", audiences=[[suffixed("twin2")]]),
})
