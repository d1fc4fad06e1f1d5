/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the gallery with the settings page in every state, and what leads there and away from it. */
#include "gallery.h"

#include <string.h>

#include <apr_strings.h>

#define HOST "https://dashboard.imagekit.test"
#define XML "<md:EntityDescriptor entityID=\"http://www.okta.com/exk4711\"\n" \
    "    xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">\n  <md:IDPSSODescriptor>\n"
#define FINGERPRINT "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

ik_admin_page_t admin_of_ann(void)
{
    return (ik_admin_page_t){
        .account = "acme", .account_name = "Acme Corporation", .email = "ann@acme.test", .settings_path = SETTINGS,
        .users_path = USERS, .way_out = "/dashboard", .token = "s3cret", .now = NOW,
    };
}

ik_admin_page_t admin_of_guest(void)
{
    return (ik_admin_page_t){
        .account = "acme", .account_name = "Acme Corporation", .settings_path = SETTINGS, .token = "s3cret", .now = NOW,
    };
}

ik_admin_page_t admin_of_long_names(void)
{
    ik_admin_page_t admin = admin_of_ann();

    admin.account = "conglomerate-holdings.europe-west.internal.directory.third.branc";
    admin.account_name = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " RTL;
    admin.email = LONG;
    return admin;
}

const ik_sp_values_t *sp_values(apr_pool_t *p)
{
    static const char *const roles[] = {
        "account_administrator", "developer", "media_library_full_access", "media_library_view_only_access",
        "media_library_restricted_access", "finance",
    };
    apr_array_header_t *list = apr_array_make(p, 6, sizeof(const char *));
    ik_sp_values_t *values = apr_pcalloc(p, sizeof(*values));

    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        APR_ARRAY_PUSH(list, const char *) = roles[i];
    *values = (ik_sp_values_t){
        HOST "/saml/consume", HOST "/saml/consume", HOST "/dashboard", HOST "/logout", HOST "/saml/metadata",
        "imagekit_id", "full_name", "imagekit_role", list,
    };
    return values;
}

static void add_certificate(apr_array_header_t *list, const char *subject, const char *fingerprint, apr_time_t from, apr_time_t to)
{
    ik_certificate_t *c = apr_pcalloc(list->pool, sizeof(*c));

    *c = (ik_certificate_t){
        .subject = subject, .fingerprint = fingerprint, .key_type = "RSA", .bits = 2048, .not_before = from, .not_after = to,
        .self_signed = 1,
    };
    APR_ARRAY_PUSH(list, const ik_certificate_t *) = c;
}

static void add_endpoint(apr_array_header_t *list, const char *binding, const char *location)
{
    ik_endpoint_t *endpoint = apr_pcalloc(list->pool, sizeof(*endpoint));

    endpoint->binding = apr_pstrcat(list->pool, "urn:oasis:names:tc:SAML:2.0:bindings:", binding, NULL);
    endpoint->location = location;
    APR_ARRAY_PUSH(list, const ik_endpoint_t *) = endpoint;
}

static ik_idp_t *empty_idp(apr_pool_t *p, const char *entity_id, const char *product)
{
    ik_idp_t *idp = apr_pcalloc(p, sizeof(*idp));

    idp->entity_id = entity_id;
    idp->product = product;
    idp->signing = apr_array_make(p, 4, sizeof(const ik_certificate_t *));
    idp->encryption = apr_array_make(p, 4, sizeof(const ik_certificate_t *));
    idp->sso = apr_array_make(p, 4, sizeof(const ik_endpoint_t *));
    idp->slo = apr_array_make(p, 4, sizeof(const ik_endpoint_t *));
    return idp;
}

const ik_idp_t *okta(apr_pool_t *p)
{
    ik_idp_t *idp = empty_idp(p, "http://www.okta.com/exk4711", "okta");

    add_certificate(idp->signing, "CN=acme, O=Okta, L=San Francisco, ST=California, C=US", FINGERPRINT, NOW - DAYS(300),
                    NOW + DAYS(3350));
    add_endpoint(idp->sso, "HTTP-POST", "https://acme.okta.com/app/imagekit/exk4711/sso/saml");
    add_endpoint(idp->sso, "HTTP-Redirect", "https://acme.okta.com/app/imagekit/exk4711/sso/saml");
    add_endpoint(idp->slo, "HTTP-Redirect", "https://acme.okta.com/app/imagekit/exk4711/slo/saml");
    return idp;
}

