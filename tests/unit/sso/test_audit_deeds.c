/* SPDX-License-Identifier: Apache-2.0 */
/* What the audit log tells of administrators, invitations and logins: each deed once, and nothing that did not happen. */
#include "login_scene.h"

#include "audit_log.h"
#include "refusals.h"
#include "base/text.h"
#include "saml/own.h"
#include "sso/invite.h"
#include "sso/logout.h"
#include "sso/refresh_plan.h"
#include "../fixture.h"

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

/* A scene with a log, and an operator who does what is done. */
typedef struct stage_t {
    scene_t *scene;
    ik_ctx_t *ctx;
    audit_log_t *log;
    apr_pool_t *p;
    ik_accounts_result_t result;
} stage_t;

static stage_t *make_stage(const database_t *database)
{
    static const ik_by_t by = { .kind = IK_BY_OPERATOR, .who = "root" };
    stage_t *stage = apr_pcalloc(database->p, sizeof *stage);

    stage->scene = make_scene(database);
    stage->ctx = &stage->scene->machine->ctx;
    stage->p = database->p;
    stage->log = make_audit_log(database->p);
    stage->ctx->audit = &stage->log->audit;
    stage->ctx->by = &by;
    return stage;
}

static const char *without(const char *text, const char *part, apr_pool_t *p)
{
    const char *at;

    while ((at = strstr(text, part)))
        text = apr_pstrcat(p, apr_pstrmemdup(p, text, (apr_size_t)(at - text)), at + strlen(part), NULL);
    return text;
}

/* That the log has just this, of whose lines host, by and account are left out. */
static void assert_told(stage_t *stage, const char *wanted)
{
    const char *said = taken(stage->log, stage->p);

    said = without(said, ",\"host\":\"https://imagekit.io\",\"by\":\"operator\",\"who\":\"root\"", stage->p);
    assert_string_equal(without(said, ",\"account\":\"acme\"", stage->p), wanted);
}

static void set(stage_t *stage, const char *file, const char *domains)
{
    ik_account_change_t change = { .domains = domains ? ik_text_words(stage->p, domains) : NULL };

    if (file)
        change.metadata = fixture_read(stage->p, apr_pstrcat(stage->p, "metadata/", file, NULL), &change.metadata_len);
    if (ik_accounts_set(&stage->result, stage->ctx, "acme", &change) != APR_SUCCESS)
        fail_msg("%s", stage->result.problem);
}

static const char *idp_of(const stage_t *stage)
{
    return stage->result.account->idp_entity_id;
}

/* What is told when the keys of one take the place of those of the other. */
static const char *keys_changed(const stage_t *stage, const ik_idp_t *before, const ik_idp_t *after)
{
    const char *added, *what = ik_refresh_key_change(&added, before, after, stage->p);

    return apr_psprintf(stage->p,
                        "idp_keys_changed\",\"idp\":\"%s\",\"subject\":\"%s\",\"detail\":\"%s\"\n", after->entity_id, added, what);
}

static void tells_what_is_saved_deleted_and_brought_back(void **state)
{
    stage_t *stage = make_stage(*state);
    const char *first, *second;
    const ik_idp_t *idp, *other;

    set(stage, "okta.xml", "acme.test");
    idp = stage->result.report->idp;
    first = idp_of(stage);
    assert_told(stage, apr_psprintf(stage->p, "settings_saved\",\"idp\":\"%s\",\"detail\":\"metadata,domains\"\n", first));
    set(stage, NULL, "acme.test");
    assert_told(stage, apr_psprintf(stage->p, "settings_saved\",\"idp\":\"%s\"\n", first));
    set(stage, "adfs.xml", NULL);
    second = idp_of(stage);
    other = stage->result.report->idp;
    assert_told(stage, apr_psprintf(stage->p, "settings_saved\",\"idp\":\"%s\",\"detail\":\"metadata\"\nsessions_ended\"\n%s",
                                    second, keys_changed(stage, idp, other)));
    assert_int_equal(ik_accounts_roll_back(&stage->result, stage->ctx, "acme", 0), APR_SUCCESS);
    assert_told(stage, apr_psprintf(stage->p, "settings_rolled_back\",\"idp\":\"%s\",\"detail\":\"metadata\"\n"
                                    "sessions_ended\"\n%s", first, keys_changed(stage, other, idp)));
    assert_int_equal(ik_accounts_forget_metadata(&stage->result, stage->ctx, "acme"), APR_SUCCESS);
    assert_told(stage, apr_psprintf(stage->p, "settings_deleted\",\"idp\":\"%s\"\n", first));
}

