/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the settings of an account, and keeps what they replace. */
#include "sso/account_save.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "sso/account_change.h"
#include "sso/certificates.h"
#include "sso/refresh_plan.h"
#include "store/account.h"
#include "store/draft.h"
#include "store/replay.h"
#include "store/source.h"

#define SEEN_DIGITS 15      /* hexadecimal ones of a digest: 60 bits, so that the number is positive */

/* With every line end as one LF, as XML reads them (XML 2.11), and without white space around. */
static const char *with_plain_lines(const char *xml, apr_pool_t *p)
{
    char *text = apr_pstrdup(p, xml), *to = text;

    for (const char *at = text; *at; at++) {
        if (*at == '\r' && at[1] == '\n')
            continue;
        *to++ = (char)(*at == '\r' ? '\n' : *at);
    }
    *to = '\0';
    return ik_text_trim(p, text);
}

/* No entity ID, domain or option has a line end in it, so no two accounts with different settings meet. */
const char *ik_account_digest(const ik_account_t *account, apr_pool_t *p)
{
    const char *rules = account->rules ? account->rules : "";
    const char *rest = apr_pstrcat(p, account->entity_id ? account->entity_id : "", "\n",
                                   ik_text_join(p, account->domains, " "), "\n",
                                   ik_option_text(&account->options, p), *rules ? "\n" : "", rules, NULL);

    return ik_store_digest(rest, account->metadata ? with_plain_lines(account->metadata, p) : "", p);
}

apr_status_t ik_account_refuse_taken(ik_account_task_t *task, const ik_account_t *account)
{
    return ik_account_refuse(task->result, "entity_id_taken",
                             apr_psprintf(task->ctx->p, "The entity ID %s belongs to another account: choose "
                                          "another, by convention https://HOST/saml/consume#%s.",
                                          account->entity_id, account->id));
}

apr_status_t ik_account_check_taken(ik_account_task_t *task, ik_db_t *db, const ik_account_t *account)
{
    ik_account_t *owner;
    apr_status_t rv;

    if (!account->entity_id)
        return APR_SUCCESS;
    rv = ik_store_account_by_entity_id(&owner, db, account->entity_id, task->ctx->p);
    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    return strcmp(owner->id, account->id) == 0 ? APR_SUCCESS : ik_account_refuse_taken(task, account);
}

/*
 * Sharing an identity provider is allowed, since the signed imagekit_id decides (design decision 1); who shares
 * it is nobody's business (security rule 3.6).
 */
apr_status_t ik_account_note_sharing(ik_account_task_t *task, ik_db_t *db, const ik_account_t *account)
{
    apr_array_header_t *users;
    apr_status_t rv = ik_store_account_by_idp(&users, db, account->idp_entity_id, 2, task->ctx->p);
    int shared = 0;

    if (rv != APR_SUCCESS)
        return rv;
    for (int i = 0; i < users->nelts; i++)
        shared = shared || strcmp(APR_ARRAY_IDX(users, i, ik_account_t *)->id, account->id) != 0;
    if (shared)
        APR_ARRAY_PUSH(task->result->report->notes, const char *) =
            apr_psprintf(task->ctx->p, "Another account uses the same identity provider: it must send imagekit_id, "
                         "with the value \"%s\", to whoever belongs to this one.", account->id);
    return APR_SUCCESS;
}

ik_previous_t ik_account_settings(const ik_account_t *account)
{
    return (ik_previous_t){ .entity_id = account->entity_id, .metadata = account->metadata,
                            .idp_entity_id = account->idp_entity_id, .domains = account->domains,
                            .options = account->options, .rules = account->rules };
}

void ik_account_restore(ik_account_t *account, const ik_previous_t *settings)
{
    account->entity_id = settings->entity_id;
    account->metadata = settings->metadata;
    account->idp_entity_id = settings->idp_entity_id;
    account->domains = settings->domains;
    account->options = settings->options;
    account->rules = settings->rules;
}

static apr_status_t is_same(int *same, const ik_account_t *a, const ik_account_t *b, apr_pool_t *p)
{
    const char *one = ik_account_digest(a, p), *two = ik_account_digest(b, p);

    *same = one && two && strcmp(one, two) == 0;
    return one && two ? APR_SUCCESS : APR_EGENERAL;
}

apr_status_t ik_account_refuse_changed(ik_accounts_result_t *result, apr_pool_t *p, const char *since, const char *again)
{
    return ik_account_refuse(result, "changed_meanwhile",
                             apr_psprintf(p, "Somebody has changed these settings since %s. Look at what counts now below, "
                                          "then %s again.", since, again));
}

