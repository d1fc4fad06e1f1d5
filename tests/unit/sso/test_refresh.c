/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer to a fetch makes of an account: new keys are taken, everything else keeps the last good metadata. */
#include "accounts_scene.h"

#include "base/text.h"
#include "saml/own.h"
#include "sso/audit.h"
#include "sso/draft.h"
#include "sso/refresh.h"
#include "sso/refresh_plan.h"
#include "store/source.h"

#define URL "https://idp.example/metadata"
#define OKTA "http://www.okta.com/exk1abcdEFGH2345i5d7"
#define KEYCLOAK "https://sso.acme.example/realms/acme"

/* Lines of the audit log, one after the other. */
static char audited[16384];

static apr_status_t hear(void *to, const ik_ctx_t *ctx, const char *line)
{
    (void)to, (void)ctx;
    apr_cpystrn(audited + strlen(audited), line, sizeof(audited) - strlen(audited));
    return APR_SUCCESS;
}

static const struct ik_audit_t ear = { hear, NULL };

static ik_ctx_t listening(const database_t *database)
{
    ik_ctx_t ctx = context(database);

    audited[0] = '\0';
    ctx.audit = &ear;
    return ctx;
}

static int heard(const char *event)
{
    int count = 0;

    for (const char *at = audited; (at = strstr(at, event)) != NULL; at++)
        count++;
    return count;
}

static ik_source_t *source_of(const database_t *database)
{
    ik_source_t *source;

    return ik_store_source_get(&source, database->db, "acme", database->p) == APR_SUCCESS ? source : NULL;
}

/* The account acme with Okta's metadata, fetched before. */
static const ik_source_t *begin(const database_t *database)
{
    static const ik_source_t source = { .account = "acme", .url = URL, .etag = "\"1\"", .next = NOW, .fetched = NOW - 1,
                                        .failure = "" };

    add_with(database, "acme", "okta.xml");
    assert_int_equal(ik_store_source_put(&source, database->db, database->p), APR_SUCCESS);
    return &source;
}

static ik_account_t *account_of(const ik_ctx_t *ctx)
{
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_get(&result, ctx, "acme"), APR_SUCCESS);
    return result.account;
}

static ik_fetched_t answer(const char *bytes)
{
    return (ik_fetched_t){ .bytes = bytes, .len = strlen(bytes), .etag = "\"2\"", .max_age = -1 };
}

static const char *metadata_of(const database_t *database, const char *name)
{
    return with_metadata(database, name).metadata;
}

/* Okta's identity provider with the keys of Keycloak's. */
static const char *rotated(const database_t *database)
{
    const char *xml = metadata_of(database, "keycloak.xml"), *at = strstr(xml, KEYCLOAK);

    assert_non_null(at);
    return apr_pstrcat(database->p, apr_pstrmemdup(database->p, xml, (apr_size_t)(at - xml)), OKTA, at + strlen(KEYCLOAK), NULL);
}

static ik_accounts_result_t settle(const ik_ctx_t *ctx, const ik_source_t *source, apr_status_t rv, ik_fetched_t fetched)
{
    ik_accounts_result_t result;

    assert_int_equal(ik_refresh_settle(&result, ctx, source, rv, &fetched), APR_SUCCESS);
    return result;
}

static void takes_new_keys_and_tells_of_them(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    apr_int64_t version = account_of(&ctx)->version;
    const char *xml = rotated(database);
    ik_accounts_result_t result = settle(&ctx, source, APR_SUCCESS, answer(xml));

    assert_int_equal(result.sessions_ended, 0);
    assert_string_equal(account_of(&ctx)->metadata, xml);
    assert_true(account_of(&ctx)->version > version);
    assert_string_equal(source_of(database)->etag, "\"2\"");
    assert_string_equal(result.source->failure, "");
    assert_true(source_of(database)->fetched == NOW && source_of(database)->next >= NOW + IK_REFRESH_USUAL);
    assert_int_equal(heard("\"idp_keys_changed\""), 1);
    assert_int_equal(heard("added "), 1);
    assert_int_equal(heard("; removed "), 1);
    assert_int_equal(heard("\"metadata_refreshed\""), 1);
}

