/* SPDX-License-Identifier: Apache-2.0 */
/* Turns accounts, users and import reports into values to show. */
#include <apr_strings.h>

#include "cli/describe.h"
#include "cli/describe_certificate.h"

#define CONSUME_PATH "/saml/consume"

ik_exit_t ik_describe_outcome(ik_cli_t *cli, apr_status_t rv, const ik_accounts_result_t *result)
{
    if (rv == APR_SUCCESS)
        return IK_EXIT_DONE;
    if (rv == IK_REFUSED)
        return ik_cli_fail(cli, IK_EXIT_REFUSED, result->code, result->cause ? result->cause : result->problem);
    return ik_cli_fail(cli, IK_EXIT_FAILURE, "database",
                       result->problem ? result->problem : "There is not enough memory.");
}

/* A database that is a file has one machine, whose requests look at its bell (store/bell.h); others have to ask. */
const char *ik_describe_end(const ik_cli_t *cli)
{
    return ik_store_path(cli->ctx.store) ? "ended at once" : "end on every machine within a second";
}

static const apr_array_header_t *describe_endpoints(const apr_array_header_t *list, apr_pool_t *p)
{
    apr_array_header_t *rows = apr_array_make(p, list->nelts + 1, sizeof(const ik_object_t *));

    for (int i = 0; i < list->nelts; i++) {
        const ik_endpoint_t *endpoint = APR_ARRAY_IDX(list, i, const ik_endpoint_t *);
        const char *colon = strrchr(endpoint->binding, ':');
        ik_object_t *o = ik_object_make(p);

        ik_object_text(o, "binding", NULL, endpoint->binding);
        ik_object_text(o, "binding_name", "binding", colon ? colon + 1 : endpoint->binding);
        ik_object_text(o, "location", "location", endpoint->location);
        APR_ARRAY_PUSH(rows, const ik_object_t *) = o;
    }
    return rows;
}

/* An empty table is no use to people. */
static void add_table(ik_object_t *to, const char *key, const char *label, const apr_array_header_t *rows)
{
    ik_object_objects(to, key, rows->nelts ? label : NULL, rows);
}

static const ik_object_t *describe_idp(const ik_idp_t *idp, apr_time_t now, apr_pool_t *p)
{
    ik_object_t *o = ik_object_make(p);

    ik_object_text(o, "entity_id", "entity ID", idp->entity_id);
    ik_object_text(o, "product", "product", idp->product);
    ik_object_bool(o, "wants_signed_requests", "wants signed requests", idp->wants_signed_requests);
    ik_object_time(o, "valid_until", "valid until", idp->valid_until);
    add_table(o, "sso", "single sign-on", describe_endpoints(idp->sso, p));
    add_table(o, "slo", "single logout", describe_endpoints(idp->slo, p));
    add_table(o, "certificates", "certificates", ik_describe_certificates(idp->signing, now, p));
    return o;
}

void ik_describe_report(ik_object_t *to, const ik_metadata_report_t *report, apr_time_t now)
{
    ik_object_object(to, "idp", report && report->idp ? "identity provider" : NULL,
                     report && report->idp ? describe_idp(report->idp, now, to->p) : NULL);
    ik_object_texts(to, "notes", report && report->notes->nelts ? "notes" : NULL,
                    report ? report->notes : apr_array_make(to->p, 1, sizeof(const char *)));
}

/*
 * The origin of the virtual host, which the database knows only from an account whose own entity ID follows the
 * convention "https://HOST/saml/consume#ACCOUNT" (design 1.2). NULL if it does not.
 */
static const char *known_origin(const ik_account_t *account, apr_pool_t *p)
{
    const char *path = account->entity_id ? strstr(account->entity_id, CONSUME_PATH "#") : NULL;

    return path ? apr_pstrmemdup(p, account->entity_id, (apr_size_t)(path - account->entity_id)) : NULL;
}

/* What the customer's administrator types at the identity provider (design section 1). */
static const ik_object_t *describe_sp(const ik_account_t *account, apr_pool_t *p)
{
    ik_object_t *o = ik_object_make(p);
    const char *known = known_origin(account, p), *origin = known ? known : "https://HOST";
    const char *consume = apr_pstrcat(p, origin, CONSUME_PATH, NULL), *own = account->entity_id;

    ik_object_text(o, "acs", "single sign-on URL (ACS)", known ? own : consume);
    ik_object_text(o, "entity_id", "audience URI (entity ID)", own ? own : consume);
    ik_object_text(o, "relay_state", "default RelayState", apr_pstrcat(p, origin, "/dashboard", NULL));
    ik_object_text(o, "name_id_format", "NameID format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress");
    ik_object_text(o, "imagekit_id", "attribute imagekit_id", account->id);
    ik_object_text(o, "full_name", "attribute full_name", "the person's name");
    ik_object_text(o, "imagekit_role", "attribute imagekit_role", "one of the roles, exactly as it is written");
    return o;
}

static const ik_object_t *describe_options(const ik_account_options_t *options, apr_pool_t *p)
{
    ik_object_t *o = ik_object_make(p);

    for (const ik_option_row_t *row = ik_option_rows; row->name; row++)
        ik_object_text(o, row->name, row->name, ik_option_value(options, row, p));
    return o;
}

/* Where the metadata comes from, in a word or two. */
static const char *origin_of_metadata(const ik_account_t *account, const ik_source_t *source)
{
    if (!source)
        return account->idp_entity_id ? "saved" : NULL;
    return source->failing_since ? "fetched, fails" : "fetched";
}

