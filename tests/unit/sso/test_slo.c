/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/slo.c with messages of an identity provider: whom they sign out, once, and what is answered. */
#include "slo_scene.h"

#include "audit_log.h"
#include "saml/xml.h"

static apr_int64_t rows_of(const slo_scene_t *scene, const char *table)
{
    return ask_sql(scene->database, apr_pstrcat(scene->p, "SELECT count(*) FROM ", table, NULL));
}

static void ends_the_sessions_it_names_by_every_binding(void **state)
{
    static const char *const names[] = { "rsa-sha256.query", "lower-case.query", "request.post", "request.soap" };
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);

    slo_account(scene, "beta", "https://idp.beta.test/", slo_metadata(NULL, scene->p));
    for (size_t i = 0; i < ROWS(names); i++) {
        const ik_identity_t named = slo_session(scene, "acme", ANN, "_session-1");
        const ik_identity_t nameless = slo_session(scene, "acme", ANN, "");
        const ik_identity_t others[] = {
            slo_session(scene, "acme", ANN, "_session-2"),
            slo_session(scene, "acme", "bob@acme.test", "_session-1"),
            slo_session(scene, "acme", "bob@acme.test", ""),
            slo_session(scene, "beta", ANN, "_session-1"),
        };

        take_good(scene, names[i]);
        assert_true(ended(scene, &named) && ended(scene, &nameless));
        for (size_t k = 0; k < ROWS(others); k++)
            assert_false(ended(scene, &others[k]));
        assert_true(scene->done.is_request);
        assert_string_equal(scene->done.account, "acme");
        assert_string_equal(scene->done.issuer, IDP);
        assert_string_equal(scene->done.name_id, ANN);
    }
}

static void ends_everything_of_the_person_without_an_index(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    const ik_identity_t one = slo_session(scene, "acme", ANN, "_session-1"), two = slo_session(scene, "acme", ANN, "");
    const ik_identity_t bob = slo_session(scene, "acme", "bob@acme.test", "_session-1");

    take_good(scene, "no-index.query");
    assert_true(ended(scene, &one) && ended(scene, &two));
    assert_false(ended(scene, &bob));
}

static void ends_every_session_of_several_indexes(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    const ik_identity_t a = slo_session(scene, "acme", ANN, "_a"), c = slo_session(scene, "acme", ANN, "_c");
    const ik_identity_t other = slo_session(scene, "acme", ANN, "_session-1");

    take_good(scene, "three-indexes.query");
    assert_true(ended(scene, &a) && ended(scene, &c));
    assert_false(ended(scene, &other));
}

static void lets_a_session_live_that_begins_later(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    ik_identity_t later;

    take_good(scene, "rsa-sha256.query");
    later = slo_session(scene, "acme", ANN, "_session-1");
    assert_false(ended(scene, &later));
}

/* Theirs is the same key, so it is the same identity provider that speaks of the same person. */
static void ends_sessions_in_each_account_whose_keys_verify_it(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    const char *foreign = fixture_read(scene->p, "responses/accounts/acme.xml", NULL);
    ik_identity_t twin, other;

    slo_account(scene, "aaa", IDP, foreign);
    slo_account(scene, "twin", IDP, slo_metadata(NULL, scene->p));
    slo_account(scene, "zzz", IDP, "<broken/>");
    twin = slo_session(scene, "twin", ANN, "_session-1");
    other = slo_session(scene, "aaa", ANN, "_session-1");
    take_good(scene, "rsa-sha256.query");
    assert_true(ended(scene, &twin));
    assert_false(ended(scene, &other));
    assert_string_equal(scene->done.account, "acme");
}

static void uses_each_request_once(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    ik_identity_t later;

    take_good(scene, "rsa-sha256.query");
    later = slo_session(scene, "acme", ANN, "_session-1");
    assert_int_equal(take(scene, "accepted", "rsa-sha256.query"), IK_REFUSED);
    assert_int_equal(scene->why.reason, IK_REASON_REPLAYED);
    assert_false(ended(scene, &later));
}

static void refuses_what_is_bad_and_ends_nothing(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_POST);
    apr_array_header_t *reasons = logout_names("", 1, scene->p);
    int refused = 0;

    for (int r = 0; r < reasons->nelts; r++) {
        const char *reason = APR_ARRAY_IDX(reasons, r, const char *);
        apr_array_header_t *names = logout_names(reason, 0, scene->p);

        for (int i = 0; strcmp(reason, "accepted") != 0 && i < names->nelts; i++) {
            const char *name = APR_ARRAY_IDX(names, i, const char *);

            if (!slo_message(scene, reason, name))
                continue;           /* saml has refused it already */
            if (take(scene, reason, name) != IK_REFUSED || strcmp(ik_reason_row(scene->why.reason)->id, reason) != 0)
                fail_msg("%s/%s: %s", reason, name, ik_reason_row(scene->why.reason)->id);
            refused++;
            assert_null(scene->done.answer);
            assert_null(scene->done.soap);
        }
    }
    assert_true(refused > 30);
    assert_int_equal(rows_of(scene, "ik_revocation"), 0);
    assert_int_equal(rows_of(scene, "ik_assertion"), 0);
}

