/* SPDX-License-Identifier: Apache-2.0 */
/* The guide for Microsoft Entra ID. */
#include "html/guide.h"

static const ik_guide_step_t steps[] = {
    {
        .what = "Create the application",
        .how = "In the Microsoft Entra admin center, open *Entra ID › Enterprise apps* and choose *New application › Create "
               "your own application*. Type {brand} as its name, select *Integrate any other application you don’t find in "
               "the gallery (Non-gallery)*, and choose *Create*.",
    }, {
        .what = "Tell Entra ID where to send people",
        .how = "Open *Single sign-on*, select *SAML*, and choose *Edit* beside *Basic SAML Configuration*. Leave *Sign on "
               "URL* empty.",
        .values = (const ik_guide_value_t[]){
            { "Identifier (Entity ID)", "{entity_id}", 1 },
            { "Reply URL (Assertion Consumer Service URL)", "{acs}", 1 },
            { "Relay State", "{relay_state}", 1 },
            { "Logout Url", "{logout}", 1 },
            { .label = NULL },
        },
        .note = "A directory takes each identifier once only. If it says that this one is in use, for another account of "
                "yours perhaps, give this account an entity ID of its own on the settings page and open this guide again: "
                "then the identifier and the reply URL both end in `#{account}`.",
    }, {
        .what = "Send the e-mail address",
        .how = "Choose *Edit* beside *Attributes & Claims*, and open the claim *Unique User Identifier (Name ID)*.",
        .values = (const ik_guide_value_t[]){
            { "Name identifier format", "Email address", 0 },
            { "Source", "Attribute", 0 },
            { "Source attribute", "user.mail", 1 },
            { .label = NULL },
        },
        .note = "People without a mailbox have no `user.mail`. If their user name is an e-mail address, "
                "`user.userprincipalname` will do.",
    }, {
        .what = "Send account, name and role",
        .how = "Choose *Add new claim* for each of these. Leave *Namespace* empty; *Source* is *Attribute*, and *Source "
               "attribute* what stands here. The account is a constant: type it into the box, and choose what is offered "
               "with quotes.",
        .values = (const ik_guide_value_t[]){
            { "{claim_account}", "{account|expression}", 1 },
            { "{claim_name}", "user.displayname", 1 },
            { "{claim_role}", "user.assignedroles", 1 },
            { .label = NULL },
        },
        .note = "With a namespace the claim has another name, and the sign-in is refused since it is missing.",
    }, {
        .what = "Create the roles",
        .how = "Open *Entra ID › App registrations › All applications*, then {brand} and *App roles*. Choose *Create app "
               "role* for each role that you need: *Allowed member types* is *Users/Groups*, and *Value* one of these.",
        .values = (const ik_guide_value_t[]){
            { "Values", "{roles}", 0 },
            { .label = NULL },
        },
    }, {
        .what = "Choose who may sign in, and with which role",
        .how = "Back in *Enterprise apps*, open {brand} and *Users and groups*, and choose *Add user/group*. Select people "
               "or groups, and one of the roles.",
        .note = "Give each person exactly one role: two roles are two values, and the sign-in is refused. *Default Access* "
                "is no role. Groups need a licence for Entra ID P1, and the members of groups inside them do not count.",
    }, {
        .what = "Choose the signature",
        .how = "Open *Single sign-on* again, and choose *Edit* beside *Token signing certificate*.",
        .values = (const ik_guide_value_t[]){
            { "Signing Option", "Sign SAML response and assertion", 0 },
            { "Signing Algorithm", "SHA-256", 0 },
            { .label = NULL },
        },
    }, {
        .what = "Get the metadata",
        .how = "On the same page, under *SAML Certificates*, choose *Download* beside *Federation Metadata XML*.",
        .note = "Take it from this page and not from an address of the whole directory: each application has a certificate "
                "of its own. It is valid for three years; when you make a new one, download the metadata again.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_entra = {
    .product = "entra", .name = "Microsoft Entra ID",
    .intro = "Entra ID was called Azure Active Directory. You need the role Cloud Application Administrator there.",
    .steps = steps,
};
