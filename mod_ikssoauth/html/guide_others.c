/* SPDX-License-Identifier: Apache-2.0 */
/* The shorter guides: JumpCloud, PingOne, SimpleSAMLphp, and any other product. */
#include "html/guide.h"

static const ik_guide_step_t jumpcloud[] = {
    {
        .what = "Add the application",
        .how = "In the JumpCloud Admin Portal, open *SSO Applications* and choose *Add New Application*. Select *Custom "
               "Application* and *Manage Single Sign-On (SSO)* with *Configure SSO with SAML*. Type {brand} as *Display "
               "Label*, choose *Save Application*, and then *Configure Application*.",
    }, {
        .what = "Tell JumpCloud where to send people",
        .how = "Fill in these fields of the tab *SSO*, and leave all others as they are.",
        .values = (const ik_guide_value_t[]){
            { "IdP Entity ID", "jumpcloud-{account}", 1 },
            { "SP Entity ID", "{entity_id}", 1 },
            { "ACS URLs: Default URL", "{acs}", 1 },
            { "SAMLSubject NameID", "email", 0 },
            { "SAMLSubject NameID Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", 1 },
            { "Signature Algorithm", "RSA-SHA256", 0 },
            { "Sign", "Response", 0 },
            { "Default RelayState", "{relay_state}", 1 },
            { "Declare Redirect Endpoint", "ticked", 0 },
            { .label = NULL },
        },
        .note = "You choose the *IdP Entity ID* yourself: take one that nobody else has.",
    }, {
        .what = "Send account, name and role",
        .how = "Further down, add the name and the role under *User Attributes*, and the account under *Constant "
               "Attributes*. The role is a *Custom User Attribute*; give it to each person, under *Users*, with one of "
               "these values: {roles}.",
        .values = (const ik_guide_value_t[]){
            { "{claim_account}", "{account}", 1 },
            { "{claim_name}", "fullname", 1 },
            { "{claim_role}", "{claim_role}", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Choose who may sign in",
        .how = "On the tab *User Groups*, tick the groups, and choose *Save*.",
    }, {
        .what = "Get the metadata",
        .how = "On the tab *SSO*, choose *Export Metadata*. A file with XML is downloaded.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_jumpcloud = {
    .product = "jumpcloud", .name = "JumpCloud",
    .intro = "You need to be an administrator of JumpCloud.",
    .steps = jumpcloud,
};

static const ik_guide_step_t ping[] = {
    {
        .what = "Add the application",
        .how = "In the PingOne admin console, open *Applications › Applications* and choose the plus sign. Type {brand} as "
               "*Application Name*, select *SAML Application*, choose *Configure* and *Manually Enter*.",
        .values = (const ik_guide_value_t[]){
            { "ACS URLs", "{acs}", 1 },
            { "Entity ID", "{entity_id}", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Set what PingOne sends",
        .how = "On the tab *Configuration*, choose the pencil, fill in these fields, and choose *Save*.",
        .values = (const ik_guide_value_t[]){
            { "Sign", "Sign Assertion & Response", 0 },
            { "Signing Algorithm", "RSA_SHA256", 0 },
            { "Subject NameID Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", 1 },
            { "Target Application URL", "{relay_state}", 1 },
            { "SLO Endpoint", "{logout}", 1 },
            { "SLO Binding", "HTTP Redirect", 0 },
            { .label = NULL },
        },
        .note = "Leave *Enforce Signed AuthnRequest* off, unless you upload our certificate from {metadata_url}.",
    }, {
        .what = "Send e-mail address, account, name and role",
        .how = "On the tab *Attribute Mappings*, choose the pencil and add these. The account is a constant: choose the "
               "gear beside it and type it as an expression. The role is an attribute of your own: create it under "
               "*Directory › User Attributes*, and fill it in for each person with one of these values: {roles}.",
        .values = (const ik_guide_value_t[]){
            { "saml_subject", "Email Address", 0 },
            { "{claim_account}", "{account|expression}", 1 },
            { "{claim_name}", "Formatted", 0 },
            { "{claim_role}", "{claim_role}", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Turn it on",
        .how = "Turn on the switch at the top right of the application. On the tab *Access*, choose groups if not everybody "
               "is to sign in.",
    }, {
        .what = "Get the metadata",
        .how = "On the tab *Configuration*, choose *Download Metadata*.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_ping = {
    .product = "ping", .name = "PingOne",
    .intro = "You need to be an administrator of your PingOne environment. PingFederate asks for the same values in an SP "
             "connection for browser single sign-on.",
    .steps = ping,
};

#define EMAIL_FORMAT "'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'"

static const ik_guide_step_t simplesamlphp[] = {
    {
        .what = "Add us as a service provider",
        .how = "Append these lines to `metadata/saml20-sp-remote.php`. They take the e-mail address from the attribute "
               "`mail` and the name from `displayName`; the role has to come from your authentication source as "
               "{claim_role}, with one of these values: {roles}.",
        .code =
            "$metadata[{entity_id|php}] = [\n"
            "    'AssertionConsumerService' => {acs|php},\n"
            "    'SingleLogoutService' => {logout|php},\n"
            "    'NameIDFormat' => " EMAIL_FORMAT ",\n"
            "    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',\n"
            "    'authproc' => [\n"
            "        50 => ['class' => 'saml:AttributeNameID', 'identifyingAttribute' => 'mail',\n"
            "               'Format' => " EMAIL_FORMAT "],\n"
            "        60 => ['class' => 'core:AttributeAdd', {claim_account|php} => [{account|php}]],\n"
            "        61 => ['class' => 'core:AttributeMap', 'displayName' => {claim_name|php}],\n"
            "        62 => ['class' => 'core:AttributeLimit', {claim_account|php}, {claim_name|php}, {claim_role|php}],\n"
            "    ],\n"
            "];\n",
        .note = "For SimpleSAMLphp 2. In version 1, the filter *saml:AttributeNameID* calls its setting `attribute` instead "
                "of `identifyingAttribute`.",
    }, {
        .what = "Give your people a link",
        .how = "The first sign-in of each person starts at your identity provider, with this link: put in your host and "
               "path.",
        .code = "https://IDP-HOST/simplesaml/module.php/saml/idp/singleSignOnService"
                "?spentityid={entity_id|url}&RelayState={relay_state|url}",
        .note = "In version 1 the path is `/simplesaml/saml2/idp/SSOService.php`.",
    }, {
        .what = "Get the metadata",
        .how = "In the administration of SimpleSAMLphp, open *Federation* and your *SAML 2.0 IdP*. Copy the XML, not the "
               "PHP array.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_simplesamlphp = {
    .product = "simplesamlphp", .name = "SimpleSAMLphp",
    .intro = "You need to be able to change the configuration files of SimpleSAMLphp.",
    .steps = simplesamlphp,
};

static const ik_guide_step_t other[] = {
    {
        .what = "Add us as a service provider",
        .how = "Most products read our metadata from its address, and know everything then. Else look for *SAML 2.0* or "
               "*custom application*, and fill in these values. Names differ: the first one is also called *Assertion "
               "Consumer Service* or *Reply URL*, the second one *Audience* or *Identifier*.",
        .values = (const ik_guide_value_t[]){
            { "Our metadata", "{metadata_url}", 1 },
            { "Single sign-on URL (ACS), Recipient, Destination", "{acs}", 1 },
            { "Audience URI (SP entity ID)", "{entity_id}", 1 },
            { "Binding", "HTTP-POST", 0 },
            { "Default RelayState (start URL)", "{relay_state}", 1 },
            { "Single logout URL", "{logout}", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Send the e-mail address",
        .how = "It is the name ID, in the format for e-mail addresses.",
        .values = (const ik_guide_value_t[]){
            { "Name ID", "the person’s e-mail address", 0 },
            { "Name ID format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Send account, name and role",
        .how = "Add three attributes. Each has one value.",
        .values = (const ik_guide_value_t[]){
            { "{claim_account}", "{account}", 1 },
            { "{claim_name}", "the person’s full name", 0 },
            { "{claim_role}", "one of: {roles}", 0 },
            { .label = NULL },
        },
    }, {
        .what = "Choose the signature",
        .how = "Sign the response, the assertion, or both, with RSA or ECDSA and SHA-256. SHA-1 is refused.",
        .note = "If you encrypt assertions, take our certificate from our metadata, and AES-GCM.",
    }, {
        .what = "Get the metadata",
        .how = "You need the metadata of your identity provider: XML that begins with `<EntityDescriptor` or "
               "`<md:EntityDescriptor`.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_other = {
    .product = "other", .name = "your identity provider",
    .intro = "Every identity provider that speaks SAML 2.0 will do. You need to be its administrator.",
    .steps = other,
};