/* An administrator rolls back what an administrator has changed. */
static void leaves_alone_what_rolling_back_leads_to(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    ik_accounts_result_t result;

    settle(&ctx, source, APR_SUCCESS, answer(rotated(database)));
    assert_int_equal(ik_accounts_get(&result, &ctx, "acme"), APR_SUCCESS);
    assert_null(result.previous);
}

static void changes_nothing_when_nothing_has_changed(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    apr_int64_t version = account_of(&ctx)->version;

    settle(&ctx, source, APR_SUCCESS, (ik_fetched_t){ .unchanged = 1, .etag = "\"1\"", .max_age = 7200 });
    assert_string_equal(source_of(database)->etag, "\"1\"");
    assert_in_range(source_of(database)->next, NOW + apr_time_from_sec(7200), NOW + apr_time_from_sec(7920));
    settle(&ctx, source, APR_SUCCESS, answer(metadata_of(database, "okta.xml")));
    assert_string_equal(source_of(database)->etag, "\"2\"");
    assert_int_equal(account_of(&ctx)->version, version);
    assert_string_equal(audited, "");
}

static void keeps_the_last_good_metadata(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    apr_int64_t version = account_of(&ctx)->version;
    const struct {
        apr_status_t rv;
        ik_fetched_t fetched;
        const char *sentence;
    } rows[] = {
        { IK_REFUSED, { .problem = "It burns." }, "It burns." },
        { APR_ENOMEM, { .problem = NULL }, "no memory" },
        { APR_SUCCESS, answer("<html/>"), "cannot be used" },
        { APR_SUCCESS, answer(""), "cannot be used" },
        { APR_SUCCESS, answer(metadata_of(database, "nested.xml")), "valid until 2020-01-01T00:00:00Z" },
        { APR_SUCCESS, answer(metadata_of(database, "adfs.xml")), "another identity provider" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        settle(&ctx, source, rows[i].rv, rows[i].fetched);
        if (!strstr(source_of(database)->failure, rows[i].sentence))
            fail_msg("%s: %s", rows[i].sentence, source_of(database)->failure);
        assert_string_equal(source_of(database)->etag, "");
        assert_true(source_of(database)->fetched == NOW - 1);
    }
    assert_int_equal(account_of(&ctx)->version, version);
    assert_int_equal(heard("\n"), 1);
    assert_int_equal(heard("\"metadata_failed\""), 1);
}

static void tells_of_a_failure_once_and_of_its_end(void **state)
{
    const database_t *database = *state;
    ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);

    for (int i = 0; i < 3; i++, ctx.now += IK_REFRESH_RETRY)
        settle(&ctx, source, IK_REFUSED, (ik_fetched_t){ .problem = "It burns." });
    assert_true(source_of(database)->failing_since == NOW);
    assert_true(source_of(database)->next >= NOW + 3 * IK_REFRESH_RETRY);
    settle(&ctx, source, APR_SUCCESS, answer(metadata_of(database, "okta.xml")));
    assert_true(source_of(database)->failing_since == 0);
    assert_string_equal(source_of(database)->failure, "");
    assert_int_equal(heard("\"metadata_failed\""), 1);
    assert_int_equal(heard("\"metadata_refreshed\""), 1);
    assert_int_equal(heard("\n"), 2);
}

/* R19: what the account's people read is not what the operator reads, in the audit log too. */
static void keeps_the_cause_for_the_operator(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    ik_accounts_result_t result = settle(&ctx, source, IK_REFUSED, (ik_fetched_t){ .problem = "No.", .cause = "It is 10.1.2.3." });

    assert_string_equal(result.source->failure, "No.");
    assert_string_equal(result.source->cause, "It is 10.1.2.3.");
    assert_string_equal(source_of(database)->failure, "No.");
    assert_string_equal(source_of(database)->cause, "It is 10.1.2.3.");
    assert_int_equal(heard("\"detail\":\"It is 10.1.2.3.\""), 1);
    settle(&ctx, source, IK_REFUSED, (ik_fetched_t){ .problem = "It burns." });
    assert_string_equal(source_of(database)->cause, "It burns.");
    result = settle(&ctx, source, APR_SUCCESS, answer(metadata_of(database, "okta.xml")));
    assert_string_equal(result.source->cause, "");
    assert_string_equal(source_of(database)->cause, "");
}