static void delete_settings(stage_t *stage)
{
    assert_int_equal(ik_accounts_forget_metadata(&stage->result, stage->ctx, "acme"), APR_SUCCESS);
    taken(stage->log, stage->p);
}

static void tells_of_other_keys_than_those_that_were_deleted(void **state)
{
    stage_t *stage = make_stage(*state);
    const ik_idp_t *idp, *other;
    const char *saved;

    set(stage, "okta.xml", NULL);
    idp = stage->result.report->idp;
    assert_told(stage, apr_psprintf(stage->p, "settings_saved\",\"idp\":\"%s\",\"detail\":\"metadata\"\n", idp->entity_id));
    delete_settings(stage);
    set(stage, "adfs.xml", NULL);
    other = stage->result.report->idp;
    saved = apr_psprintf(stage->p, "settings_saved\",\"idp\":\"%s\",\"detail\":\"metadata\"\n", other->entity_id);
    assert_told(stage, apr_pstrcat(stage->p, saved, keys_changed(stage, idp, other), NULL));
    delete_settings(stage);
    set(stage, "adfs.xml", NULL);
    assert_told(stage, saved);
    delete_settings(stage);
    set(stage, NULL, "acme.test");
    assert_told(stage, "settings_saved\",\"detail\":\"domains\"\n");
    set(stage, "adfs.xml", NULL);
    assert_told(stage, saved);
    delete_settings(stage);
    assert_int_equal(ik_accounts_roll_back(&stage->result, stage->ctx, "acme", 0), APR_SUCCESS);
    assert_told(stage, apr_psprintf(stage->p, "settings_rolled_back\",\"idp\":\"%s\",\"detail\":\"metadata\"\n", other->entity_id));
}

static void tells_what_becomes_of_accounts_and_users(void **state)
{
    stage_t *stage = make_stage(*state);
    const ik_account_change_t nothing = { 0 };

    log_in(stage->scene);
    taken(stage->log, stage->p);
    assert_int_equal(ik_accounts_user_enable(&stage->result, stage->ctx, "acme", "Zoe@acme.test", 0), APR_SUCCESS);
    assert_told(stage, "user_disabled\",\"email\":\"zoe@acme.test\"\n");
    assert_int_equal(ik_accounts_user_enable(&stage->result, stage->ctx, "acme", "zoe@acme.test", 1), APR_SUCCESS);
    assert_told(stage, "user_enabled\",\"email\":\"zoe@acme.test\"\n");
    assert_int_equal(ik_accounts_end_sessions(&stage->result, stage->ctx, "acme", "zoe@acme.test"), APR_SUCCESS);
    assert_told(stage, "sessions_ended\",\"email\":\"zoe@acme.test\"\n");
    assert_int_equal(ik_accounts_end_sessions(&stage->result, stage->ctx, "acme", NULL), APR_SUCCESS);
    assert_told(stage, "sessions_ended\"\n");
    assert_int_equal(ik_accounts_user_delete(&stage->result, stage->ctx, "acme", "zoe@acme.test"), APR_SUCCESS);
    assert_told(stage, "user_deleted\",\"email\":\"zoe@acme.test\"\n");
    assert_int_equal(ik_accounts_enable(&stage->result, stage->ctx, "acme", 0), APR_SUCCESS);
    assert_told(stage, "account_disabled\"\n");
    assert_int_equal(ik_accounts_enable(&stage->result, stage->ctx, "acme", 1), APR_SUCCESS);
    assert_told(stage, "account_enabled\"\n");
    assert_int_equal(ik_accounts_delete(&stage->result, stage->ctx, "acme"), APR_SUCCESS);
    assert_told(stage, "account_deleted\"\n");
    assert_int_equal(ik_accounts_add(&stage->result, stage->ctx, "acme", &nothing), APR_SUCCESS);
    assert_told(stage, "account_added\"\n");
}

