/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of answers to our requests (tests/fixtures/answers/) start with: a browser in a world of its own. */
#ifndef IK_TESTS_SSO_ANSWERS_SCENE_H
#define IK_TESTS_SSO_ANSWERS_SCENE_H

#include "world_case.h"

#include <apr_encode.h>

#include "sso/consume.h"

/* A browser in a world of its own. */
typedef struct scene_t {
    world_t *world;
    apr_array_header_t *pending;
    ik_identity_t present;
    ik_consume_in_t in;
    ik_login_t login;
    ik_refusal_t why;
} scene_t;

static inline scene_t *make_scene(apr_pool_t *p)
{
    scene_t *scene = apr_pcalloc(p, sizeof *scene);

    scene->world = world_make_of("answers", p);
    assert_non_null(scene->world);
    scene->pending = apr_array_make(p, 2, sizeof(const ik_pending_t *));
    scene->in.pending = scene->pending;
    return scene;
}

/* A login that this browser starts: A's handle is "a", its request "_ikAAA…", its target "/a". */
static inline ik_pending_t *start(scene_t *scene, char letter, const char *account, const char *idp)
{
    apr_pool_t *p = scene->world->p;
    ik_pending_t *pending = apr_pcalloc(p, sizeof *pending);
    char *request = apr_pstrdup(p, "_ik______________________");

    memset(request + 3, letter, 22);
    pending->request = request;
    pending->handle = apr_psprintf(p, "%c", letter + 'a' - 'A');
    pending->target = apr_psprintf(p, "https://imagekit.test/%s", pending->handle);
    pending->account = account;
    pending->idp = idp;
    pending->draft = "";
    pending->made = scene->world->ctx.now;
    APR_ARRAY_PUSH(scene->pending, const ik_pending_t *) = pending;
    return pending;
}

static inline ik_pending_t *start_at_acme(scene_t *scene, char letter)
{
    return start(scene, letter, "acme", "https://idp.acme.test/metadata");
}

static inline void sign_in(scene_t *scene, const char *account, const char *email)
{
    scene->present = (ik_identity_t){ .account = account, .email = email };
    scene->in.present = &scene->present;
}

static inline void set_options(const scene_t *scene, const char *options)
{
    set_option(scene->world, "acme", options);
}

/* What becomes of these bytes: the outcome, the reason of a refusal, or "failure". */
static inline const char *post_bytes(scene_t *scene, const char *bytes, apr_size_t len)
{
    static const char *const outcomes[] = {
        [IK_CONSUME_SESSION] = "session", [IK_CONSUME_SWITCH] = "switch", [IK_CONSUME_BOUNCE] = "bounce",
        [IK_CONSUME_TESTED] = "tested", [IK_CONSUME_ONWARD] = "onward",
    };
    apr_pool_t *p = scene->world->p;
    apr_status_t rv;

    scene->in.saml_response = apr_pencode_base64(p, bytes, (apr_ssize_t)len, APR_ENCODE_NONE, NULL);
    scene->login = (ik_login_t){ 0 };
    scene->why = (ik_refusal_t){ .p = p };
    rv = ik_consume(&scene->login, &scene->world->ctx, &scene->in, &scene->why);
    if (rv != APR_SUCCESS) {
        assert_null(scene->login.cookie);
        assert_null(scene->login.identity);
        return rv == IK_REFUSED ? ik_reason_row(scene->why.reason)->id : "failure";
    }
    assert_true((scene->login.outcome <= IK_CONSUME_SWITCH) == (scene->login.cookie != NULL));
    assert_true((scene->login.outcome == IK_CONSUME_TESTED) == (scene->login.target == NULL));
    return outcomes[scene->login.outcome];
}

/* What becomes of that message. */
static inline const char *post(scene_t *scene, const char *name)
{
    const char *path = apr_pstrcat(scene->world->p, scene->world->fixtures, "/good/", name, ".xml", NULL), *bytes;
    apr_size_t len;

    bytes = world_read(path, &len, scene->world->p);
    assert_non_null(bytes);
    return post_bytes(scene, bytes, len);
}

#endif
