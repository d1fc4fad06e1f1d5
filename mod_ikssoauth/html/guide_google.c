/* SPDX-License-Identifier: Apache-2.0 */
/* The guide for Google Workspace. */
#include "html/guide.h"

static const ik_guide_step_t steps[] = {
    {
        .what = "Make room for account, name and role",
        .how = "Google sends what stands in the profile of a user, and nothing else. In the Admin console, open *Directory "
               "› Users*, choose *More options › Manage custom attributes* and *Add Custom Attribute*. The *Category* is "
               "{brand}. Add three fields; each is of the type *Text* and a *Single value*.",
        .values = (const ik_guide_value_t[]){
            { "First field", "{claim_account}", 1 },
            { "Second field", "{claim_name}", 1 },
            { "Third field", "{claim_role}", 1 },
            { .label = NULL },
        },
    }, {
        .what = "Fill them in",
        .how = "Under *Directory › Users*, open each person who is to sign in, then *User information*, and fill in the "
               "category {brand}.",
        .values = (const ik_guide_value_t[]){
            { "{claim_account}", "{account}", 1 },
            { "{claim_name}", "the person’s full name", 0 },
            { "{claim_role}", "one of: {roles}", 0 },
            { .label = NULL },
        },
        .note = "For many people, your tools for the Directory API can do this: the fields are a custom schema of the user. "
                "Roles can also come from groups: see the step after next.",
    }, {
        .what = "Add the app",
        .how = "Open *Apps › Web and mobile apps* and choose *Add app › Add custom SAML app*. Type {brand} as *App name*, "
               "and choose *Continue*. Choose *Download metadata*: this is the file that you need in the end. Choose "
               "*Continue*.",
    }, {
        .what = "Tell Google where to send people",
        .how = "Fill in *Service provider details*, and choose *Continue*.",
        .values = (const ik_guide_value_t[]){
            { "ACS URL", "{acs}", 1 },
            { "Entity ID", "{entity_id}", 1 },
            { "Start URL", "{relay_state}", 1 },
            { "Signed response", "ticked", 0 },
            { "Name ID format", "EMAIL", 0 },
            { "Name ID", "Basic Information › Primary email", 0 },
            { .label = NULL },
        },
        .note = "Google compares the entity ID with what we ask for. If it differs, people see *403 "
                "app_not_configured_for_user*.",
    }, {
        .what = "Map the attributes",
        .how = "Choose *Add mapping* three times. On the left, select the field of the category {brand}; on the right, type "
               "the same name as *App attribute*. Choose *Finish*.",
        .values = (const ik_guide_value_t[]){
            { "App attribute", "{claim_account}", 1 },
            { "App attribute", "{claim_name}", 1 },
            { "App attribute", "{claim_role}", 1 },
            { .label = NULL },
        },
        .note = "Roles from groups instead: leave out the last mapping. Under *Group membership (optional)*, select groups "
                "whose names are exactly the roles, and type {claim_role} as *App attribute*. A person has to be in one of "
                "these groups only.",
    }, {
        .what = "Choose who may sign in",
        .how = "Open *User access* of the app, and turn it *ON for everyone*, or for some organizational units or groups.",
        .note = "Google says that this takes up to 24 hours. Most often it is a few minutes.",
    },
    { .what = NULL },
};

const ik_guide_t ik_guide_google = {
    .product = "google", .name = "Google Workspace",
    .intro = "You need to be a super administrator of Google Workspace or Cloud Identity. Google offers no single logout: "
             "who signs out here stays signed in at Google. Its certificate is valid for five years; after a new one, "
             "download the metadata again.",
    .steps = steps,
};
