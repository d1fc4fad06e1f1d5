/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of Single Logout start with: accounts at the identity provider of tests/fixtures/logout/, and sessions. */
#ifndef IK_TESTS_SSO_SLO_SCENE_H
#define IK_TESTS_SSO_SLO_SCENE_H

#include "../saml/logout_case.h"
#include "machine.h"
#include "saml/names.h"
#include "saml/own.h"
#include "sso/slo.h"
#include "store/account.h"

#define SLOTS 4096
#define IDP "https://idp.logout.test/metadata"
#define ANN "ann@acme.test"
#define AT_IDP "https://idp.logout.test/slo"

typedef struct slo_scene_t {
    machine_t *machine;
    const database_t *database;
    apr_pool_t *p;
    ik_spkeys_t *keys;
    ik_account_t acme;
    ik_slo_done_t done;
    ik_refusal_t why;
} slo_scene_t;

/* The fixture's metadata with a SingleLogoutService of that binding; NULL: without one. */
static inline const char *slo_metadata(const char *binding, apr_pool_t *p)
{
    const char *text = fixture_read(p, "logout/idp.xml", NULL), *at = strstr(text, "<md:NameIDFormat");

    assert_non_null(at);
    if (!binding)
        return text;
    return apr_pstrcat(p, apr_pstrmemdup(p, text, (apr_size_t)(at - text)), "<md:SingleLogoutService Binding=\"", binding,
                       "\" Location=\"" AT_IDP "\"/>", at, NULL);
}

static inline ik_account_t slo_account(const slo_scene_t *scene, const char *id, const char *idp, const char *metadata)
{
    ik_account_t account = { .id = id, .name = "", .enabled = 1, .idp_entity_id = idp, .metadata = metadata };

    account.domains = apr_array_make(scene->p, 1, sizeof(const char *));
    assert_int_equal(ik_store_account_insert(&account, scene->database->db, NOW, scene->p), APR_SUCCESS);
    return account;
}

static inline void add_key(slo_scene_t *scene)
{
    const char *problem;

    assert_int_equal(ik_spkeys_add(scene->keys, fixture_path(scene->p, "spkeys/first.crt"),
                                   fixture_path(scene->p, "spkeys/first.key"), scene->p, &problem), APR_SUCCESS);
}

/* With the account "acme", whose identity provider takes logout by that binding. */
static inline slo_scene_t *make_slo(const database_t *database, const char *binding)
{
    apr_pool_t *p = database->p;
    slo_scene_t *scene = apr_pcalloc(p, sizeof *scene);

    assert_int_equal(ik_saml_start(), APR_SUCCESS);
    scene->database = database;
    scene->p = p;
    scene->why.p = p;
    scene->machine = make_machine(database, SLOTS);
    scene->keys = ik_spkeys_make(p);
    add_key(scene);
    scene->machine->ctx.now = logout_now(p);
    scene->machine->settings.spkeys = scene->keys;
    scene->machine->settings.consume_path = "/saml/consume";
    scene->machine->settings.logout_path = "/logout";
    assert_int_equal(ik_url_origin(&scene->machine->settings.origin, "https://imagekit.test", p), APR_SUCCESS);
    assert_int_equal(ik_trust_cache_create(&scene->machine->ctx.trusts, p), APR_SUCCESS);
    scene->acme = slo_account(scene, "acme", IDP, slo_metadata(binding, p));
    sync_machine(scene->machine);
    return scene;
}

/* A session of somebody at the identity provider; index: "" for none. */
static inline ik_identity_t slo_session(const slo_scene_t *scene, const char *account, const char *name_id,
                                        const char *index)
{
    static int count;
    const char *id = apr_psprintf(scene->p, "s%d", ++count);
    ik_identity_t who = sign_in(scene->machine, id, account, name_id);

    who.idp = IDP;
    who.name_id = name_id;
    who.name_id_format = IK_NAMEID_EMAIL;
    who.session_index = index;
    who.index = ik_revoke_index_subject(name_id, index, scene->p);
    return who;
}

static inline int ended(const slo_scene_t *scene, const ik_identity_t *who)
{
    return ask(scene->machine, who) == IK_REVOKED_YES;
}

/* A file of tests/fixtures/logout/, parsed only. */
static inline ik_logout_t *slo_message(const slo_scene_t *scene, const char *directory, const char *name)
{
    logout_case_t c = { .name = name, .why = { .p = scene->p } };
    apr_size_t len;
    const char *bytes = fixture_read(scene->p, apr_pstrcat(scene->p, "logout/", directory, "/", name, NULL), &len);

    return logout_parse(&c, bytes, len, scene->p) == APR_SUCCESS ? c.message : NULL;
}

static inline apr_status_t take(slo_scene_t *scene, const char *directory, const char *name)
{
    ik_logout_t *message = slo_message(scene, directory, name);

    assert_non_null(message);
    return ik_slo_take(&scene->done, &scene->machine->ctx, message, "state", &scene->why);
}

static inline void take_good(slo_scene_t *scene, const char *name)
{
    apr_status_t rv = take(scene, "accepted", name);

    if (rv != APR_SUCCESS)
        fail_msg("%s: %d, %s", name, rv, scene->why.detail ? scene->why.detail : "");
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

#endif