static void does_nothing_for_a_source_that_is_another_now(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    ik_source_t other = *begin(database);
    apr_int64_t version = account_of(&ctx)->version;

    other.url = "https://other.example/";
    assert_null(settle(&ctx, &other, APR_SUCCESS, answer(rotated(database))).source);
    assert_string_equal(source_of(database)->url, URL);
    assert_int_equal(ik_store_source_forget(database->db, "acme", database->p), APR_SUCCESS);
    assert_null(settle(&ctx, &other, IK_REFUSED, (ik_fetched_t){ .problem = "It burns." }).source);
    assert_null(source_of(database));
    assert_int_equal(account_of(&ctx)->version, version);
    assert_string_equal(audited, "");
}

static void is_forgotten_with_a_paste_a_delete_and_a_roll_back(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    ik_account_change_t name = { .name = "Acme" }, same = with_metadata(database, "okta.xml"),
                        other = with_metadata(database, "adfs.xml");
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &name), APR_SUCCESS);
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &same), APR_SUCCESS);
    assert_false(result.source_forgotten);
    assert_non_null(source_of(database));
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &other), APR_SUCCESS);
    assert_true(result.source_forgotten);
    assert_null(source_of(database));
    assert_int_equal(ik_store_source_put(source, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_true(result.source_forgotten && !source_of(database));
    assert_int_equal(ik_store_source_put(source, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_accounts_forget_metadata(&result, &ctx, "acme"), APR_SUCCESS);
    assert_true(result.source_forgotten && !source_of(database));
}

static apr_int64_t seen(const ik_ctx_t *ctx)
{
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_get(&result, ctx, "acme"), APR_SUCCESS);
    assert_true(result.seen > 0);
    return result.seen;
}

/* Whoever has opened the page before must not be told that somebody has changed something, and takes no new key back. */
static void is_nobodys_decision_for_a_form_that_is_open(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    const char *xml = rotated(database);
    ik_account_change_t change = { .domains = ik_text_words(database->p, "acme.test"), .seen = seen(&ctx) };
    ik_accounts_result_t result;

    settle(&ctx, source, APR_SUCCESS, answer(xml));
    assert_true(seen(&ctx) == change.seen);
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &change), APR_SUCCESS);
    assert_string_equal(account_of(&ctx)->metadata, xml);
    assert_non_null(source_of(database));
    assert_true(seen(&ctx) != change.seen);
    change.domains = ik_text_words(database->p, "other.test");
    assert_refused(ik_accounts_set(&result, &ctx, "acme", &change), result, "changed_meanwhile");
}

static void knows_what_nobody_decides_from_what_somebody_does(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    const ik_account_change_t name = { .name = "Acme" }, other = with_metadata(database, "adfs.xml");
    const apr_int64_t before = seen(&ctx);
    ik_source_t elsewhere = *source;
    ik_accounts_result_t result;

    settle(&ctx, source, IK_REFUSED, (ik_fetched_t){ .problem = "No." });
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &name), APR_SUCCESS);
    assert_int_equal(ik_accounts_enable(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_true(seen(&ctx) == before);
    elsewhere.url = "https://idp.example/other";
    assert_int_equal(ik_store_source_put(&elsewhere, database->db, database->p), APR_SUCCESS);
    assert_true(seen(&ctx) != before);
    assert_int_equal(ik_store_source_forget(database->db, "acme", database->p), APR_SUCCESS);
    assert_true(seen(&ctx) != before);
    assert_int_equal(ik_store_source_put(source, database->db, database->p), APR_SUCCESS);
    assert_true(seen(&ctx) == before);
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &other), APR_SUCCESS);
    assert_true(seen(&ctx) != before);
}

static const ik_draft_t *draft_with(const ik_ctx_t *ctx, const ik_account_change_t *change)
{
    ik_accounts_result_t result;
    const ik_draft_t *draft;

    assert_int_equal(ik_draft_make(&draft, &result, ctx, "acme", change), APR_SUCCESS);
    return draft;
}

