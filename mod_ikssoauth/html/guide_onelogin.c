/* SPDX-License-Identifier: Apache-2.0 */
/* The guide for OneLogin. */
#include "html/guide.h"

static const ik_guide_step_t steps[] = {
    {
        .what = "Add the app",
        .how = "In the administration of OneLogin, open *Applications › Applications* and choose *Add App*. Search for "
               "`SAML Custom Connector` and select *SAML Custom Connector (Advanced)*. Type {brand} as *Display Name*, and "
               "choose *Save*.",
    }, {
        .what = "Tell OneLogin where to send people",
        .how = "Fill in these fields of *Configuration*, leave all others as they are, and choose *Save*.",
        .values = (const ik_guide_value_t[]){
            { "RelayState", "{relay_state}", 1 },
            { "Audience (EntityID)", "{entity_id}", 1 },
            { "Recipient", "{acs}", 1 },
            { "ACS (Consumer) URL Validator", "{acs|regex}", 1 },
            { "ACS (Consumer) URL", "{acs}", 1 },
            { "Single Logout URL", "{logout}", 1 },
            { "SAML initiator", "OneLogin", 0 },
            { "SAML nameID format", "Email", 0 },
            { "SAML signature element", "Both", 0 },
            { .label = NULL },
        },
        .note = "The validator is a regular expression. Copy it as it is, with its backslashes: OneLogin sends nobody to an "
                "address that it does not match.",
    }, {
        .what = "Choose the signature",
        .how = "On the tab *SSO*, set *SAML Signature Algorithm* to *SHA-256*, and choose *Save*.",
        .note = "OneLogin creates apps with SHA-1, which is refused.",
    }, {
        .what = "Send account, name and role",
        .how = "On the tab *Parameters*, choose the plus sign for each of these fields, tick *Include in SAML assertion*, "
               "and save. Then choose *- Macro -* as its *Value*, and type what stands here.",
        .values = (const ik_guide_value_t[]){
            { "{claim_account}", "{account}", 1 },
            { "{claim_name}", "{firstname} {lastname}", 1 },
            { "{claim_role}", "stays - No default -: the next step fills it in", 0 },
            { .label = NULL },
        },
        .note = "Leave *Multi-value parameter* unticked: a person has one role.",
    }, {
        .what = "Map roles",
        .how = "Under *Users › Roles*, have a role of OneLogin for each role below that you need. On the tab *Rules* of the "
               "app, choose *Add Rule* for each: the condition is *Roles* *include* that role, and the action *Set "
               "{claim_role}* to the *Macro* with one of these values.",
        .values = (const ik_guide_value_t[]){
            { "Values", "{roles}", 0 },
            { .label = NULL },
        },
        .note = "Rules are applied in turn: where several fit, the last one decides. Put the one with the most rights last.",
    }, {
        .what = "Choose who may sign in",
        .how = "On the tab *Access*, select the same roles of OneLogin, and choose *Save*.",
    }, {
        .what = "Get the metadata",
        .how = "Choose *More Actions › SAML Metadata* at the top right of the app. A file with XML is downloaded.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_onelogin = {
    .product = "onelogin", .name = "OneLogin",
    .intro = "You need to be an account owner or super user of OneLogin.",
    .steps = steps,
};