static void tells_nothing_of_what_is_refused_or_only_looked_at(void **state)
{
    stage_t *stage = make_stage(*state);
    const ik_account_change_t nothing = { 0 }, broken = { .metadata = "<x/>", .metadata_len = 4 };
    apr_array_header_t *list;

    assert_int_equal(ik_accounts_add(&stage->result, stage->ctx, "acme", &nothing), IK_REFUSED);
    assert_int_equal(ik_accounts_set(&stage->result, stage->ctx, "acme", &broken), IK_REFUSED);
    assert_int_equal(ik_accounts_set(&stage->result, stage->ctx, "nobody", &nothing), IK_REFUSED);
    assert_int_equal(ik_accounts_roll_back(&stage->result, stage->ctx, "acme", 0), IK_REFUSED);
    assert_int_equal(ik_accounts_delete(&stage->result, stage->ctx, "nobody"), IK_REFUSED);
    assert_int_equal(ik_accounts_user_delete(&stage->result, stage->ctx, "acme", "nobody@acme.test"), IK_REFUSED);
    assert_int_equal(ik_accounts_user_enable(&stage->result, stage->ctx, "acme", "nobody@acme.test", 0), IK_REFUSED);
    assert_int_equal(ik_accounts_end_sessions(&stage->result, stage->ctx, "nobody", NULL), IK_REFUSED);
    assert_int_equal(ik_accounts_end_sessions(&stage->result, stage->ctx, "acme", "nobody@acme.test"), IK_REFUSED);
    assert_int_equal(ik_accounts_get(&stage->result, stage->ctx, "acme"), APR_SUCCESS);
    assert_int_equal(ik_accounts_list(&list, &stage->result, stage->ctx), APR_SUCCESS);
    assert_told(stage, "");
}

static void tells_what_becomes_of_invitations_but_not_how_to_use_them(void **state)
{
    stage_t *stage = make_stage(*state);
    const char *token, *cookie, *said;
    const ik_invite_t *invite;
    ik_invite_state_t open;
    int count;

    assert_int_equal(ik_invite_make(&token, &stage->result, stage->ctx, "acme", 3600, ""), APR_SUCCESS);
    assert_int_equal(ik_invite_look(&open, &invite, stage->ctx, token), APR_SUCCESS);
    said = stage->log->lines;
    assert_null(strstr(said, token));
    assert_told(stage, apr_psprintf(stage->p, "invite_made\",\"subject\":\"%s\"\n", invite->id));
    assert_int_equal(ik_invite_redeem(&cookie, &open, stage->ctx, token), APR_SUCCESS);
    assert_told(stage, apr_psprintf(stage->p, "invite_used\",\"subject\":\"%s\"\n", invite->id));
    assert_int_equal(ik_invite_redeem(&cookie, &open, stage->ctx, token), APR_SUCCESS);
    assert_told(stage, "");
    assert_int_equal(ik_invite_revoke(&count, &stage->result, stage->ctx, "acme", invite->id), APR_SUCCESS);
    assert_told(stage, apr_psprintf(stage->p, "invite_revoked\",\"subject\":\"%s\",\"count\":1\n", invite->id));
    assert_int_equal(ik_invite_revoke(&count, &stage->result, stage->ctx, "acme", NULL), APR_SUCCESS);
    assert_told(stage, "");
    assert_int_equal(ik_invite_make(&token, &stage->result, stage->ctx, "acme", 3600, ""), APR_SUCCESS);
    assert_int_equal(ik_invite_make(&token, &stage->result, stage->ctx, "acme", 3600, ""), APR_SUCCESS);
    taken(stage->log, stage->p);
    assert_int_equal(ik_invite_revoke(&count, &stage->result, stage->ctx, "acme", NULL), APR_SUCCESS);
    assert_told(stage, "invite_revoked\",\"count\":2\n");
}