/* It would bring keys back that are none any more, and end the fetching. */
static void saves_no_draft_that_is_older_than_what_was_fetched(void **state)
{
    const database_t *database = *state;
    ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    const ik_account_change_t change = { .domains = ik_text_words(database->p, "acme.test") };
    const ik_draft_t *draft = draft_with(&ctx, &change), *again;
    const char *xml = rotated(database);
    ik_accounts_result_t result;

    ctx.now++;
    settle(&ctx, source, APR_SUCCESS, answer(xml));
    assert_refused(ik_draft_save(&result, &ctx, "acme", draft->id), result, "changed_meanwhile");
    assert_non_null(strstr(result.problem, "or new metadata was fetched"));
    assert_refused(ik_draft_repeat(&again, &result, &ctx, "acme", draft->id), result, "changed_meanwhile");
    assert_string_equal(account_of(&ctx)->metadata, xml);
    draft = draft_with(&ctx, &change);
    assert_int_equal(ik_draft_save(&result, &ctx, "acme", draft->id), APR_SUCCESS);
    assert_string_equal(account_of(&ctx)->metadata, xml);
    assert_int_equal(account_of(&ctx)->domains->nelts, 1);
    assert_non_null(source_of(database));
}

static void saves_a_draft_that_is_older_than_a_fetch_of_nothing_new(void **state)
{
    const database_t *database = *state;
    ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    const ik_account_change_t change = { .domains = ik_text_words(database->p, "acme.test") };
    const ik_draft_t *draft = draft_with(&ctx, &change);
    ik_accounts_result_t result;

    ctx.now++;
    settle(&ctx, source, APR_SUCCESS, answer(metadata_of(database, "okta.xml")));
    settle(&ctx, source, IK_REFUSED, (ik_fetched_t){ .problem = "No." });
    assert_int_equal(ik_draft_save(&result, &ctx, "acme", draft->id), APR_SUCCESS);
    assert_false(result.source_forgotten);
    assert_string_equal(source_of(database)->failure, "No.");
    assert_int_equal(account_of(&ctx)->domains->nelts, 1);
}

/* Whoever has pasted something else into a draft means that to count, and not what is fetched next. */
static void forgets_the_url_with_a_draft_that_has_other_metadata(void **state)
{
    const database_t *database = *state;
    ik_ctx_t ctx = listening(database);
    const ik_account_change_t change = with_metadata(database, "adfs.xml");
    const ik_draft_t *draft;
    ik_accounts_result_t result;

    begin(database);
    draft = draft_with(&ctx, &change);
    assert_int_equal(ik_draft_save(&result, &ctx, "acme", draft->id), APR_SUCCESS);
    assert_true(result.source_forgotten);
    assert_null(source_of(database));
    assert_int_equal(heard("\"idp_keys_changed\""), 1);
}

static void sets_no_url_over_what_was_not_looked_at(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    const ik_source_t *source = begin(database);
    const ik_account_change_t theirs = { .domains = ik_text_words(database->p, "theirs.test") };
    const apr_int64_t before = seen(&ctx);
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &theirs), APR_SUCCESS);
    assert_refused(ik_refresh_set(&result, &ctx, "acme", "", before), result, "changed_meanwhile");
    assert_refused(ik_refresh_set(&result, &ctx, "acme", "https://127.0.0.1/", before), result, "changed_meanwhile");
    assert_refused(ik_refresh_set(&result, &ctx, "acme", "", -1), result, "changed_meanwhile");
    assert_string_equal(source_of(database)->url, source->url);
    assert_int_equal(ik_refresh_set(&result, &ctx, "acme", "", seen(&ctx)), APR_SUCCESS);
    assert_int_equal(ik_refresh_set(&result, &ctx, "acme", "", before), APR_SUCCESS);      /* sent twice */
    assert_null(source_of(database));
}

