/* SPDX-License-Identifier: Apache-2.0 */
/* The guide for Okta. */
#include "html/guide.h"

static const ik_guide_step_t steps[] = {
    {
        .what = "Create the app",
        .how = "In the Okta Admin Console, open *Applications › Applications* and choose *Create App Integration*. Select "
               "*SAML 2.0* and choose *Next*. Type {brand} as *App name*, and choose *Next* again.",
    }, {
        .what = "Tell Okta where to send people",
        .how = "Fill in these fields of *Configure SAML*, and leave all others as they are.",
        .values = (const ik_guide_value_t[]){
            { "Single sign-on URL", "{acs}", 1 },
            { "Use this for Recipient URL and Destination URL", "ticked", 0 },
            { "Audience URI (SP Entity ID)", "{entity_id}", 1 },
            { "Default RelayState", "{relay_state}", 1 },
            { "Name ID format", "EmailAddress", 0 },
            { "Application username", "Email", 0 },
            { "Update application username on", "Create and update", 0 },
            { .label = NULL },
        },
        .note = "Under *Show Advanced Settings*, *Response* and *Assertion Signature* stay *Signed*, and the algorithms "
                "stay *RSA-SHA256* and *SHA256*. SHA-1 is refused.",
    }, {
        .what = "Finish the app",
        .how = "Choose *Next*, select *This is an internal app that we have created*, and choose *Finish*.",
    }, {
        .what = "Send account and name",
        .how = "Open the tab *Sign On* of the app. Under *Attribute statements*, choose *Show legacy configuration* and "
               "*Edit*, and add two rows with the *Name format* *Unspecified*. An Okta that does not have this there asks "
               "for *Attribute Statements* on the page *Configure SAML*: *General › SAML Settings › Edit*.",
        .values = (const ik_guide_value_t[]){
            { "{claim_account}", "{account|expression}", 1 },
            { "{claim_name}", "user.firstName + \" \" + user.lastName", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Send the role",
        .how = "Under *Directory › Groups*, create a group for each role that you need. Then add one more row to the "
               "attribute statements: its *Name* is {claim_role}, and its *Value* the line below, with the names of your "
               "groups. The first group that a person is in decides.",
        .code = "",
        .each = "isMemberOfGroupName({group|expression}) ? {role|expression} : ",
        .end = "null",
        .note = "Who is in none of the groups has no role and cannot sign in. Okta takes at most 1,024 characters: leave "
                "out the roles that you do not use.",
    }, {
        .what = "Choose who may sign in",
        .how = "On the tab *Assignments*, choose *Assign › Assign to Groups*, and assign each of the groups.",
    }, {
        .what = "Get the metadata",
        .how = "On the tab *Sign On*, go to *SAML Signing Certificates*. Beside the certificate that is *Active*, choose "
               "*Actions › View IdP metadata*. Copy all of the XML that opens, or save it as a file.",
    }, {
        .what = "Sign out of Okta as well (optional)",
        .how = "*General › SAML Settings › Edit › Show Advanced Settings*: upload our certificate as *Signature "
               "Certificate*. It is in the XML at {metadata_url}; where there is none, leave this step out. Then tick "
               "*Enable Single Logout*.",
        .values = (const ik_guide_value_t[]){
            { "Single Logout URL", "{logout}", 1 },
            { "SP Issuer", "{entity_id}", 1 },
            { .label = NULL },
        },
        .note = "Okta puts the address for this into its metadata only then: copy the metadata once more.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_okta = {
    .product = "okta", .name = "Okta",
    .intro = "You need to be an administrator of your Okta organization.",
    .steps = steps,
};
