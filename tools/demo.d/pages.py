# SPDX-License-Identifier: Apache-2.0
"""What the demo shows: the start page, and the text in the terminal."""
import html

import rolemap

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>mod_ikssoauth demo</title>
<style>
:root {{ color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }}
body {{ max-width: 70rem; margin: 2rem auto; padding: 0 1rem }}
div {{ overflow-x: auto }}
table {{ border-collapse: collapse; margin-bottom: 2rem }}
caption {{ text-align: left; font-weight: bold; padding: .5rem 0 }}
th, td {{ text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #8884 }}
</style>
</head>
<body>
<main>
<h1>mod_ikssoauth demo</h1>
<p>Choose a person, and sign in at their identity provider with the name and password of that line. It sends the
browser back here, to the <a href="/dashboard">dashboard</a>. To be somebody else, just choose another person.</p>
<p>Or <a href="/single-sign-on">sign in from here</a> with one of the e-mail addresses.
<a href="/logout">Sign out</a> ends the session here and at the identity provider.</p>
{accounts}
<div><table>
<caption>Who may use what</caption>
<thead><tr><th scope="col">Path</th>{roles}</tr></thead>
<tbody>{sections}</tbody>
</table></div>
<p><a href="/dashboard/variables">/dashboard/variables</a> shows the identity as httpd's variables,
<a href="/public">/public</a> is open to everyone: an X-IK header sent there by a client does not arrive either.</p>
</main>
</body>
</html>
"""

ACCOUNT = """<div><table>
<caption>{account}, identity provider {idp}</caption>
<thead><tr><th scope="col">Sign in as</th><th scope="col">Role</th><th scope="col">E-mail</th>
<th scope="col">User name</th><th scope="col">Password</th></tr></thead>
<tbody>{rows}</tbody>
</table></div>
"""


def sections() -> list[str]:
    """Every path worth a link."""
    return ["/", *rolemap.read(), "/dashboard/variables", "/public"]


def _cells(*texts: str) -> str:
    return "".join(f"<td>{html.escape(text)}</td>" for text in texts)


def _account(account: str, provider, url: str) -> str:
    rows = [f'<tr><td><a href="{html.escape(provider.switch_user_url(url + "/dashboard"))}">'
            f"{html.escape(person.full_name)}</a></td>"
            f"{_cells(person.role, person.email, person.username, person.password)}</tr>"
            for person in provider.people]
    return ACCOUNT.format(account=html.escape(account), idp=html.escape(provider.url), rows="\n".join(rows))


def _section(path: str, roles: frozenset[str]) -> str:
    marks = _cells(*("yes" if role in roles else "no" for role in rolemap.ROLES))
    return f'<tr><th scope="row"><a href="{html.escape(path)}">{html.escape(path)}</a></th>{marks}</tr>'


def start_page(url: str, providers: dict) -> str:
    return PAGE.format(
        accounts="".join(_account(account, provider, url) for account, provider in providers.items()),
        roles="".join(f'<th scope="col">{html.escape(role)}</th>' for role in rolemap.ROLES),
        sections="\n".join(_section(path, roles) for path, roles in rolemap.read().items()))


def terminal(url: str, certificate, providers: dict) -> str:
    lines = [f"Start page   {url}/", f"Sign in      {url}/single-sign-on with one of the e-mail addresses", f"Certificate  {certificate} (self-signed: the browser will ask)", ""]
    for account, provider in providers.items():
        lines += [f"Account {account}, identity provider {provider.url}",
                  f"  {'user name':<12} {'password':<10} {'e-mail':<30} role"]
        lines += [f"  {person.username:<12} {person.password:<10} {person.email:<30} {person.role}"
                  for person in provider.people]
        lines += [f"  sign in: {provider.login_url(url + '/dashboard')}", f"  sign out: {provider.logout_start}", ""]
    return "\n".join(lines)
