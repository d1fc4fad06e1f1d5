/* SPDX-License-Identifier: Apache-2.0 */
/* Shows certificates of identity providers, and how long they are good. */
#include "cli/describe_certificate.h"

#include <string.h>

#include <apr_strings.h>

#define DAY apr_time_from_sec(86400)
#define HOUR apr_time_from_sec(3600)

/* "12 days", "expired 3 days ago". */
static const char *left(apr_time_t end, apr_time_t now, apr_pool_t *p)
{
    apr_int64_t days = (end - now) / DAY;
    const char *s = days == 1 || days == -1 ? "" : "s";

    if (end <= now)
        return days ? apr_psprintf(p, "expired %" APR_INT64_T_FMT " day%s ago", -days, s) : "expired within the last day";
    return days ? apr_psprintf(p, "%" APR_INT64_T_FMT " day%s", days, s) : "less than a day";
}

/* "AB:CD:…" as browsers and openssl write it. */
static const char *colons(apr_pool_t *p, const char *hex)
{
    apr_size_t len = strlen(hex);
    char *text = apr_pcalloc(p, len + len / 2 + 1), *to = text;

    for (apr_size_t i = 0; i < len; i++) {
        if (i && i % 2 == 0)
            *to++ = ':';
        *to++ = (char)(hex[i] >= 'a' && hex[i] <= 'f' ? hex[i] - 'a' + 'A' : hex[i]);
    }
    return text;
}

static const ik_object_t *describe_certificate(const ik_certificate_t *certificate, apr_time_t now, apr_pool_t *p)
{
    ik_object_t *o = ik_object_make(p);

    ik_object_text(o, "key", "key", apr_psprintf(p, "%s %d", certificate->key_type, certificate->bits));
    ik_object_number(o, "days_left", NULL, (certificate->not_after - now) / DAY);
    ik_object_text(o, "left", "left", left(certificate->not_after, now, p));
    ik_object_text(o, "fingerprint", "SHA-256 fingerprint", colons(p, certificate->fingerprint));
    ik_object_text(o, "subject", "subject", certificate->subject);
    ik_object_time(o, "not_before", NULL, certificate->not_before);
    ik_object_time(o, "not_after", NULL, certificate->not_after);
    ik_object_bool(o, "self_signed", NULL, certificate->self_signed);
    return o;
}

const apr_array_header_t *ik_describe_certificates(const apr_array_header_t *list, apr_time_t now, apr_pool_t *p)
{
    apr_array_header_t *rows = apr_array_make(p, list->nelts + 1, sizeof(const ik_object_t *));

    for (int i = 0; i < list->nelts; i++)
        APR_ARRAY_PUSH(rows, const ik_object_t *) =
            describe_certificate(APR_ARRAY_IDX(list, i, const ik_certificate_t *), now, p);
    return rows;
}

static int lists(const ik_idp_t *idp, const char *fingerprint)
{
    for (int i = 0; idp && i < idp->signing->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(idp->signing, i, const ik_certificate_t *)->fingerprint, fingerprint) == 0)
            return 1;
    return 0;
}

/* The time may be that of a login up to an hour before. */
static const char *ago(apr_time_t span, apr_pool_t *p)
{
    apr_int64_t hours = span / HOUR, count = hours < 48 ? hours : hours / 24;

    if (hours < 1)
        return "within the last hour";
    return apr_psprintf(p, "%" APR_INT64_T_FMT " %s%s ago", count, hours < 48 ? "hour" : "day", count == 1 ? "" : "s");
}

void ik_describe_key_use(ik_object_t *to, const ik_key_use_t *use, const ik_idp_t *idp, apr_time_t now)
{
    ik_object_t *o = ik_object_make(to->p);

    if (use) {
        ik_object_text(o, "when", "when", ago(now - use->at, to->p));
        ik_object_time(o, "at", NULL, use->at);
        ik_object_text(o, "fingerprint", "SHA-256 fingerprint", colons(to->p, use->fingerprint));
        ik_object_bool(o, "listed", "still in the metadata", lists(idp, use->fingerprint));
    }
    ik_object_object(to, "last_login_key", use ? "last login verified with" : NULL, use ? o : NULL);
}

/* The one that ends first is what somebody has to do something about; whether another one lasts tells how urgent it is. */
static const char *ends(const ik_account_t *account, apr_time_t now, apr_pool_t *p)
{
    const char *first = left(account->first_end, now, p);

    if (!account->idp_entity_id)
        return NULL;
    if (!account->first_end)
        return "not known yet";
    if (account->last_end == account->first_end)
        return first;
    return apr_pstrcat(p, first, "; another: ", left(account->last_end, now, p), NULL);
}

void ik_describe_ends(ik_object_t *to, const ik_account_t *account, apr_time_t now)
{
    ik_object_text(to, "certificates", "CERTIFICATES", ends(account, now, to->p));
    ik_object_time(to, "first_certificate_ends", NULL, account->first_end);
    ik_object_time(to, "last_certificate_ends", NULL, account->last_end);
}
