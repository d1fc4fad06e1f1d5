/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the checklist start with: a world, what its messages are held against, and questions about the result. */
#ifndef IK_TESTS_CHECKLIST_SCENE_H
#define IK_TESTS_CHECKLIST_SCENE_H

#include "world_case.h"

#include <apr_encode.h>

#include "sso/checklist.h"
#include "store/account.h"

#define FIRST "_ikAAAAAAAAAAAAAAAAAAAAAA"       /* the request that tests/fixtures/answers/good/first.xml answers */
#define SECOND "_ikBBBBBBBBBBBBBBBBBBBBBB"
#define ONE(check) (1u << IK_CHECK_##check)

/* A world, and what its messages are held against. */
typedef struct scene_t {
    world_t *world;
    ik_db_t *db;
    ik_account_t *account;
    ik_checklist_in_t in;
    ik_checklist_t *list;
} scene_t;

static inline void choose(scene_t *scene, const char *account)
{
    assert_int_equal(ik_store_account_get(&scene->account, scene->db, account, scene->world->p), APR_SUCCESS);
    scene->in.account = scene->account;
}

static inline scene_t *make_scene_of(const char *fixtures, apr_pool_t *p)
{
    scene_t *scene = apr_pcalloc(p, sizeof *scene);

    scene->world = world_make_of(fixtures, p);
    assert_non_null(scene->world);
    assert_int_equal(ik_store_acquire(&scene->db, scene->world->ctx.store, p), APR_SUCCESS);
    choose(scene, "acme");
    return scene;
}

static inline scene_t *make_scene(apr_pool_t *p)
{
    return make_scene_of("responses", p);
}

static inline const ik_checklist_t *check_bytes(scene_t *scene, const char *xml, apr_size_t len)
{
    scene->in.saml_response = apr_pencode_base64(scene->world->p, xml, (apr_ssize_t)len, APR_ENCODE_NONE, NULL);
    assert_int_equal(ik_checklist_make(&scene->list, &scene->world->ctx, scene->db, &scene->in), APR_SUCCESS);
    return scene->list;
}

static inline const ik_checklist_t *check(scene_t *scene, const char *xml)
{
    return check_bytes(scene, xml, strlen(xml));
}

static inline const ik_checklist_t *check_fixture(scene_t *scene, const char *name)
{
    return check(scene, world_message(scene->world, name));
}

/* The checks in that state, a bit for each. */
static inline unsigned in_state(const ik_checklist_t *list, ik_check_state_t wanted)
{
    unsigned bits = 0;

    for (int id = 0; id < IK_CHECK_COUNT; id++)
        bits |= list->checks[id].state == wanted ? 1u << id : 0;
    return bits;
}

static inline unsigned failed(const ik_checklist_t *list)
{
    const unsigned bits = in_state(list, IK_CHECK_FAILED);

    assert_int_equal(list->passed, bits == 0);
    return bits;
}

static inline const char *reason_of(const ik_checklist_t *list, ik_check_id_t id)
{
    assert_int_equal(list->checks[id].state, IK_CHECK_FAILED);
    assert_non_null(list->checks[id].detail);
    return ik_reason_row(list->checks[id].reason)->id;
}

static inline int warns(const ik_checklist_t *list, const char *words)
{
    for (int i = 0; i < list->warnings->nelts; i++)
        if (strstr(APR_ARRAY_IDX(list->warnings, i, const char *), words))
            return 1;
    return 0;
}

/* How a claim came, its values with "|" between. */
static inline const char *claim(const ik_checklist_t *list, const char *name, apr_pool_t *p)
{
    for (int i = 0; i < list->claims->nelts; i++) {
        const ik_claim_seen_t *seen = &APR_ARRAY_IDX(list->claims, i, const ik_claim_seen_t);

        if (strcmp(seen->name, name) == 0)
            return ik_text_join(p, seen->values, "|");
    }
    return NULL;
}

#endif
