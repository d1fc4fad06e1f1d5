/* SPDX-License-Identifier: Apache-2.0 */
/* Times as SAML writes them. */
#ifndef IK_SAML_TIME_H
#define IK_SAML_TIME_H

#include <apr_time.h>

/*
 * Reads an xs:dateTime in UTC (SAML Core 1.3.3): "2026-11-24T03:00:00Z", with an optional fraction of a
 * second (cut to microseconds) and, instead of Z, an optional offset. Never looks at the local time zone.
 * APR_SUCCESS with *time; APR_EINVAL for anything else.
 */
apr_status_t ik_saml_time_read(apr_time_t *time, const char *text);

/*
 * Reads an xs:duration that is not negative ("PT6H", "P1DT12H", "P1Y"), as whole seconds; a month has 30 days here and a
 * year 365. APR_SUCCESS with *seconds; APR_EINVAL for anything else, and for more than a century.
 */
apr_status_t ik_saml_duration_read(apr_int64_t *seconds, const char *text);

/* The time as "2026-11-24T03:00:00Z", for logs and messages, in p. */
const char *ik_saml_time_text(apr_pool_t *p, apr_time_t time);

#endif