static const char *sso_state(const ik_account_t *account)
{
    if (!account->idp_entity_id)
        return "off";
    return account->enabled ? "on" : "disabled";
}

void ik_describe_account(ik_object_t *to, const ik_account_t *account, const ik_metadata_report_t *report,
                         apr_time_t now)
{
    ik_object_text(to, "id", "account", account->id);
    ik_object_text(to, "name", "name", account->name);
    ik_object_bool(to, "enabled", "enabled", account->enabled);
    ik_object_text(to, "sso", "single sign-on", sso_state(account));
    ik_object_text(to, "entity_id", "own entity ID", account->entity_id);
    ik_object_texts(to, "domains", "e-mail domains", account->domains);
    ik_object_object(to, "options", "options", describe_options(&account->options, to->p));
    ik_object_number(to, "version", NULL, account->version);
    ik_object_time(to, "created", "created", account->created);
    ik_object_time(to, "changed", "changed", account->changed);
    ik_object_object(to, "sp", known_origin(account, to->p) ? "to type at the identity provider"
                     : "to type at the identity provider (HOST is the ServerName of the virtual host)",
                     describe_sp(account, to->p));
    ik_describe_report(to, report, now);
    if (report && report->problem)
        ik_object_text(to, "metadata_problem", "metadata", report->problem);
}

void ik_describe_previous(ik_object_t *to, const ik_previous_t *previous)
{
    ik_object_t *o = ik_object_make(to->p);

    if (previous) {
        ik_object_text(o, "idp", "identity provider", previous->idp_entity_id);
        ik_object_text(o, "entity_id", "own entity ID", previous->entity_id);
        ik_object_time(o, "replaced", "replaced", previous->replaced);
    }
    ik_object_object(to, "previous", previous ? "to roll back to" : NULL, previous ? o : NULL);
}

void ik_describe_source(ik_object_t *to, const ik_source_t *source)
{
    ik_object_t *o = ik_object_make(to->p);

    if (source) {
        ik_object_text(o, "url", "URL", source->url);
        ik_object_time(o, "fetched", "fetched", source->fetched);
        ik_object_time(o, "next", "next", source->next);
        ik_object_time(o, "failing_since", "failing since", source->failing_since);
        ik_object_text(o, "failure", "why", *source->cause ? source->cause : NULL);
    }
    ik_object_object(to, "source", source ? "metadata is fetched" : NULL, source ? o : NULL);
}

void ik_describe_invites(ik_object_t *to, const apr_array_header_t *invites, apr_time_t now)
{
    apr_array_header_t *rows = apr_array_make(to->p, invites->nelts + 1, sizeof(const ik_object_t *));

    for (int i = 0; i < invites->nelts; i++) {
        const ik_invite_t *invite = APR_ARRAY_IDX(invites, i, const ik_invite_t *);
        ik_object_t *o = ik_object_make(to->p);

        ik_object_text(o, "state", "state", ik_invite_state(invite, now) == IK_INVITE_USED ? "used" : "open");
        ik_object_time(o, "made", "made", invite->made);
        ik_object_time(o, "expires", "expires", invite->expires);
        ik_object_time(o, "used", "used", invite->used);
        ik_object_text(o, "author", "made by", *invite->author ? invite->author : "ikssoctl");
        APR_ARRAY_PUSH(rows, const ik_object_t *) = o;
    }
    add_table(to, "invites", "invitations", rows);
}

const ik_object_t *ik_describe_account_row(const ik_account_t *account, const ik_source_t *source, apr_time_t now,
                                           apr_pool_t *p)
{
    ik_object_t *o = ik_object_make(p);

    ik_object_text(o, "id", "ACCOUNT", account->id);
    ik_object_bool(o, "enabled", NULL, account->enabled);
    ik_object_text(o, "sso", "SSO", sso_state(account));
    ik_object_text(o, "name", "NAME", account->name);
    ik_object_text(o, "idp", "IDENTITY PROVIDER", account->idp_entity_id);
    ik_object_text(o, "entity_id", NULL, account->entity_id);
    ik_object_text(o, "metadata", "METADATA", origin_of_metadata(account, source));
    ik_describe_ends(o, account, now);
    ik_object_time(o, "failing_since", NULL, source ? source->failing_since : 0);
    ik_object_time(o, "changed", "CHANGED", account->changed);
    return o;
}

const ik_object_t *ik_describe_user_row(const ik_user_t *user, apr_pool_t *p)
{
    ik_object_t *o = ik_object_make(p);

    ik_object_text(o, "email", "E-MAIL", user->email);
    ik_object_text(o, "name", "NAME", user->name);
    ik_object_text(o, "role", "ROLE", user->role);
    ik_object_bool(o, "enabled", "ENABLED", user->enabled);
    ik_object_time(o, "first_login", NULL, user->first_login);
    ik_object_time(o, "last_login", "LAST LOGIN", user->last_login);
    return o;
}

void ik_describe_user(ik_object_t *to, const ik_user_t *user)
{
    ik_object_text(to, "account", "account", user->account);
    ik_object_text(to, "email", "e-mail", user->email);
    ik_object_text(to, "name", "name", user->name);
    ik_object_text(to, "role", "role", user->role);
    ik_object_bool(to, "enabled", "enabled", user->enabled);
    ik_object_time(to, "first_login", "first login", user->first_login);
    ik_object_time(to, "last_login", "last login", user->last_login);
}
