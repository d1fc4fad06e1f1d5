/* SPDX-License-Identifier: Apache-2.0 */
/* What "httpd -t" looks at besides the configuration; no shared memory, nothing created, nothing changed. */
#include "httpd/configtest.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <http_config.h>

#include "httpd/audit_file.h"
#include "httpd/config.h"
#include "httpd/database.h"
#include "httpd/log_sink.h"
#include "httpd/permissions.h"
#include "saml/spkeys.h"
#include "seal/keyring.h"
#include "sso/own_keys.h"

#define DAYS_TO_WARN 30     /* before a certificate of ours ends */

/* What is the same for several hosts is looked at, and told, once. */
typedef struct test_t {
    server_rec *server;         /* of the host that is looked at */
    apr_hash_t *seen;
    apr_pool_t *p;
    int problems;
} test_t;

static void tell(test_t *test, const char *where, const char *problem)
{
    ik_log_server(test->server, IK_LOG_ERROR, "IK0268", 0, "%s: %s", where, problem);
    test->problems++;
}

static void warn(const test_t *test, const char *where, const char *problem)
{
    ik_log_server(test->server, IK_LOG_WARNING, "IK0269", 0, "%s: %s", where, problem);
}

/* 1 the first time for a thing of that kind. */
static int is_new(test_t *test, const char *kind, const char *name)
{
    const char *key = apr_pstrcat(test->p, kind, ":", name, NULL);
    int known = apr_hash_get(test->seen, key, APR_HASH_KEY_STRING) != NULL;

    apr_hash_set(test->seen, key, APR_HASH_KEY_STRING, key);
    return !known;
}

static void test_keys(test_t *test, const ik_conf_t *conf)
{
    const char *problem;
    ik_keyring_t *ring;

    if (!is_new(test, "keys", conf->key_file))
        return;
    problem = ik_permissions_check_keys(conf->key_file, test->p);
    if (!problem && ik_keyring_load(&ring, conf->key_file, test->p, &problem) == APR_SUCCESS)
        return;
    tell(test, ik_conf_cite(conf, "IkSSOKeyFile", test->p), problem);
}

static void test_validity(const test_t *test, const char *where, const char *what, const ik_certificate_t *certificate, const char *advice)
{
    apr_int64_t days = apr_time_sec(certificate->not_after - apr_time_now()) / (24 * 3600);

    if (certificate->not_after <= apr_time_now())
        warn(test, where, apr_psprintf(test->p, "%s has expired; some identity providers refuse it: %s", what, advice));
    else if (days < DAYS_TO_WARN)
        warn(test, where, apr_psprintf(test->p, "%s expires in %d days: %s", what, (int)days, advice));
}

/* The one that signs: others end by themselves, or begin. */
static void test_own_keys(test_t *test, const ik_conf_t *conf)
{
    const char *path = conf->certificate_dir, *where, *problem;
    ik_spkeys_t *keys;

    if (!path || !is_new(test, "own keys", path))
        return;
    where = ik_conf_cite(conf, "IkSSOCertificateDir", test->p);
    problem = ik_permissions_check_own_keys(path, test->p);
    if (!problem && ik_own_keys_load(&keys, path, test->p, &problem) == APR_SUCCESS)
        test_validity(test, where, apr_psprintf(test->p, "the certificate that signs, in %s,", path),
                      APR_ARRAY_IDX(keys->certificates, 0, ik_certificate_t *),
                      "begin a rotation with \"ikssoctl sp-key publish-next\"");
    else
        tell(test, where, problem);
}

static void test_certificates(test_t *test, const ik_conf_t *conf)
{
    ik_spkeys_t *keys = ik_spkeys_make(test->p);
    const char *where;
    int i;

    for (i = 0; conf->certificates && i < conf->certificates->nelts; i++) {
        const ik_pair_files_t *pair = &APR_ARRAY_IDX(conf->certificates, i, ik_pair_files_t);
        const char *problem = NULL;

        if (!is_new(test, "certificate", pair->where))
            continue;
        where = apr_pstrcat(test->p, pair->where, ": IkSSOCertificate", NULL);
        if (ik_spkeys_add(keys, pair->cert, pair->key, test->p, &problem) != APR_SUCCESS)
            tell(test, where, problem ? problem : pair->cert);
        else
            test_validity(test, where, pair->cert, APR_ARRAY_IDX(keys->certificates, keys->certificates->nelts - 1, ik_certificate_t *),
                          "make a new pair, and publish both before the old one goes");
    }
    if (conf->sign_metadata && !conf->certificates && !conf->certificate_dir && is_new(test, "sign", ik_conf_cite(conf, "IkSSOSignMetadata", test->p)))
        warn(test, ik_conf_cite(conf, "IkSSOSignMetadata", test->p), "it has no effect without an IkSSOCertificate: add one");
}

static void test_database(test_t *test, const ik_conf_t *conf)
{
    const char *warning, *problem;

    if (!is_new(test, "database", conf->database))
        return;
    problem = ik_database_look(&warning, conf->database, test->server, test->p);
    if (problem)
        tell(test, ik_conf_cite(conf, "IkSSODatabase", test->p), problem);
    if (warning)
        warn(test, ik_conf_cite(conf, "IkSSODatabase", test->p), warning);
}

static void test_audit_log(test_t *test, const ik_conf_t *conf)
{
    const char *problem;

    if (!conf->audit_log || !is_new(test, "audit", conf->audit_log))
        return;
    problem = ik_audit_file_look(conf->audit_log, test->p);
    if (problem)
        tell(test, ik_conf_cite(conf, "IkSSOAuditLog", test->p), problem);
}

int ik_configtest_run(server_rec *main_server, apr_pool_t *p)
{
    test_t test = { .seen = apr_hash_make(p), .p = p };
    server_rec *s;

    for (s = main_server; s; s = s->next) {
        const ik_conf_t *conf = ik_conf_of(s);

        if (!conf->enabled)
            continue;
        test.server = s;
        if (!ap_find_linked_module("mod_watchdog.c") && is_new(&test, "module", "watchdog"))
            tell(&test, ik_conf_cite(conf, "IkSSO", p), "it needs mod_watchdog: add \"LoadModule watchdog_module "
                                                        "modules/mod_watchdog.so\"");
        test_keys(&test, conf);
        test_certificates(&test, conf);
        test_own_keys(&test, conf);
        test_database(&test, conf);
        test_audit_log(&test, conf);
    }
    return test.problems;
}
