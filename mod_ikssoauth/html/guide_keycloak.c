/* SPDX-License-Identifier: Apache-2.0 */
/* The guide for Keycloak. */
#include "html/guide.h"

static const ik_guide_step_t steps[] = {
    {
        .what = "Create the client",
        .how = "In the admin console, choose your realm, open *Clients* and choose *Create client*. Choose *Next* and "
               "*Save* behind these fields.",
        .values = (const ik_guide_value_t[]){
            { "Client type", "SAML", 0 },
            { "Client ID", "{entity_id}", 1 },
            { "Name", "{brand}", 1 },
            { "Valid redirect URIs", "{acs}", 1 },
            { .label = NULL },
        },
        .note = "The client ID is our entity ID, to the letter.",
    }, {
        .what = "Set what Keycloak sends",
        .how = "On the tab *Settings*, fill in these fields, leave all others as they are, and choose *Save*.",
        .values = (const ik_guide_value_t[]){
            { "IDP-Initiated SSO URL name", "{account}", 1 },
            { "IDP Initiated SSO Relay State", "{relay_state}", 1 },
            { "Name ID format", "email", 0 },
            { "Force name ID format", "On", 0 },
            { "Force POST binding", "On", 0 },
            { "Include AuthnStatement", "On", 0 },
            { "Sign documents", "On", 0 },
            { "Sign assertions", "On", 0 },
            { "Signature algorithm", "RSA_SHA256", 0 },
            { .label = NULL },
        },
    }, {
        .what = "Do not ask for our signature",
        .how = "On the tab *Keys*, turn *Client signature required* off. People would see *Invalid requester* otherwise.",
        .note = "If you want our requests to be signed and checked, leave it on and import our certificate from "
                "{metadata_url}.",
    }, {
        .what = "Tell Keycloak where to send people",
        .how = "On the tab *Advanced*, fill in these fields of *Fine Grain SAML Endpoint Configuration*, and choose *Save*.",
        .values = (const ik_guide_value_t[]){
            { "Assertion Consumer Service POST Binding URL", "{acs}", 1 },
            { "Logout Service Redirect Binding URL", "{logout}", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Send the account",
        .how = "On the tab *Client scopes*, open the scope that ends in *-dedicated*. Choose *Configure a new mapper* "
               "(later *Add mapper › By configuration*), then *Hardcoded attribute*.",
        .values = (const ik_guide_value_t[]){
            { "Name", "{claim_account}", 1 },
            { "SAML Attribute Name", "{claim_account}", 1 },
            { "SAML Attribute NameFormat", "Basic", 0 },
            { "Attribute value", "{account}", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Send the name",
        .how = "Keycloak has no mapper that puts first and last name together. Under *Realm settings › User profile*, "
               "create an attribute `displayName` and fill it in for your people. Then add another mapper, of the type "
               "*User Attribute*.",
        .values = (const ik_guide_value_t[]){
            { "Name", "{claim_name}", 1 },
            { "User Attribute", "displayName", 1 },
            { "SAML Attribute Name", "{claim_name}", 1 },
            { "SAML Attribute NameFormat", "Basic", 0 },
            { .label = NULL },
        },
        .note = "Will the first name do? Then you need no attribute: choose the type *User Property* with the property "
                "`firstName`. Two mappers with the name {claim_name} do not help: they send two values, and the sign-in is "
                "refused.",
    }, {
        .what = "Send the role",
        .how = "Under *Groups*, create a group for each role that you need. On its tab *Attributes*, add the key "
               "{claim_role} with one of the roles: {roles}. Then add a third mapper, again of the type *User Attribute*: "
               "people have the attributes of their groups.",
        .values = (const ik_guide_value_t[]){
            { "Name", "{claim_role}", 1 },
            { "User Attribute", "{claim_role}", 1 },
            { "SAML Attribute Name", "{claim_role}", 1 },
            { "SAML Attribute NameFormat", "Basic", 0 },
            { "Aggregate attribute values", "Off", 0 },
            { .label = NULL },
        },
        .note = "Put each person into one of these groups, and see to it that their e-mail address is filled in.",
    }, {
        .what = "Give your people a link",
        .how = "The first sign-in of each person starts at Keycloak, with the link below: put in your host and your realm. "
               "As *Home URL* of the client, it also stands in their account console.",
        .code = "https://KEYCLOAK-HOST/realms/REALM/protocol/saml/clients/{account|url}",
    }, {
        .what = "Get the metadata",
        .how = "Under *Realm settings › General*, open *SAML 2.0 Identity Provider Metadata*. Copy all of the XML, or save "
               "it as a file.",
        .note = "It demands that our requests are signed. If the test says that we cannot do that, change "
                "`WantAuthnRequestsSigned=\"true\"` in the XML to `\"false\"`.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_keycloak = {
    .product = "keycloak", .name = "Keycloak",
    .intro = "For Keycloak 24 and later. You need the role realm-admin.",
    .steps = steps,
};