/* The log of a login by a browser. */
static const char *login_line(const stage_t *stage, const ik_login_t *login)
{
    return apr_psprintf(stage->p, "login\",\"email\":\"zoe@acme.test\",\"session\":\"%s\",\"idp\":\"https://idp.test\","
                        "\"role\":\"%s\"\n", login->identity->session, login->identity->role);
}

static void tells_of_a_login_and_what_it_made_of_the_user(void **state)
{
    stage_t *stage = make_stage(*state);
    scene_t *scene = stage->scene;
    ik_user_t *user = &scene->admission.user;
    ik_login_t login;

    login = log_in(scene);
    assert_told(stage, apr_pstrcat(stage->p, "user_created\",\"email\":\"zoe@acme.test\",\"role\":\"developer\","
                                   "\"name\":\"Zoe\"\n", login_line(stage, &login), NULL));
    login = log_in(scene);
    assert_told(stage, login_line(stage, &login));
    user->role = "finance";
    login = log_in(scene);
    assert_told(stage, apr_pstrcat(stage->p, "user_changed\",\"email\":\"zoe@acme.test\",\"role_before\":\"developer\","
                                   "\"role\":\"finance\"\n", login_line(stage, &login), NULL));
    user->name = "Zoe Z";
    login = log_in(scene);
    assert_told(stage, apr_pstrcat(stage->p, "user_changed\",\"email\":\"zoe@acme.test\",\"role_before\":\"finance\","
                                   "\"role\":\"finance\",\"name_before\":\"Zoe\",\"name\":\"Zoe Z\"\n",
                                   login_line(stage, &login), NULL));
    assert_int_equal(ik_accounts_user_enable(&stage->result, stage->ctx, "acme", "zoe@acme.test", 0), APR_SUCCESS);
    taken(stage->log, stage->p);
    assert_int_equal(try_login(&login, scene), IK_REFUSED);
    assert_told(stage, "");
}

static void tells_of_a_sign_out(void **state)
{
    stage_t *stage = make_stage(*state);
    ik_login_t login;

    login = log_in(stage->scene);
    taken(stage->log, stage->p);
    assert_int_equal(ik_logout(stage->ctx, login.identity, NULL), APR_SUCCESS);
    assert_told(stage, apr_psprintf(stage->p, "logout\",\"email\":\"zoe@acme.test\",\"session\":\"%s\","
                                    "\"idp\":\"https://idp.test\"\n", login.identity->session));
}

/* As in ikssoctl: what cannot be told is not done. */
static void does_nothing_that_the_outbox_cannot_take(void **state)
{
    stage_t *stage = make_stage(*state);
    const struct ik_audit_t outbox = { NULL, NULL };

    stage->ctx->audit = &outbox;
    assert_int_equal(ik_accounts_enable(&stage->result, stage->ctx, "acme", 0), APR_SUCCESS);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_outbox WHERE line LIKE '%account_disabled%'"), 1);
    run_sql(*state, "ALTER TABLE ik_outbox RENAME TO elsewhere");
    assert_int_not_equal(ik_accounts_enable(&stage->result, stage->ctx, "acme", 1), APR_SUCCESS);
    assert_int_not_equal(ik_accounts_delete(&stage->result, stage->ctx, "acme"), APR_SUCCESS);
    run_sql(*state, "ALTER TABLE elsewhere RENAME TO ik_outbox");
    assert_int_equal(ask_sql(*state, "SELECT enabled FROM ik_account WHERE id = 'acme'"), 0);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_outbox"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(tells_what_is_saved_deleted_and_brought_back),
        ON_FRESH(tells_of_other_keys_than_those_that_were_deleted),
        ON_FRESH(tells_what_becomes_of_accounts_and_users),
        ON_FRESH(tells_nothing_of_what_is_refused_or_only_looked_at),
        ON_FRESH(tells_what_becomes_of_invitations_but_not_how_to_use_them),
        ON_FRESH(tells_of_a_login_and_what_it_made_of_the_user),
        ON_FRESH(tells_of_a_sign_out),
        ON_FRESH(does_nothing_that_the_outbox_cannot_take),
    };

    if (ik_saml_start() != APR_SUCCESS)
        return 1;
    return run_on_databases(tests);
}