static void refuses_a_url_and_changes_nothing(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    ik_accounts_result_t result;

    begin(database);
    assert_int_equal(ik_refresh_set(&result, &ctx, "acme", "https://127.0.0.1/", 0), IK_REFUSED);
    assert_string_equal(result.code, "url_refused");
    assert_non_null(strstr(result.problem, "no public address"));
    assert_non_null(strstr(result.cause, "loopback"));
    assert_string_equal(source_of(database)->url, URL);
    assert_int_equal(ik_refresh_set(&result, &ctx, "nobody", "https://127.0.0.1/", 0), IK_REFUSED);
    assert_string_equal(result.code, "not_found");
    assert_null(result.cause);
    assert_refused(ik_refresh_set(&result, &ctx, "nobody", "", 0), result, "not_found");
    assert_null(result.account);
    assert_int_equal(ik_refresh_set(&result, &ctx, "acme", "", 0), APR_SUCCESS);
    assert_null(source_of(database));
    assert_int_equal(ik_refresh_now(&result, &ctx, "acme"), IK_REFUSED);
    assert_string_equal(result.code, "no_url");
}

static void fetches_what_is_due_and_says_why_that_failed(void **state)
{
    const database_t *database = *state;
    ik_ctx_t ctx = listening(database);
    ik_source_t source = *begin(database);
    const ik_fetch_t bare = { .url = NULL };
    ik_accounts_result_t result;
    const char *id;

    source.url = "https://127.0.0.1/";
    assert_int_equal(ik_store_source_put(&source, database->db, database->p), APR_SUCCESS);
    ctx.now--;
    assert_int_equal(ik_refresh_due(&id, &result, &ctx, &bare), APR_SUCCESS);
    assert_null(id);
    ctx.now++;
    assert_int_equal(ik_refresh_due(&id, &result, &ctx, &bare), APR_SUCCESS);
    assert_string_equal(id, "acme");
    assert_null(result.problem);
    assert_string_equal(result.source->account, "acme");
    assert_non_null(strstr(source_of(database)->failure, "no public address"));
    assert_non_null(strstr(source_of(database)->cause, "loopback"));
    assert_int_equal(ik_refresh_due(&id, &result, &ctx, &bare), APR_SUCCESS);
    assert_null(id);
    assert_int_equal(ik_refresh_now(&result, &ctx, "acme"), IK_REFUSED);
    assert_string_equal(result.code, "fetch_failed");
    assert_string_equal(result.problem, source_of(database)->failure);
    assert_string_equal(result.cause, source_of(database)->cause);
}

static int is_over(void *arg)
{
    (void)arg;
    return 1;
}

/* Its lease keeps the others away until it has run out. */
static void blames_nobody_when_the_server_ends(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = listening(database);
    ik_source_t source = *begin(database);
    const ik_fetch_t ending = { .is_over = is_over };
    ik_accounts_result_t result;
    const char *id;

    source.url = "https://127.0.0.1/";
    assert_int_equal(ik_store_source_put(&source, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_refresh_due(&id, &result, &ctx, &ending), APR_SUCCESS);
    assert_string_equal(source_of(database)->failure, "");
    assert_true(source_of(database)->next == NOW + IK_REFRESH_LEASE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(takes_new_keys_and_tells_of_them),
        ON_FRESH(leaves_alone_what_rolling_back_leads_to),
        ON_FRESH(changes_nothing_when_nothing_has_changed),
        ON_FRESH(keeps_the_last_good_metadata),
        ON_FRESH(tells_of_a_failure_once_and_of_its_end),
        ON_FRESH(keeps_the_cause_for_the_operator),
        ON_FRESH(does_nothing_for_a_source_that_is_another_now),
        ON_FRESH(is_forgotten_with_a_paste_a_delete_and_a_roll_back),
        ON_FRESH(is_nobodys_decision_for_a_form_that_is_open),
        ON_FRESH(knows_what_nobody_decides_from_what_somebody_does),
        ON_FRESH(sets_no_url_over_what_was_not_looked_at),
        ON_FRESH(saves_no_draft_that_is_older_than_what_was_fetched),
        ON_FRESH(saves_a_draft_that_is_older_than_a_fetch_of_nothing_new),
        ON_FRESH(forgets_the_url_with_a_draft_that_has_other_metadata),
        ON_FRESH(refuses_a_url_and_changes_nothing),
        ON_FRESH(fetches_what_is_due_and_says_why_that_failed),
        ON_FRESH(blames_nobody_when_the_server_ends),
    };

    if (ik_saml_start() != APR_SUCCESS)
        return 1;
    return run_on_databases(tests);
}