apr_status_t ik_account_look(apr_int64_t *seen, ik_source_t **source, const ik_ctx_t *ctx, ik_db_t *db,
                             const ik_account_t *account)
{
    ik_account_t decided = *account;
    const char *digest;
    apr_status_t rv = ik_store_source_get(source, db, account->id, ctx->p);

    if (rv == APR_NOTFOUND)
        *source = NULL;
    else if (rv != APR_SUCCESS)
        return rv;
    *seen = account->version;
    if (!*source)
        return APR_SUCCESS;
    decided.metadata = (*source)->url;
    digest = ik_account_digest(&decided, ctx->p);
    if (!digest)
        return APR_EGENERAL;
    *seen = apr_strtoi64(apr_pstrmemdup(ctx->p, digest, SEEN_DIGITS), NULL, 16) + 1;
    return APR_SUCCESS;
}

/* A form that is sent twice asks for what it has done already, which takes nothing from anybody. */
apr_status_t ik_account_check_seen(ik_account_task_t *task, ik_db_t *db, const ik_account_t *before,
                                   const ik_account_t *account)
{
    ik_source_t *source;
    apr_int64_t seen;
    int same = 0;
    apr_status_t rv;

    if (!task->change->seen)
        return APR_SUCCESS;
    rv = ik_account_look(&seen, &source, task->ctx, db, before);
    if (rv != APR_SUCCESS || seen == task->change->seen)
        return rv;
    rv = is_same(&same, before, account, task->ctx->p);
    if (rv != APR_SUCCESS || same)
        return rv;
    return ik_account_refuse_changed(task->result, task->ctx->p, "you opened this page", "save");
}

/* Whoever pastes once more what they deleted has gone back by hand. */
static apr_status_t forget_if_restored(ik_account_task_t *task, ik_db_t *db, const ik_account_t *account)
{
    apr_pool_t *p = task->ctx->p;
    ik_previous_t *previous;
    ik_account_t old;
    int same = 0;
    apr_status_t rv = ik_store_previous_get(&previous, db, account->id, p);

    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    ik_account_restore(&old, previous);
    rv = is_same(&same, &old, account, p);
    return rv == APR_SUCCESS && same ? ik_store_previous_forget(db, account->id, p) : rv;
}

static apr_status_t keep(ik_account_task_t *task, ik_db_t *db, const ik_account_t *before, const ik_account_t *account)
{
    ik_previous_t previous = ik_account_settings(before);
    int same = 0;
    apr_status_t rv;

    previous.replaced = task->ctx->now;
    if (!before->metadata)
        return forget_if_restored(task, db, account);
    rv = is_same(&same, before, account, task->ctx->p);
    return rv == APR_SUCCESS && !same ? ik_store_previous_put(db, before->id, &previous, task->ctx->p) : rv;
}

/* 1 if the people of the account used to sign in at another identity provider. */
static int has_moved(const ik_account_t *before, const ik_account_t *account)
{
    return before->idp_entity_id && account->idp_entity_id
           && strcmp(before->idp_entity_id, account->idp_entity_id) != 0;
}

static int differs(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") != 0;
}

/* The names of what differs, with a comma between; NULL: nothing does. */
static const char *changes(const ik_account_t *before, const ik_account_t *account, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 6, sizeof(const char *));

    if (differs(before->name, account->name))
        APR_ARRAY_PUSH(names, const char *) = "name";
    if (differs(before->metadata, account->metadata))
        APR_ARRAY_PUSH(names, const char *) = "metadata";
    if (differs(before->entity_id, account->entity_id))
        APR_ARRAY_PUSH(names, const char *) = "entity_id";
    if (differs(ik_text_join(p, before->domains, " "), ik_text_join(p, account->domains, " ")))
        APR_ARRAY_PUSH(names, const char *) = "domains";
    if (differs(ik_option_text(&before->options, p), ik_option_text(&account->options, p)))
        APR_ARRAY_PUSH(names, const char *) = "options";
    if (differs(before->rules, account->rules))
        APR_ARRAY_PUSH(names, const char *) = "rules";
    return names->nelts ? ik_text_join(p, names, ",") : NULL;
}

void ik_account_tell_saved(ik_account_task_t *task, ik_event_id_t id, const ik_account_t *before,
                           const ik_account_t *account)
{
    ik_event_t *event = ik_account_task_tell(task, id);

    event->idp = account->idp_entity_id;
    event->detail = changes(before, account, task->ctx->p);
    if (has_moved(before, account))
        ik_account_task_tell(task, IK_EVENT_SESSIONS_ENDED);
}