/* Everything that is long, unusual or over. */
static const ik_idp_t *troubled(apr_pool_t *p)
{
    ik_idp_t *idp = empty_idp(p, "https://" LONG "/" LONG, "other");

    add_certificate(idp->signing, "CN=old, O=Acme", "11" FINGERPRINT, NOW - DAYS(800), NOW - DAYS(70));
    add_certificate(idp->signing, "CN=" LONG ", O=" RTL, "22" FINGERPRINT, NOW - DAYS(300), NOW + DAYS(12));
    add_certificate(idp->signing, "CN=new, O=Acme", "33" FINGERPRINT, NOW + DAYS(7), NOW + DAYS(700));
    add_certificate(idp->encryption, "CN=encryption, O=Acme", "44" FINGERPRINT, NOW - DAYS(30), NOW + DAYS(1));
    add_endpoint(idp->sso, "SOAP", "https://idp.example.test/" LONG);
    idp->wants_signed_requests = 1;
    idp->valid_until = NOW + DAYS(2);
    return idp;
}

static const apr_array_header_t *notes(apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 2, sizeof(const char *));

    APR_ARRAY_PUSH(list, const char *) = "A certificate is self-signed, as is usual for identity providers: only its key counts.";
    APR_ARRAY_PUSH(list, const char *) = "The certificate CN=" LONG " expires on 6 December 2026. Paste the new metadata here once "
                                         "the identity provider has a new one.";
    return list;
}

static ik_account_t *account(apr_pool_t *p, int on)
{
    ik_account_t *a = apr_pcalloc(p, sizeof(*a));

    *a = (ik_account_t){
        .id = "acme", .name = "Acme Corporation", .enabled = 1, .version = 7, .metadata = on ? XML : NULL,
        .idp_entity_id = on ? "http://www.okta.com/exk4711" : NULL, .domains = apr_array_make(p, 1, sizeof(const char *)),
        .created = NOW - DAYS(400), .changed = NOW - DAYS(3),
    };
    return a;
}

static ik_settings_form_t *form(apr_pool_t *p, const char *metadata)
{
    ik_settings_form_t *f = apr_pcalloc(p, sizeof(*f));
    apr_table_t *options = apr_table_make(p, 8);

    for (const ik_option_row_t *row = ik_option_rows; row->name; row++)
        apr_table_setn(options, row->name, row->values ? row->values[0] : "");
    f->metadata = metadata;
    f->domains = metadata ? "acme.test\nacme.example" : NULL;
    f->options = options;
    return f;
}

static const ik_rules_form_t *no_rules(apr_pool_t *p)
{
    ik_rules_form_t *f = apr_pcalloc(p, sizeof(*f));

    *f = (ik_rules_form_t){ "", apr_array_make(p, 1, sizeof(ik_rule_field_t)), NULL, NULL };
    return f;
}

static ik_settings_page_t page_of(apr_pool_t *p, int on)
{
    return (ik_settings_page_t){
        .admin = admin_of_ann(), .values = sp_values(p), .form = form(p, on ? XML : NULL), .account = account(p, on),
        .idp = on ? okta(p) : NULL, .notes = on ? apr_array_make(p, 1, sizeof(const char *)) : NULL,
        .invites = apr_array_make(p, 4, sizeof(const ik_invite_t *)), .rules = no_rules(p),
    };
}

static const ik_previous_t *previous(apr_pool_t *p)
{
    ik_previous_t *before = apr_pcalloc(p, sizeof(*before));

    before->metadata = XML;
    before->idp_entity_id = "https://app.onelogin.com/saml/metadata/4711";
    before->replaced = NOW - DAYS(3);
    return before;
}

static void add_invite(ik_settings_page_t *page, const char *author, int age, int life, int used, int revoked)
{
    ik_invite_t *invite = apr_pcalloc(page->invites->pool, sizeof(*invite));

    *invite = (ik_invite_t){
        .id = "5e884898da28047151d0e56f8dc62927", .account = "acme", .author = author, .made = NOW - DAYS(age),
        .expires = NOW + DAYS(life - age), .used = used ? NOW - DAYS(used) : 0, .revoked = revoked ? NOW - DAYS(revoked) : 0,
    };
    APR_ARRAY_PUSH((apr_array_header_t *)page->invites, const ik_invite_t *) = invite;
}

