/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/slo.c: whether the identity provider is told that somebody has signed out here, and of which session. */
#include "slo_scene.h"

#include "saml/raw_query.h"

static apr_status_t start_of(ik_outgoing_t **out, const slo_scene_t *scene, const ik_identity_t *who)
{
    *out = NULL;
    return ik_slo_start(out, &scene->machine->ctx, who);
}

static void assert_tells_nobody(const slo_scene_t *scene, const ik_identity_t *who)
{
    ik_outgoing_t *out;

    assert_int_equal(start_of(&out, scene, who), APR_NOTFOUND);
    assert_null(out);
}

static void asks_the_identity_provider_to_end_the_session(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);
    const ik_identity_t ann = slo_session(scene, "acme", "Ann@Acme.test", "_session-7");
    ik_raw_query_t query;
    ik_outgoing_t *out;

    assert_int_equal(start_of(&out, scene, &ann), APR_SUCCESS);
    assert_int_equal(strncmp(out->redirect, AT_IDP "?", sizeof AT_IDP), 0);
    assert_int_equal(ik_raw_query_read(&query, out->redirect + sizeof AT_IDP, scene->p, &scene->why), APR_SUCCESS);
    assert_true(query.is_request);
    assert_null(query.relay_state);
    assert_non_null(strstr(query.xml, "LogoutRequest"));
    assert_non_null(strstr(query.xml, ">Ann@Acme.test</"));
    assert_non_null(strstr(query.xml, IK_NAMEID_EMAIL));
    assert_non_null(strstr(query.xml, ">_session-7</"));
    assert_non_null(strstr(query.xml, ">https://imagekit.test/saml/consume</"));
}

static void asks_with_a_form_where_that_is_offered(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_POST);
    const ik_identity_t ann = slo_session(scene, "acme", ANN, "");
    ik_outgoing_t *out;

    assert_int_equal(start_of(&out, scene, &ann), APR_SUCCESS);
    assert_null(out->redirect);
    assert_string_equal(out->action, AT_IDP);
    assert_string_equal(out->field, "SAMLRequest");
}

static void asks_nobody_who_takes_no_logout(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    const ik_identity_t ann = slo_session(scene, "acme", ANN, "_s");

    assert_tells_nobody(scene, &ann);
}

static void asks_nobody_where_browsers_cannot_go(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_SOAP);
    const ik_identity_t ann = slo_session(scene, "acme", ANN, "_s");

    assert_tells_nobody(scene, &ann);
}

static void asks_nobody_without_a_key_to_sign_with(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);
    const ik_identity_t ann = slo_session(scene, "acme", ANN, "_s");

    scene->machine->settings.spkeys = ik_spkeys_make(scene->p);
    assert_tells_nobody(scene, &ann);
}

static void asks_nobody_if_the_account_does_not_want_it(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);
    const ik_identity_t ann = slo_session(scene, "acme", ANN, "_s");
    ik_outgoing_t *out;

    scene->acme.options.local_logout = 1;
    assert_int_equal(ik_store_account_update(&scene->acme, scene->database->db, NOW, scene->p), APR_SUCCESS);
    assert_tells_nobody(scene, &ann);
    scene->acme.options.local_logout = 0;
    assert_int_equal(ik_store_account_update(&scene->acme, scene->database->db, NOW, scene->p), APR_SUCCESS);
    assert_int_equal(start_of(&out, scene, &ann), APR_SUCCESS);
}

static void tells_nobody_of_a_session_that_is_not_theirs(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);
    ik_identity_t who = slo_session(scene, "acme", ANN, "_s");

    who.idp = "https://idp.before.test/";
    assert_tells_nobody(scene, &who);
    who = slo_session(scene, "gone", ANN, "_s");
    assert_tells_nobody(scene, &who);
    who = slo_session(scene, "acme", "", "_s");
    assert_tells_nobody(scene, &who);
}

static void asks_nobody_whose_metadata_cannot_be_used(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);
    ik_identity_t who = slo_session(scene, "broken", ANN, "_s");

    slo_account(scene, "broken", IDP, "<broken/>");
    assert_tells_nobody(scene, &who);
}

static void fails_where_the_database_does(void **state)
{
    slo_scene_t *scene = make_slo(*state, IK_BINDING_REDIRECT);
    const ik_identity_t ann = slo_session(scene, "acme", ANN, "_s");
    ik_outgoing_t *out;
    apr_status_t rv;

    run_sql(*state, "ALTER TABLE ik_account RENAME TO elsewhere");
    rv = start_of(&out, scene, &ann);
    assert_true(rv != APR_SUCCESS && rv != APR_NOTFOUND && rv != IK_REFUSED);
    assert_null(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(asks_the_identity_provider_to_end_the_session),
        ON_FRESH(asks_with_a_form_where_that_is_offered),
        ON_FRESH(asks_nobody_who_takes_no_logout),
        ON_FRESH(asks_nobody_where_browsers_cannot_go),
        ON_FRESH(asks_nobody_without_a_key_to_sign_with),
        ON_FRESH(asks_nobody_if_the_account_does_not_want_it),
        ON_FRESH(tells_nobody_of_a_session_that_is_not_theirs),
        ON_FRESH(asks_nobody_whose_metadata_cannot_be_used),
        ON_FRESH(fails_where_the_database_does),
    };

    return run_on_databases(tests);
}