static void refuses_whoever_is_no_accounts_identity_provider(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);

    run_sql(*state, "UPDATE ik_account SET idp_entity_id = 'https://idp.other.test/'");
    assert_int_equal(take(scene, "accepted", "rsa-sha256.query"), IK_REFUSED);
    assert_int_equal(scene->why.reason, IK_REASON_ISSUER_MISMATCH);
    assert_string_equal(scene->done.issuer, IDP);
    assert_null(scene->done.account);
}

static void answers_where_the_request_came_from(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);

    take_good(scene, "lower-case.query");
    assert_non_null(scene->done.answer);
    assert_int_equal(strncmp(scene->done.answer->redirect, AT_IDP "?SAMLResponse=", sizeof AT_IDP + 13), 0);
    assert_non_null(strstr(scene->done.answer->redirect, "&RelayState=a%2Fb%2Bc%3Dd%3Ae&SigAlg="));
    assert_null(scene->done.soap);
}

static void answers_a_form_with_a_form(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_POST);

    take_good(scene, "request.post");
    assert_string_equal(scene->done.answer->action, AT_IDP);
    assert_string_equal(scene->done.answer->field, "SAMLResponse");
    assert_string_equal(scene->done.answer->relay_state, "state");
}

static void answers_soap_at_once(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);

    take_good(scene, "request.soap");
    assert_null(scene->done.answer);
    assert_non_null(strstr(scene->done.soap, "Envelope"));
    assert_non_null(strstr(scene->done.soap, IK_STATUS_SUCCESS));
    assert_non_null(strstr(scene->done.soap, "https://imagekit.test/saml/consume</"));
}

static void ends_sessions_also_where_no_answer_can_go(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    const ik_identity_t ann = slo_session(scene, "acme", ANN, "_session-1");

    take_good(scene, "request.post");
    assert_null(scene->done.answer);
    assert_true(ended(scene, &ann));
}

static void shows_what_came_of_our_request(void **state)
{
    static const struct { const char *name; int success; } rows[] = {
        { "response.query", 1 }, { "response.post", 1 }, { "response-partial.query", 0 },
    };
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);

    for (size_t i = 0; i < ROWS(rows); i++) {
        take_good(scene, rows[i].name);
        assert_false(scene->done.is_request);
        assert_int_equal(scene->done.success, rows[i].success);
        assert_null(scene->done.answer);
    }
    assert_int_equal(rows_of(scene, "ik_revocation"), 0);
}

static void says_of_nothing_that_it_has_ended_unless_that_is_written(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);
    const ik_identity_t ann = slo_session(scene, "acme", ANN, "_session-1");
    apr_status_t rv;

    run_sql(*state, "ALTER TABLE ik_revocation RENAME TO elsewhere");
    rv = take(scene, "accepted", "rsa-sha256.query");
    assert_true(rv != APR_SUCCESS && rv != IK_REFUSED);
    assert_null(scene->done.answer);
    run_sql(*state, "ALTER TABLE elsewhere RENAME TO ik_revocation");
    assert_false(ended(scene, &ann));
    take_good(scene, "rsa-sha256.query");       /* it was not used up */
    assert_true(ended(scene, &ann));
}

static void gives_its_connection_back(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);

    scene->machine->ctx.store = open_store(scene->database->spec, 1, scene->p);
    take_good(scene, "rsa-sha256.query");
    assert_int_equal(take(scene, "accepted", "rsa-sha256.query"), IK_REFUSED);
    take_good(scene, "response.query");
}

static void tells_who_was_signed_out_and_by_whom(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    audit_log_t *log = make_audit_log(scene->p);
    const ik_by_t by = { .kind = IK_BY_USER, .client = "192.0.2.1" };

    scene->machine->ctx.audit = &log->audit;
    scene->machine->ctx.by = &by;
    take_good(scene, "no-index.query");
    assert_string_equal(taken(log, scene->p),
                        "logout\",\"host\":\"https://imagekit.test\",\"by\":\"idp\",\"who\":\"" IDP "\",\"client\":\"192.0.2.1\","
                        "\"account\":\"acme\",\"email\":\"" ANN "\",\"idp\":\"" IDP "\"\n");
    assert_int_equal(take(scene, "accepted", "no-index.query"), IK_REFUSED);
    assert_int_equal(log->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(ends_the_sessions_it_names_by_every_binding),
        ON_FRESH(ends_everything_of_the_person_without_an_index),
        ON_FRESH(ends_every_session_of_several_indexes),
        ON_FRESH(lets_a_session_live_that_begins_later),
        ON_FRESH(ends_sessions_in_each_account_whose_keys_verify_it),
        ON_FRESH(uses_each_request_once),
        ON_FRESH(refuses_what_is_bad_and_ends_nothing),
        ON_FRESH(refuses_whoever_is_no_accounts_identity_provider),
        ON_FRESH(answers_where_the_request_came_from),
        ON_FRESH(answers_a_form_with_a_form),
        ON_FRESH(answers_soap_at_once),
        ON_FRESH(ends_sessions_also_where_no_answer_can_go),
        ON_FRESH(shows_what_came_of_our_request),
        ON_FRESH(says_of_nothing_that_it_has_ended_unless_that_is_written),
        ON_FRESH(gives_its_connection_back),
        ON_FRESH(tells_who_was_signed_out_and_by_whom),
    };

    return run_on_databases(tests);
}
