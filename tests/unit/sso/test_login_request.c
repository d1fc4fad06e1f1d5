/* SPDX-License-Identifier: Apache-2.0 */
/* How a login starts: what the browser takes along, what it remembers, and what makes that impossible. */
#include "saml/own.h"
#include "sso/login_request.h"
#include "town.h"

#define HTTP "bindings:HTTP-"
#define NONE "bindings:NONE-"
#define MFA "https://refeds.org/profile/mfa"

/* A start that may still be changed, and what came of it. */
typedef struct trip_t {
    town_t town;
    ik_account_t account;
    ik_start_t start;
    ik_outgoing_t *out;
    const ik_pending_t *pending;
    const char *cookie;
    ik_refusal_t why;
} trip_t;

/* Of a new version, so that no cache has another. */
static void set_metadata(trip_t *trip, const char *name)
{
    apr_pool_t *p = trip->town.database->p;

    trip->account.metadata = fixture_read(p, apr_psprintf(p, "metadata/%s.xml", name), NULL);
    trip->account.version++;
}

static trip_t *plan(const database_t *database, const char *metadata)
{
    trip_t *trip = apr_pcalloc(database->p, sizeof(*trip));

    trip->town = make_town(database);
    trip->account = (ik_account_t){ .id = "one", .name = "", .enabled = 1 };
    set_metadata(trip, metadata);
    trip->start = (ik_start_t){ .account = &trip->account, .target = "/dashboard/x#y", .email = "ann@one.test" };
    trip->why.p = database->p;
    return trip;
}

static apr_status_t go(trip_t *trip)
{
    return ik_login_start(&trip->out, &trip->pending, &trip->cookie, trip->town.ctx, &trip->start, &trip->why);
}

/* What the browser remembers, once it is back. */
static const ik_pending_t *remembered(trip_t *trip)
{
    ik_pending_t *opened;

    assert_int_equal(go(trip), APR_SUCCESS);
    assert_int_equal(ik_pending_open(&opened, trip->town.ctx, trip->pending->handle, trip->cookie), APR_SUCCESS);
    assert_string_equal(opened->target, trip->pending->target);
    return opened;
}

static void give_key(trip_t *trip)
{
    apr_pool_t *p = trip->town.database->p;
    ik_spkeys_t *keys = ik_spkeys_make(p);
    const char *problem;

    assert_int_equal(ik_spkeys_add(keys, fixture_path(p, "responses/sp.pem"), fixture_path(p, "responses/sp.key"), p,
                                   &problem), APR_SUCCESS);
    trip->town.scene->machine->settings.spkeys = keys;
}

static void sends_a_request_and_remembers_it(void **state)
{
    trip_t *trip = plan(*state, "okta");
    const ik_pending_t *opened = remembered(trip);

    assert_non_null(trip->out->redirect);
    assert_non_null(strstr(trip->out->redirect, "SAMLRequest="));
    assert_non_null(strstr(trip->out->redirect, apr_pstrcat(trip->why.p, "RelayState=", opened->handle, NULL)));
    assert_null(strstr(trip->out->redirect, "Signature="));
    assert_true(ik_pending_is_ours(opened->request));
    assert_string_equal(opened->account, "one");
    assert_string_equal(opened->idp, "http://www.okta.com/exk1abcdEFGH2345i5d7");
    assert_string_equal(opened->target, "https://imagekit.io/dashboard/x#y");
    assert_true(opened->made == NOW);
    assert_false(opened->force_authn);
    assert_int_equal(opened->wanted.age, 0);
    assert_null(opened->wanted.contexts);
}

/* Two tabs: neither takes the other's place. */
static void every_start_has_names_of_its_own(void **state)
{
    trip_t *trip = plan(*state, "okta");
    const ik_pending_t *one = remembered(trip), *two = remembered(trip);

    assert_string_not_equal(one->handle, two->handle);
    assert_string_not_equal(one->request, two->request);
}

