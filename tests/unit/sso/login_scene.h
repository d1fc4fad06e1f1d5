/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of logins start with: an account on a machine, and a response that has been verified. */
#ifndef IK_TESTS_SSO_LOGIN_SCENE_H
#define IK_TESTS_SSO_LOGIN_SCENE_H

#include "machine.h"
#include "sso/login_record.h"
#include "sso/session.h"
#include "store/account.h"

#define SLOTS 4096
#define KEYS "0a1b2c3d 1700000000 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"

/* A machine, an account on it, and a login that has been verified. */
typedef struct scene_t {
    machine_t *machine;
    const database_t *database;
    ik_account_t account;
    ik_assertion_t assertion;
    ik_admission_t admission;
    ik_refusal_t why;
    int logins;
} scene_t;

static inline const ik_keyring_t *ring(apr_pool_t *p)
{
    ik_keyring_t *keys;
    const char *problem;

    assert_int_equal(ik_keyring_parse(&keys, KEYS, strlen(KEYS), "test", p, &problem), APR_SUCCESS);
    return keys;
}

static inline scene_t *make_scene(const database_t *database)
{
    apr_pool_t *p = database->p;
    scene_t *scene = apr_pcalloc(p, sizeof *scene);

    scene->database = database;
    scene->machine = make_machine(database, SLOTS);
    scene->machine->settings.session_lifetime = 43200;
    scene->machine->settings.session_idle = 3600;
    scene->machine->ctx.keys = ring(p);
    scene->account = (ik_account_t){ .id = "acme", .name = "", .enabled = 1 };
    scene->account.domains = apr_array_make(p, 1, sizeof(const char *));
    assert_int_equal(ik_store_account_insert(&scene->account, database->db, NOW, p), APR_SUCCESS);
    scene->assertion = (ik_assertion_t){ .issuer = "https://idp.test", .name_id = "zoe@acme.test" };
    scene->assertion.name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    scene->assertion.session_index = "_s1";
    scene->assertion.context = "urn:test:password";
    scene->assertion.authenticated = NOW;
    scene->assertion.session_ends = IK_TIME_ABSENT;
    scene->assertion.attributes = apr_array_make(p, 1, sizeof(ik_attribute_t *));
    scene->admission = (ik_admission_t){ .account = &scene->account, .assertion = &scene->assertion };
    scene->admission.until = NOW + apr_time_from_sec(600);
    scene->admission.user = (ik_user_t){ .account = "acme", .email = "zoe@acme.test", .name = "Zoe", .enabled = 1 };
    scene->admission.user.role = "developer";
    scene->why.p = p;
    sync_machine(scene->machine);
    return scene;
}

/* The next login, with an assertion of its own. */
static inline apr_status_t try_login(ik_login_t *login, scene_t *scene)
{
    scene->assertion.id = apr_psprintf(scene->database->p, "_a%d", ++scene->logins);
    *login = (ik_login_t){ 0 };
    return ik_login_record(login, &scene->machine->ctx, scene->database->db, &scene->admission, &scene->why);
}

static inline ik_login_t log_in(scene_t *scene)
{
    ik_login_t login;

    assert_int_equal(try_login(&login, scene), APR_SUCCESS);
    return login;
}

static inline ik_session_state_t state_of(const scene_t *scene, const ik_login_t *login)
{
    const ik_identity_t *identity;
    const char *renewed;

    return ik_session_open(&identity, &renewed, &scene->machine->ctx, login->cookie);
}

#endif
