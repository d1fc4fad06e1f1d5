# SPDX-License-Identifier: Apache-2.0
"""Responses of one account's identity provider that name another account (R12, security rules section 3)."""

from lib.attack import refused
from lib.forge import CONSUME
from lib.world import SHARED, good, providers, suffixed

ONLY = "https://only.test/saml/consume"


def acme_says(account, **changes):
    """Signed by acme's identity provider, which claims to speak for another account."""
    return good(account="acme", **changes).but(account=account, email=f"ann@{account}.test")


refused("signature_invalid", {
    "beta_in_the_claim": lambda: acme_says("beta"),
    "beta_in_the_claim_of_a_signed_response": lambda: acme_says("beta", signed="both"),
    "beta_in_claim_and_issuer": lambda: acme_says("beta", issuer=providers()["beta"].entity_id,
                                                  assertion_issuer=providers()["beta"].entity_id),
    "gamma_with_its_own_audience": lambda: acme_says("gamma", audiences=[[suffixed("gamma")]], recipient=suffixed("gamma"),
                                                     destination=suffixed("gamma"), issuer=SHARED, assertion_issuer=SHARED),
    "gamma_with_both_audiences": lambda: acme_says("gamma", audiences=[[CONSUME, suffixed("gamma")]]),
    "delta_signed_by_gamma_of_the_same_directory": lambda: good("gamma").but(account="delta"),
    "delta_signed_by_gamma_for_deltas_audience": lambda: good("delta", idp=providers()["gamma"]),
})
refused("account_mismatch", {
    "twin_names_its_twin": lambda: good("twin").but(account="twin2"),
    "twin_names_its_twin_in_a_signed_response": lambda: good("twin", signed="both").but(account="twin2"),
    "twin_names_its_twin_with_its_audience": lambda: good("twin", audiences=[[suffixed("twin2")]]).but(account="twin2"),
    "twin_names_its_twin_with_both_audiences": lambda: good(
        "twin", audiences=[[suffixed("twin"), suffixed("twin2")]]).but(account="twin2"),
    "twin_names_its_twin_for_the_default_audience": lambda: good("twin", audiences=[[CONSUME]]).but(account="twin2"),
    "twin_names_its_twin_with_audience_and_recipient": lambda: good(
        "twin", audiences=[[suffixed("twin2")]], recipient=suffixed("twin2"), signed="both").but(account="twin2"),
})
refused("account_mismatch", {
    "beta_where_only_acme_may_sign_in": lambda: good("beta", destination=ONLY, recipient=ONLY, audiences=[[ONLY]]),
}, host="only.test")
refused("unknown_account", {
    "nobody": lambda: acme_says("nobody"),
    "in_another_case": lambda: acme_says("ACME"),
    "sql": lambda: acme_says("acme' OR '1'='1"),
    "with_a_wildcard": lambda: acme_says("acm%"),
    "path": lambda: acme_says("../acme"),
})
refused("sso_disabled", {"without_metadata": lambda: acme_says("off")})
refused("account_disabled", {"disabled": lambda: good("shut")})