static void posts_where_there_is_no_redirect(void **state)
{
    trip_t *trip = plan(*state, "jumpcloud");
    const ik_pending_t *opened;

    give_key(trip);
    opened = remembered(trip);
    assert_null(trip->out->redirect);
    assert_string_equal(trip->out->action, "https://sso.jumpcloud.com/saml2/imagekit");
    assert_string_equal(trip->out->field, "SAMLRequest");
    assert_string_equal(trip->out->relay_state, opened->handle);
}

static void tells_the_address_only_to_who_takes_it(void **state)
{
    static const struct { const char *metadata; int told; } rows[] = {
        { "okta", 1 }, { "entra", 1 }, { "google", 1 }, { "adfs", 0 }, { "onelogin", 0 }, { "simplesamlphp", 0 },
    };

    trip_t *trip = plan(*state, "okta");

    for (size_t i = 0; i < ROWS(rows); i++) {
        set_metadata(trip, rows[i].metadata);
        trip->start.email = "ann@one.test";
        assert_int_equal(go(trip), APR_SUCCESS);
        if ((strstr(trip->out->redirect, "login_hint=ann") != NULL) != rows[i].told)
            fail_msg("%s: %s", rows[i].metadata, trip->out->redirect);
        trip->start.email = NULL;
        assert_int_equal(go(trip), APR_SUCCESS);
        assert_null(strstr(trip->out->redirect, "login_hint"));
    }
}

static void signs_when_the_account_demands_it(void **state)
{
    trip_t *trip = plan(*state, "okta");

    give_key(trip);
    assert_int_equal(go(trip), APR_SUCCESS);
    assert_null(strstr(trip->out->redirect, "Signature="));
    trip->account.options.sign_requests = 1;
    assert_int_equal(go(trip), APR_SUCCESS);
    assert_non_null(strstr(trip->out->redirect, "SigAlg="));
    assert_non_null(strstr(trip->out->redirect, "Signature="));
}

static void refuses_to_start_unsigned_what_is_to_be_signed(void **state)
{
    trip_t *trip = plan(*state, "okta");

    trip->account.options.sign_requests = 1;
    assert_int_equal(go(trip), IK_REFUSED);
    assert_int_equal(trip->why.reason, IK_REASON_SSO_DISABLED);
    assert_non_null(strstr(trip->why.detail, "IkSSOCertificate"));
}

static void refuses_to_start_without_usable_metadata(void **state)
{
    trip_t *trip = plan(*state, "okta");

    trip->account.metadata = NULL;
    assert_int_equal(go(trip), IK_REFUSED);
    assert_int_equal(trip->why.reason, IK_REASON_SSO_DISABLED);
    assert_non_null(trip->why.detail);
}

static void says_that_metadata_lacks_an_endpoint(void **state)
{
    trip_t *trip = plan(*state, "okta");
    char *metadata = fixture_read(trip->why.p, "metadata/okta.xml", NULL), *from;

    /* Its bindings become ones that no browser can be sent to. */
    for (from = strstr(metadata, HTTP); from; from = strstr(from, HTTP))
        memcpy(from, NONE, strlen(NONE));
    trip->account.metadata = metadata;
    assert_int_equal(go(trip), IK_REFUSED);
    assert_int_equal(trip->why.reason, IK_REASON_SSO_DISABLED);
    assert_non_null(strstr(trip->why.detail, "SingleSignOnService"));
}

static void remembers_that_the_account_wants_it_fresh(void **state)
{
    trip_t *trip = plan(*state, "okta");

    trip->account.options.force_authn = 1;
    assert_true(remembered(trip)->force_authn);
}

static void remembers_what_a_step_up_demands(void **state)
{
    trip_t *trip = plan(*state, "okta");
    apr_array_header_t *contexts = apr_array_make(trip->why.p, 1, sizeof(const char *));
    const ik_pending_t *opened;

    APR_ARRAY_PUSH(contexts, const char *) = MFA;
    trip->start.wanted = (ik_assurance_t){ .contexts = contexts };
    opened = remembered(trip);
    assert_false(opened->force_authn);
    assert_string_equal(APR_ARRAY_IDX(opened->wanted.contexts, 0, const char *), MFA);
    trip->start.wanted.age = 900;
    opened = remembered(trip);
    assert_true(opened->force_authn);
    assert_int_equal(opened->wanted.age, 900);
}

