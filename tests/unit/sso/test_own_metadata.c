/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/own_metadata.c: ours by default and as an account spells it, and before there is an account. */
#include "slo_scene.h"

#include "sso/own_metadata.h"

#define CONSUME "https://imagekit.test/saml/consume"
#define OWN CONSUME "#own"

static const char *metadata(const slo_scene_t *scene, const char *account)
{
    const char *xml = NULL;
    ik_refusal_t why = { .p = scene->p };

    assert_int_equal(ik_own_metadata(&xml, &scene->machine->ctx, account, &why), APR_SUCCESS);
    return xml;
}

static void assert_has(const char *xml, const char *piece)
{
    if (!strstr(xml, piece))
        fail_msg("no %s in %s", piece, xml);
}

static void describes_us_without_a_database(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    const char *xml;

    scene->machine->ctx.store = NULL;
    scene->machine->settings.spkeys = ik_spkeys_make(scene->p);
    xml = metadata(scene, NULL);
    assert_has(xml, "entityID=\"" CONSUME "\"");
    assert_has(xml, "Location=\"https://imagekit.test/logout\"");
    assert_has(xml, "Location=\"" CONSUME "\"");
    assert_has(xml, "AuthnRequestsSigned=\"false\"");
    assert_null(strstr(xml, "KeyDescriptor"));
}

static void describes_us_as_an_account_spells_it(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    ik_account_t own = { .id = "own", .name = "", .enabled = 0, .entity_id = OWN, .options = { .sign_requests = 1 } };
    const char *xml;

    own.domains = apr_array_make(scene->p, 1, sizeof(const char *));
    assert_int_equal(ik_store_account_insert(&own, scene->database->db, NOW, scene->p), APR_SUCCESS);
    xml = metadata(scene, "own");
    assert_has(xml, "entityID=\"" OWN "\"");
    assert_has(xml, "Location=\"" OWN "\"");
    assert_has(xml, "AuthnRequestsSigned=\"true\"");
    assert_has(xml, "<md:KeyDescriptor use=\"signing\">");
    assert_has(metadata(scene, "acme"), "entityID=\"" CONSUME "\"");
    scene->machine->settings.spkeys = ik_spkeys_make(scene->p);
    assert_has(metadata(scene, "own"), "AuthnRequestsSigned=\"false\"");
}

static void describes_us_as_the_only_account_spells_it_once_it_is_there(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    ik_account_t own = { .id = "own", .name = "", .enabled = 1, .entity_id = OWN };

    scene->machine->settings.only_account = "own";
    assert_has(metadata(scene, NULL), "entityID=\"" CONSUME "\"");
    own.domains = apr_array_make(scene->p, 1, sizeof(const char *));
    assert_int_equal(ik_store_account_insert(&own, scene->database->db, NOW, scene->p), APR_SUCCESS);
    assert_has(metadata(scene, NULL), "entityID=\"" OWN "\"");
    assert_has(metadata(scene, "acme"), "entityID=\"" CONSUME "\"");
}

static void is_signed_if_the_administrator_wants_it(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    const char *xml;

    assert_null(strstr(metadata(scene, NULL), "SignatureValue"));
    scene->machine->settings.sign_metadata = 1;
    xml = metadata(scene, NULL);
    assert_has(xml, "SignatureValue");
    assert_string_not_equal(xml, metadata(scene, NULL));        /* an ID of its own */
}

static void refuses_accounts_that_are_none(void **state)
{
    static const char *const ids[] = { "nobody", "", "-x", "../acme", "a\"b", "acme " };
    slo_scene_t *scene = make_slo(*state, NULL);

    for (size_t i = 0; i < ROWS(ids); i++) {
        ik_refusal_t why = { .p = scene->p };
        const char *xml = NULL;

        assert_int_equal(ik_own_metadata(&xml, &scene->machine->ctx, ids[i], &why), IK_REFUSED);
        assert_int_equal(why.reason, IK_REASON_UNKNOWN_ACCOUNT);
        assert_null(xml);
    }
}

static void fails_where_the_database_does(void **state)
{
    slo_scene_t *scene = make_slo(*state, NULL);
    ik_refusal_t why = { .p = scene->p };
    const char *xml = NULL;
    apr_status_t rv;

    run_sql(*state, "ALTER TABLE ik_account RENAME TO elsewhere");
    rv = ik_own_metadata(&xml, &scene->machine->ctx, "acme", &why);
    assert_true(rv != APR_SUCCESS && rv != IK_REFUSED);
    assert_null(xml);
    assert_has(metadata(scene, NULL), "entityID=\"" CONSUME "\"");
    scene->machine->settings.only_account = "acme";
    rv = ik_own_metadata(&xml, &scene->machine->ctx, NULL, &why);
    assert_true(rv != APR_SUCCESS && rv != IK_REFUSED);
    scene->machine->ctx.store = NULL;
    assert_int_equal(ik_own_metadata(&xml, &scene->machine->ctx, NULL, &why), APR_EGENERAL);
    assert_null(xml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(describes_us_without_a_database),
        ON_FRESH(describes_us_as_an_account_spells_it),
        ON_FRESH(describes_us_as_the_only_account_spells_it_once_it_is_there),
        ON_FRESH(is_signed_if_the_administrator_wants_it),
        ON_FRESH(refuses_accounts_that_are_none),
        ON_FRESH(fails_where_the_database_does),
    };

    return run_on_databases(tests);
}