static int has_other_metadata(const ik_account_t *before, const ik_account_t *account, apr_pool_t *p)
{
    if (!before->metadata || !account->metadata)
        return before->metadata != account->metadata;
    return strcmp(with_plain_lines(before->metadata, p), with_plain_lines(account->metadata, p)) != 0;
}

static const ik_idp_t *idp_of(const char *metadata, const ik_ctx_t *ctx)
{
    return ik_metadata_read(metadata, strlen(metadata), ctx->now, ctx->p)->idp;
}

/* What counted before single sign-on was switched off is kept to go back to. NULL: none ever. */
static apr_status_t last_metadata(const char **metadata, const ik_ctx_t *ctx, ik_db_t *db, const ik_account_t *before)
{
    ik_previous_t *previous;
    apr_status_t rv;

    *metadata = before->metadata;
    if (before->metadata)
        return APR_SUCCESS;
    rv = ik_store_previous_get(&previous, db, before->id, ctx->p);
    if (rv == APR_SUCCESS)
        *metadata = previous->metadata;
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

apr_status_t ik_account_tell_keys(ik_account_task_t *task, ik_db_t *db, const ik_account_t *before, const ik_account_t *account)
{
    const ik_ctx_t *ctx = task->ctx;
    const char *last, *added, *what;
    const ik_idp_t *after;
    ik_event_t *event;
    apr_status_t rv;

    if (!account->metadata || !has_other_metadata(before, account, ctx->p))
        return APR_SUCCESS;
    rv = last_metadata(&last, ctx, db, before);
    if (rv != APR_SUCCESS || !last)
        return rv;
    after = idp_of(account->metadata, ctx);
    what = after ? ik_refresh_key_change(&added, idp_of(last, ctx), after, ctx->p) : NULL;
    if (!what)
        return APR_SUCCESS;
    event = ik_account_task_tell(task, IK_EVENT_IDP_KEYS_CHANGED);
    event->idp = after->entity_id;
    event->subject = added;
    event->detail = what;
    return APR_SUCCESS;
}

/* Somebody has decided which metadata counts: the next fetch must not undo that. */
static apr_status_t forget_source(ik_account_task_t *task, ik_db_t *db, const ik_account_t *before,
                                  const ik_account_t *account)
{
    ik_source_t *source;
    apr_status_t rv;

    if (!has_other_metadata(before, account, task->ctx->p))
        return APR_SUCCESS;
    rv = ik_store_source_get(&source, db, account->id, task->ctx->p);
    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    task->result->source_forgotten = 1;
    return ik_store_source_forget(db, account->id, task->ctx->p);
}

/*
 * On the settings page a list of domains says who may sign in. Where strangers are led by their address only the operator says
 * (security rule 3.5): else the administrator of one account could send another company's people to a provider of their own.
 */
static apr_status_t route(const ik_account_task_t *task, ik_db_t *db, const ik_account_t *before,
                          const ik_account_t *account)
{
    apr_status_t rv = APR_SUCCESS;

    if (ik_account_is_operated(task->ctx) && task->change && task->change->domains)
        return ik_store_account_route(db, account, task->ctx->p);
    for (int i = 0; i < before->domains->nelts && rv == APR_SUCCESS; i++) {
        const char *domain = APR_ARRAY_IDX(before->domains, i, const char *);

        if (!ik_text_in(account->domains, domain))
            rv = ik_store_account_unroute(db, account->id, domain, task->ctx->p);
    }
    return rv;
}

/*
 * Whom the identity provider of before vouched for, the new one may not even know: those sessions end. New keys,
 * names or domains of the same one end none.
 */
apr_status_t ik_account_save(ik_account_task_t *task, ik_db_t *db, const ik_account_t *before, ik_account_t *account)
{
    apr_status_t rv = ik_store_account_update(account, db, task->ctx->now, task->ctx->p);

    if (rv == APR_EEXIST)
        return ik_account_refuse_taken(task, account);
    task->result->account = account;
    if (rv == APR_SUCCESS)
        rv = route(task, db, before, account);
    if (rv == APR_SUCCESS)
        rv = keep(task, db, before, account);
    if (rv == APR_SUCCESS)
        rv = ik_certificates_keep(task->ctx, db, account);
    if (rv == APR_SUCCESS)
        rv = forget_source(task, db, before, account);
    if (rv == APR_SUCCESS && task->result->report)
        rv = ik_account_note_sharing(task, db, account);
    if (rv == APR_SUCCESS)
        rv = ik_account_tell_keys(task, db, before, account);
    return rv == APR_SUCCESS && has_moved(before, account) ? ik_account_task_end_sessions(task, db) : rv;
}
