# SPDX-License-Identifier: Apache-2.0
"""tools/demo --check: one person's way through the demo, without a screen."""
import json
import urllib.parse

import rolemap
from browser import Browser, Page, sign_in
from processes import Trouble

FORGED = {"X-IK-Role": "forged", "x-ik-role": "forged", "X_IK_Role": "forged", "x_ik_role": "forged",
          "X-IK_Role": "forged", "X-Ik-Email": "forged@evil.example", "X-IK-Account": "forged",
          "X-IK-Session": "forged"}
JSON = {"Accept": "application/json"}


def expect(what: str, found, wanted) -> None:
    if found != wanted:
        raise Trouble(f"{what}: expected {wanted!r}, found {found!r}")
    print(f"  ok  {what}")


def seen_by_backend(page: Page) -> dict[str, str]:
    """Identity headers as the backend got them, lower case; refuses an answer that is not the backend's."""
    if page.status != 200:
        raise Trouble(f"{page.url} answers {page.status} instead of the backend's page:\n{page.text[:1500]}")
    return {name.lower(): value for name, value in json.loads(page.text)["identity"]}


def check(site, account: str = "acme", username: str = "developer") -> None:
    provider = site.providers[account]
    person = next(person for person in provider.people if person.username == username)
    stranger, browser = Browser(str(site.certificate)), Browser(str(site.certificate))

    start = stranger.get(f"{site.url}/")
    expect("the start page links to the person's login", provider.switch_user_url(f"{site.url}/dashboard")
           .replace("&", "&amp;") in start.text, True)
    anonymous = stranger.get(f"{site.url}/dashboard/developer", headers=JSON, follow=False)
    expect("a stranger does not reach the backend", anonymous.status, 401)
    public = stranger.get(f"{site.url}/public", headers=JSON | FORGED)
    expect("forged headers do not arrive on an open path", seen_by_backend(public), {})

    target = f"{site.url}/dashboard/developer"
    landed = sign_in(browser, provider.login_url(target), person.username, person.password)
    expect("the login ends at its target", (landed.url, landed.status), (target, 200))
    _check_identity(browser, site, provider, person, target)
    _check_sections(browser, site, person)
    _check_logout(browser, site, target)
    _check_login_from_here(browser, site, provider, person, target)
    _check_logout_there(browser, provider, target)


def _check_identity(browser: Browser, site, provider, person, target: str) -> None:
    wanted = {"x-ik-email": person.email, "x-ik-account": person.account,
              "x-ik-role": person.role, "x-ik-idp": f"{provider.url}/saml2/idp/metadata.php",
              "x-ik-full-name": urllib.parse.quote(person.full_name, safe=" ")}
    for what, headers in (("the backend sees who it is", JSON),
                          ("forged headers change nothing", JSON | FORGED)):
        seen = seen_by_backend(browser.get(target, headers=headers))
        expect(what, {name: seen.get(name) for name in wanted}, wanted)
        expect("… and no other identity header", sorted(set(seen) - set(wanted)),
               ["x-ik-authn-time", "x-ik-session"])
    variables = browser.get(f"{site.url}/dashboard/variables")
    expect("httpd's own pages see it as variables", f"IKSSO_ROLE = {person.role}<" in variables.text, True)


def _check_sections(browser: Browser, site, person) -> None:
    for path, roles in rolemap.read().items():
        status = browser.get(f"{site.url}{path}", headers=JSON, follow=False).status
        expect(f"{person.role} at {path}", status, 200 if person.role in roles else 403)


def _check_logout(browser: Browser, site, target: str) -> None:
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    expect("the start page links to the sign-out", 'href="/logout"' in browser.get(f"{site.url}/").text, True)
    page = browser.get(f"{site.url}/logout")
    expect("it signs out", (page.status, "You are signed out" in page.text), (200, True))
    expect("… at the identity provider as well", "signed out at your company" in page.text, True)
    for what, headers in (("the browser is a stranger then", JSON), ("a copy of its cookie is refused", JSON | {"Cookie": cookies})):
        expect(what, browser.get(target, headers=headers, follow=False).status, 401)


def _check_login_from_here(browser: Browser, site, provider, person, target: str) -> None:
    page = browser.get(target)
    form = page.form_with("email")
    expect("a stranger is asked for an e-mail address", (form is not None, page.url.startswith(f"{site.url}/single-sign-on")),
           (True, True))
    page = browser.submit(page, form, {"email": person.email})
    form = page.form_with("password")
    expect("it leads to the identity provider, which asks who it is", (form is not None, page.url.startswith(provider.url)),
           (True, True))
    page = browser.submit(page, form, {"username": person.username, "password": person.password})
    landed = browser.submit(page, page.form_with("SAMLResponse"))
    expect("that login ends at its target too", (landed.url, landed.status), (target, 200))


def _check_logout_there(browser: Browser, provider, target: str) -> None:
    expect("it is signed in", browser.get(target, headers=JSON, follow=False).status, 200)
    left = browser.get(provider.logout_start)
    expect("signing out at the identity provider ends there", (left.status, left.url.startswith(provider.url)), (200, True))
    expect("… and ends the session here", browser.get(target, headers=JSON, follow=False).status, 401)