static void invite_all(ik_settings_page_t *page)
{
    add_invite(page, "ann@acme.test", 0, 7, 0, 0);
    add_invite(page, "", 2, 30, 0, 0);
    add_invite(page, LONG, 5, 7, 4, 0);
    add_invite(page, "bob@acme.test", 20, 7, 0, 0);
    add_invite(page, "bob@acme.test", 21, 30, 0, 20);
}

static void off(apr_pool_t *p, const ik_brand_t *brand)
{
    ik_settings_page_t page = page_of(p, 0);

    show_admin(p, "settings-off", ik_html_settings(p, brand, &page));
    page.previous = previous(p);
    page.admin.done = "deleted";
    show_admin(p, "settings-deleted", ik_html_settings(p, brand, &page));
    page.admin = admin_of_guest();
    page.invites = NULL;
    show_admin(p, "settings-guest", ik_html_settings(p, brand, &page));
}

static void on(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    ik_settings_page_t page = page_of(p, 1);

    show_admin(p, "settings-on", ik_html_settings(p, brand, &page));
    page.admin.done = "saved";
    page.key_use = &(ik_key_use_t){ FINGERPRINT, NOW - apr_time_from_sec(3 * 3600) };
    page.previous = previous(p);
    invite_all(&page);
    show_admin(p, "settings-saved", ik_html_settings(p, brand, &page));
    page.admin.done = NULL;
    page.link = HOST SETTINGS "?invite=q83vEjRWeJCrze8SNFZ4kA";
    show_admin(p, "settings-link", ik_html_settings(p, brand, &page));
    page.admin = admin_of_long_names();
    page.idp = troubled(p);
    page.notes = notes(p);
    page.link = NULL;
    ((ik_account_t *)page.account)->enabled = 0;
    show_admin(p, "settings-troubled", ik_html_settings(p, wordy, &page));
}

static void refused(apr_pool_t *p, const ik_brand_t *brand)
{
    ik_settings_page_t page = page_of(p, 1);
    ik_settings_form_t *f = form(p, "<!DOCTYPE html>\n<html><title>Sign in</title></html>");

    f->metadata_problem = "This is an HTML page, not metadata: perhaps the sign-in page. Download the metadata file, and paste what "
                          "it says.";
    page.form = f;
    show_admin(p, "settings-refused", ik_html_settings(p, brand, &page));
    f->metadata_problem = NULL;
    f->entity_id = "http://" LONG;
    f->entity_id_problem = "An entity ID is an address that starts with https://.";
    f->domains = "acme,test";
    f->domains_problem = "“acme” is no domain.";
    f->options_problem = "The option sha1 takes off, or the last day that it is needed: YYYY-MM-DD.";
    apr_table_setn((apr_table_t *)f->options, "sha1", "2029-12-31");
    show_admin(p, "settings-refused-all", ik_html_settings(p, brand, &page));
}

static void anyway(apr_pool_t *p, const ik_brand_t *brand)
{
    ik_settings_page_t page = page_of(p, 1);
    ik_checklist_t *list = apr_pcalloc(p, sizeof(*list));

    list->checks[IK_CHECK_AUDIENCE] = (ik_checked_t){
        IK_CHECK_FAILED, IK_REASON_AUDIENCE_MISMATCH, "expected \"" HOST "/saml/consume\", came \"" HOST "/\"" };
    list->checks[IK_CHECK_ROLE] = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_ROLE_FORBIDDEN, "came \"Developers\"" };
    page.failed = list;
    page.anyway = "4f9a";
    show_admin(p, "settings-anyway", ik_html_settings(p, brand, &page));
}

