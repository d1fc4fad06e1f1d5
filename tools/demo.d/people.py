# SPDX-License-Identifier: Apache-2.0
"""The people of the demo: one of every role in each of two accounts."""
from rolemap import ROLES
from simplesamlphp import Person

PASSWORD = "demo"   # the identity providers listen on 127.0.0.1 only, and know nobody real
ACCOUNTS = {"acme": "Acme Corporation", "globex": "Globex"}
SHARED_EMAIL = "consultant@partner.example"

NAMES = {
    "account_administrator": ("admin", "Ada Administrator"),
    "developer": ("developer", "Zoë 李 😀"),
    "media_library_full_access": ("editor", "Edgar O'Brien & Søn"),
    "media_library_view_only_access": ("viewer", "Véra \"V\" View"),
    "media_library_restricted_access": ("agency", "Agnès Agency"),
    "finance": ("finance", "Fin <Finance>"),
}


def of(account: str) -> list[Person]:
    """One person per role, and one whose address the other account knows too: two users, two roles."""
    people = [Person(account, NAMES[role][0], PASSWORD, f"{NAMES[role][0]}@{account}.example", NAMES[role][1], role)
              for role in ROLES]
    role = "finance" if account == "acme" else "developer"
    return people + [Person(account, "consultant", PASSWORD, SHARED_EMAIL, f"Consultant at {account}", role)]


def domains(account: str) -> list[str]:
    """Of the addresses of these people."""
    return sorted({person.email.partition("@")[2] for person in of(account)})
