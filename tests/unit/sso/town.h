/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of where and how people sign in start with: a host that can send them away, and accounts to go to. */
#ifndef IK_TESTS_SSO_TOWN_H
#define IK_TESTS_SSO_TOWN_H

#include "../fixture.h"
#include "login_scene.h"
#include "store/user.h"

#define NO_METADATA NULL
#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

/* A scene with the metadata of an identity provider for accounts that are added to it. */
typedef struct town_t {
    scene_t *scene;
    ik_ctx_t *ctx;
    const database_t *database;
    const char *metadata;
} town_t;

static inline town_t make_town(const database_t *database)
{
    town_t town = { .scene = make_scene(database), .database = database };
    ik_settings_t *settings = &town.scene->machine->settings;

    town.ctx = &town.scene->machine->ctx;
    town.metadata = fixture_read(database->p, "metadata/okta.xml", NULL);
    assert_int_equal(ik_url_origin(&settings->origin, "https://imagekit.io", database->p), APR_SUCCESS);
    settings->consume_path = "/saml/consume";
    settings->default_target = "/dashboard";
    settings->redirect_hosts = apr_array_make(database->p, 1, sizeof(const char *));
    settings->spkeys = ik_spkeys_make(database->p);
    assert_int_equal(ik_trust_cache_create(&town.ctx->trusts, database->p), APR_SUCCESS);
    return town;
}

static inline void add_account(const town_t *town, const char *id, const char *domain, const char *metadata,
                               int enabled)
{
    ik_account_t account = { .id = id, .name = "", .enabled = enabled, .metadata = metadata };

    account.idp_entity_id = metadata ? "http://www.okta.com/exk" : NULL;
    account.domains = apr_array_make(town->database->p, 1, sizeof(const char *));
    if (domain)
        APR_ARRAY_PUSH(account.domains, const char *) = domain;
    assert_int_equal(ik_store_account_insert(&account, town->database->db, NOW, town->database->p), APR_SUCCESS);
}

static inline void add_user(const town_t *town, const char *account, const char *email)
{
    ik_user_t user = { .account = account, .email = email, .name = "", .role = "developer", .enabled = 1 };

    assert_int_equal(ik_store_user_save(&user, town->database->db, town->database->p), APR_SUCCESS);
}

static inline town_t full_town(const database_t *database)
{
    town_t town = make_town(database);

    add_account(&town, "one", NULL, town.metadata, 1);
    add_account(&town, "two", "two.test", town.metadata, 1);
    add_account(&town, "three", "shared.test", town.metadata, 1);
    add_account(&town, "four", "shared.test", town.metadata, 1);
    add_account(&town, "off", "off.test", NO_METADATA, 1);
    add_account(&town, "shut", "shut.test", town.metadata, 0);
    add_user(&town, "one", "ann@one.test");
    add_user(&town, "one", "both@x.test");
    add_user(&town, "two", "both@x.test");
    add_user(&town, "off", "ann@off.test");
    add_user(&town, "shut", "ann@shut.test");
    add_user(&town, "one", "ann@two.test");
    return town;
}

#endif