static const ik_rules_form_t *rules_form(apr_pool_t *p, const char *problem)
{
    ik_rules_form_t *f = apr_pcalloc(p, sizeof(*f));
    apr_array_header_t *rows = apr_array_make(p, 4, sizeof(ik_rule_field_t));

    APR_ARRAY_PUSH(rows, ik_rule_field_t) = (ik_rule_field_t){
        "value", "b7a5cf3c-9c2e-4f0b-8f3c-0a1b2c3d4e5f", "account_administrator", NULL };
    APR_ARRAY_PUSH(rows, ik_rule_field_t) = (ik_rule_field_t){ "prefix", "app-", "developer", NULL };
    APR_ARRAY_PUSH(rows, ik_rule_field_t) = (ik_rule_field_t){ "regex", problem ? "^(fin" : "^(?i)fin(ance)?$", "finance", problem };
    APR_ARRAY_PUSH(rows, ik_rule_field_t) = (ik_rule_field_t){ "value", LONG, "contractor", NULL };
    *f = (ik_rules_form_t){ "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", rows,
                            problem ? "Please look at the rules that are marked below." : NULL, NULL };
    return f;
}

static void rules(apr_pool_t *p, const ik_brand_t *brand)
{
    ik_settings_page_t page = page_of(p, 1);
    ik_trial_t trial = { .people = 1000, .unknown = 12, .changes = apr_array_make(p, 3, sizeof(ik_trial_row_t)) };

    page.rules = rules_form(p, NULL);
    page.trial = &trial;
    show_admin(p, "settings-rules-same", ik_html_settings(p, brand, &page));
    APR_ARRAY_PUSH(trial.changes, ik_trial_row_t) = (ik_trial_row_t){
        "zoe@acme.test", "Zoë", "developer", "account_administrator", "rule 1 (value “b7a5cf3c-9c2e-4f0b-8f3c-0a1b2c3d4e5f”)" };
    APR_ARRAY_PUSH(trial.changes, ik_trial_row_t) = (ik_trial_row_t){
        LONG, RTL, "media_library_view_only_access", NULL, "none of the 4 role rules matches what came as \"groups\": \"" LONG "\"" };
    show_admin(p, "settings-rules-tried", ik_html_settings(p, brand, &page));
    page.rules = rules_form(p, "The regex cannot be read: missing closing parenthesis, at character 6.");
    page.trial = NULL;
    show_admin(p, "settings-rules-refused", ik_html_settings(p, brand, &page));
}

static void ask(apr_pool_t *p, const ik_brand_t *brand)
{
    const ik_hidden_t fields[] = { { "confirm", "yes" }, { NULL, NULL } };
    const ik_ask_t delete = {
        admin_of_ann(), "Delete the metadata?", "Single sign-on will be off, and everybody of this account is signed out at once.",
        "You too. This browser keeps this page open, so that you can roll back.", SETTINGS, fields, "action", "delete", "Delete",
        SETTINGS,
    };
    const ik_ask_t roll_back = {
        admin_of_long_names(), "Roll back?", "The settings of 21 November 2026 count again.", NULL, SETTINGS, fields, "action",
        "roll-back", "Roll back", SETTINGS,
    };

    show_admin(p, "ask-delete", ik_html_ask(p, brand, &delete));
    show_admin(p, "ask-roll-back-long", ik_html_ask(p, brand, &roll_back));
}

static void invitations(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    static const struct {
        const char *name;
        ik_invite_state_t state;
    } over[] = {
        { "invite-used", IK_INVITE_USED }, { "invite-expired", IK_INVITE_EXPIRED }, { "invite-revoked", IK_INVITE_REVOKED },
        { "invite-disabled", IK_INVITE_DISABLED }, { "invite-unknown", IK_INVITE_UNKNOWN },
    };

    show_admin(p, "invited", ik_html_invited(p, brand, "acme", "Acme Corporation", SETTINGS, "q83vEjRWeJCrze8SNFZ4kA"));
    show_admin(p, "invited-long", ik_html_invited(p, wordy, LONG, RTL " " LONG, SETTINGS, "q83vEjRWeJCrze8SNFZ4kA"));
    for (size_t i = 0; i < sizeof(over) / sizeof(over[0]); i++)
        show_admin(p, over[i].name, ik_html_invite_over(p, brand, over[i].state, "/single-sign-on"));
}

void gallery_settings(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    off(p, brand);
    on(p, brand, wordy);
    refused(p, brand);
    anyway(p, brand);
    rules(p, brand);
    ask(p, brand);
    invitations(p, brand, wordy);
}