/* R14, and what no cookie holds: the login goes on, to the default target. */
static void replaces_a_target_that_cannot_be_kept(void **state)
{
    trip_t *trip = plan(*state, "okta");
    char *large = apr_pcalloc(trip->why.p, 5001);
    const char *rows[] = { NULL, "", "https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)",
                           large };

    memset(large, 'x', 5000);
    large[0] = '/';
    for (size_t i = 0; i < ROWS(rows); i++) {
        trip->start.target = rows[i];
        assert_string_equal(remembered(trip)->target, "https://imagekit.io/dashboard");
    }
}

static void target_elsewhere_is_told(void **state)
{
    town_t town = make_town(*state);
    const char *refused;

    assert_string_equal(ik_login_target(town.ctx, "/x", &refused), "https://imagekit.io/x");
    assert_null(refused);
    assert_string_equal(ik_login_target(town.ctx, "https://evil.test/", &refused), "https://imagekit.io/dashboard");
    assert_string_equal(refused, "https://evil.test/");
    assert_string_equal(ik_login_target(town.ctx, NULL, &refused), "https://imagekit.io/dashboard");
    assert_null(refused);
}

/* It has the id and the version of the account, but not its metadata: neither may be taken for the other. */
static void a_draft_is_tried_with_its_own_metadata(void **state)
{
    trip_t *trip = plan(*state, "okta");
    const ik_account_t saved = trip->account;
    const char *okta;

    okta = remembered(trip)->idp;                       /* the cache has this version now */
    trip->account.metadata = fixture_read(trip->why.p, "metadata/adfs.xml", NULL);
    trip->start.draft = "AAAAAAAAAAAAAAAAAAAAAA";
    assert_string_equal(remembered(trip)->draft, "AAAAAAAAAAAAAAAAAAAAAA");
    assert_string_not_equal(trip->pending->idp, okta);
    trip->account = saved;
    trip->account.version++;
    trip->account.metadata = fixture_read(trip->why.p, "metadata/adfs.xml", NULL);
    remembered(trip);                                   /* tried before it counts: the cache must not keep it, */
    trip->account.metadata = saved.metadata;
    trip->start.draft = NULL;
    assert_string_equal(remembered(trip)->idp, okta);   /* for this is what comes to count under that version */
    assert_string_equal(trip->pending->draft, "");
}

static void a_draft_without_usable_metadata_is_refused(void **state)
{
    trip_t *trip = plan(*state, "okta");

    assert_int_equal(go(trip), APR_SUCCESS);
    trip->start.draft = "AAAAAAAAAAAAAAAAAAAAAA";
    trip->account.metadata = NULL;
    assert_int_equal(go(trip), IK_REFUSED);
    assert_int_equal(trip->why.reason, IK_REASON_SSO_DISABLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(sends_a_request_and_remembers_it),
        ON_FRESH(every_start_has_names_of_its_own),
        ON_FRESH(posts_where_there_is_no_redirect),
        ON_FRESH(tells_the_address_only_to_who_takes_it),
        ON_FRESH(signs_when_the_account_demands_it),
        ON_FRESH(refuses_to_start_unsigned_what_is_to_be_signed),
        ON_FRESH(refuses_to_start_without_usable_metadata),
        ON_FRESH(says_that_metadata_lacks_an_endpoint),
        ON_FRESH(remembers_that_the_account_wants_it_fresh),
        ON_FRESH(remembers_what_a_step_up_demands),
        ON_FRESH(replaces_a_target_that_cannot_be_kept),
        ON_FRESH(target_elsewhere_is_told),
        ON_FRESH(a_draft_is_tried_with_its_own_metadata),
        ON_FRESH(a_draft_without_usable_metadata_is_refused),
    };

    return ik_saml_start() == APR_SUCCESS ? run_on_databases(tests) : 1;
}
