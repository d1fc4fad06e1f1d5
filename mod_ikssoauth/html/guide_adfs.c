/* SPDX-License-Identifier: Apache-2.0 */
/* The guide for AD FS: lines of PowerShell, ready to paste. */
#include "html/guide.h"

#define CLAIMS "http://schemas.xmlsoap.org/ws/2005/05/identity/"
#define MAIL "urn:dashboard:mail"
#define NAME "urn:dashboard:name"
#define GROUP "urn:dashboard:group"

/* What is looked up in the directory is added, not issued: only the claims that are asked for go out. */
#define RULES \
    "$rules = @'\n" \
    "@RuleName = \"Look up the person\"\n" \
    "c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\",\n" \
    "   Issuer == \"AD AUTHORITY\"]\n" \
    " => add(store = \"Active Directory\",\n" \
    "        types = (\"" MAIL "\", \"" NAME "\", \"" GROUP "\"),\n" \
    "        query = \";mail,displayName,tokenGroups;{0}\", param = c.Value);\n" \
    "\n" \
    "@RuleName = \"Name ID\"\n" \
    "c:[Type == \"" MAIL "\"]\n" \
    " => issue(Type = \"" CLAIMS "claims/nameidentifier\",\n" \
    "          Value = c.Value,\n" \
    "          Properties[\"" CLAIMS "claimproperties/format\"]\n" \
    "          = \"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\");\n" \
    "\n" \
    "@RuleName = \"Account\"\n" \
    " => issue(Type = {claim_account|rule}, Value = {account|rule});\n" \
    "\n" \
    "@RuleName = \"Full name\"\n" \
    "c:[Type == \"" NAME "\"]\n" \
    " => issue(Type = {claim_name|rule}, Value = c.Value);\n"

#define RULE_OF_ROLE \
    "\n" \
    "@RuleName = {role|rule}\n" \
    "EXISTS([Type == \"" GROUP "\", Value == {group|rule}])\n" \
    " && NOT EXISTS([Type == {claim_role|rule}])\n" \
    " => issue(Type = {claim_role|rule}, Value = {role|rule});\n"

static const ik_guide_step_t steps[] = {
    {
        .what = "Create the groups",
        .how = "Each role is a group of Active Directory. Have your own, or create them with the lines for the roles that "
               "you need, in PowerShell as an administrator of the domain. Then put people into them.",
        .code = "",
        .each = "New-ADGroup -GroupScope Global -Name {group|powershell}\n",
        .note = "These lines need the module ActiveDirectory, which domain controllers have. Each person must have an "
                "e-mail address and a display name in Active Directory.",
    }, {
        .what = "Write the claim rules",
        .how = "On the primary AD FS server, open PowerShell as an administrator and paste these lines. If your groups have "
               "other names, change them first. The first group that a person is in decides; who is in none cannot sign in.",
        .code = RULES,
        .each = RULE_OF_ROLE,
        .end = "'@\n",
    }, {
        .what = "Create the trust",
        .how = "In the same window, paste these lines.",
        .code =
            "$endpoints = @(\n"
            "    New-AdfsSamlEndpoint -Binding POST -Protocol SAMLAssertionConsumer `\n"
            "        -Uri {acs|powershell} -IsDefault $true\n"
            "    New-AdfsSamlEndpoint -Binding Redirect -Protocol SAMLLogout `\n"
            "        -Uri {logout|powershell}\n"
            ")\n"
            "Add-AdfsRelyingPartyTrust -Name {brand|powershell} `\n"
            "    -Identifier {entity_id|powershell} `\n"
            "    -SamlEndpoint $endpoints -IssuanceTransformRules $rules `\n"
            "    -AccessControlPolicyName 'Permit everyone' `\n"
            "    -SignatureAlgorithm 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'\n"
            "Set-AdfsRelyingPartyTrust -TargetName {brand|powershell} -SamlResponseSignature MessageAndAssertion\n",
        .note = "AD FS takes each identifier once only. If another account of yours has it, give this account an entity ID "
                "of its own on the settings page, and open this guide again. *Permit everyone* has another name in AD FS of "
                "another language: `Get-AdfsAccessControlPolicy` lists them.",
    }, {
        .what = "Allow sign-ins that start at AD FS",
        .how = "The first sign-in of each person starts there, and AD FS does not allow that by itself. The last lines "
               "print the link for your people: put it on your intranet.",
        .code =
            "Set-AdfsProperties -EnableIdpInitiatedSignonPage $true `\n"
            "    -EnableRelayStateForIdpInitiatedSignOn $true\n"
            "$state = 'RPID=' + [uri]::EscapeDataString({entity_id|powershell}) +\n"
            "    '&RelayState=' + [uri]::EscapeDataString({relay_state|powershell})\n"
            "'https://' + (Get-AdfsProperties).HostName + '/adfs/ls/idpinitiatedsignon.aspx?RelayState=' +\n"
            "    [uri]::EscapeDataString($state)\n",
    }, {
        .what = "Sign out of AD FS as well (optional)",
        .how = "AD FS takes requests to sign out only if they are signed, and has to know our certificate for that. If "
               "there is no certificate in our metadata, the second of these lines fails: leave this step out then.",
        .code =
            "$ours = New-Object xml; $ours.Load({metadata_url|powershell})\n"
            "$text = $ours.GetElementsByTagName('X509Certificate', 'http://www.w3.org/2000/09/xmldsig#').Item(0).InnerText\n"
            "$certificate = [Security.Cryptography.X509Certificates.X509Certificate2]([Convert]::FromBase64String($text))\n"
            "Set-AdfsRelyingPartyTrust -TargetName {brand|powershell} `\n"
            "    -RequestSigningCertificate $certificate -SigningCertificateRevocationCheck None\n",
    }, {
        .what = "Get the metadata",
        .how = "These lines save it as `adfs-metadata.xml` in your home folder.",
        .code =
            "$address = 'https://' + (Get-AdfsProperties).HostName +\n"
            "    '/FederationMetadata/2007-06/FederationMetadata.xml'\n"
            "Invoke-WebRequest -UseBasicParsing -Uri $address -OutFile \"$HOME\\adfs-metadata.xml\"\n",
        .note = "AD FS renews its certificate by itself each year, and announces the next one 20 days before in its "
                "metadata. Save the new metadata here in that time, or sign-ins stop on the day of the change.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_adfs = {
    .product = "adfs", .name = "AD FS",
    .intro = "For AD FS on Windows Server 2016 and later. You need to be an administrator of the AD FS farm.",
    .steps = steps,
};
