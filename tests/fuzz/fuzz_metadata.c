/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds metadata of any kind to the reader, and aborts when a report breaks what its header promises. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "base/text.h"
#include "saml/keydescriptor.h"
#include "saml/metadata.h"
#include "saml/own.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static apr_pool_t *top;

static void must(int condition)
{
    if (!condition)
        abort();
}

static void check_text(const char *text)
{
    must(text && ik_text_is_utf8(text, strlen(text)) && !ik_text_has_control(text));
}

static void check_endpoints(const apr_array_header_t *endpoints)
{
    for (int i = 0; i < endpoints->nelts; i++) {
        const ik_endpoint_t *endpoint = APR_ARRAY_IDX(endpoints, i, const ik_endpoint_t *);

        must(endpoint->binding && endpoint->location);
        must((endpoint->location[0] | 0x20) == 'h' && strstr(endpoint->location, "://") != NULL);
        must(strpbrk(endpoint->location, " \r\n\t\"<>\\") == NULL);
    }
}

static void check_idp(const ik_idp_t *idp)
{
    check_text(idp->entity_id);
    check_text(idp->product);
    must(*idp->entity_id && strlen(idp->entity_id) <= 1024);
    must(idp->signing->nelts > 0 && idp->signing->nelts <= IK_KEYS_MAX);
    for (int i = 0; i < idp->signing->nelts; i++) {
        const ik_certificate_t *certificate = APR_ARRAY_IDX(idp->signing, i, const ik_certificate_t *);

        check_text(certificate->subject);
        must(strlen(certificate->fingerprint) == 64);
        must(certificate->bits >= (strcmp(certificate->key_type, "RSA") == 0 ? 2048 : 256));
    }
    check_endpoints(idp->sso);
    check_endpoints(idp->slo);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    apr_initialize();
    must(apr_pool_create(&top, NULL) == APR_SUCCESS);
    must(ik_saml_start() == APR_SUCCESS);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const ik_metadata_report_t *report;
    apr_pool_t *p;

    must(apr_pool_create(&p, top) == APR_SUCCESS);
    report = ik_metadata_read((const char *)bytes, len, apr_time_from_sec(1780272000), p);
    must((report->idp == NULL) == (report->problem != NULL));
    if (report->problem)
        check_text(report->problem);
    for (int i = 0; i < report->notes->nelts; i++)
        check_text(APR_ARRAY_IDX(report->notes, i, const char *));
    if (report->idp)
        check_idp(report->idp);
    apr_pool_destroy(p);
    return 0;
}
