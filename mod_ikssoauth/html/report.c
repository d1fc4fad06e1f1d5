/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the import report: the identity provider, its addresses, its certificates, and what is unusual about them. */
#include "html/report.h"

#include <apr_strings.h>
#include <string.h>

#include "html/admin_layout.h"

#define DAY apr_time_from_sec(24 * 3600)
#define HOUR apr_time_from_sec(3600)
#define SOON 30     /* days: whoever renews a certificate needs some of them */

/* "2048" as "2,048". */
static const char *grouped(apr_pool_t *p, apr_int64_t n)
{
    return n < 1000 ? apr_ltoa(p, (long)n)
                    : apr_psprintf(p, "%s,%03d", grouped(p, n / 1000), (int)(n % 1000));
}

/* How long a certificate will be, or has not been, good for. */
static const char *days_left(apr_pool_t *p, const ik_certificate_t *c, apr_time_t now)
{
    apr_int64_t days = (c->not_after - now) / DAY;

    if (now < c->not_before)
        return apr_psprintf(p, "Valid only from %s", ik_admin_day(p, c->not_before));
    if (now >= c->not_after)
        return days ? apr_psprintf(p, "Expired %s day%s ago", grouped(p, -days), days == -1 ? "" : "s")
                    : "Expired within the last day";
    if (days == 0)
        return "Expires within a day";
    return apr_psprintf(p, "%s day%s left", grouped(p, days), days == 1 ? "" : "s");
}

static int needs_care(const ik_certificate_t *c, apr_time_t now)
{
    return now < c->not_before || c->not_after - now < SOON * DAY;
}

/* What a binding is called for people; what we do not speak, by the end of its URI. */
static const char *words_for(const char *binding)
{
    const char *last = strrchr(binding, ':');

    if (last && strcmp(last, ":HTTP-Redirect") == 0)
        return "by redirect";
    if (last && strcmp(last, ":HTTP-POST") == 0)
        return "by form (POST)";
    return last ? last + 1 : binding;
}

static void endpoints(ik_writer_t *w, const char *what, const apr_array_header_t *list, const char *none)
{
    int i;

    for (i = 0; i < list->nelts; i++) {
        const ik_endpoint_t *endpoint = APR_ARRAY_IDX(list, i, const ik_endpoint_t *);

        ik_admin_value(w, apr_pstrcat(w->p, what, ", ", words_for(endpoint->binding), NULL), endpoint->location, 0);
    }
    if (list->nelts == 0)
        ik_admin_value(w, what, none, 0);
}

static void facts(ik_writer_t *w, const ik_idp_t *idp)
{
    ik_admin_values(w);
    ik_admin_value(w, "Product", strcmp(idp->product, "other") == 0 ? "Not one that we recognise" : ik_html_product(idp->product),
                   0);
    ik_admin_value(w, "Entity ID of the identity provider", idp->entity_id, 0);
    endpoints(w, "Sign-in", idp->sso, "No address: people can only start at the identity provider");
    endpoints(w, "Sign-out", idp->slo, "No address: signing out ends the session here only");
    ik_admin_value(w, "Signed requests", idp->wants_signed_requests ? "Wanted" : "Not asked for", 0);
    if (idp->valid_until) {
        ik_admin_value_begin(w, "Metadata valid until");
        ik_admin_date(w, idp->valid_until);
        ik_admin_value_end(w);
    }
    ik_admin_values_end(w);
}

/* The time that is kept may be that of a sign-in up to an hour before the last one. */
static const char *when(apr_pool_t *p, const ik_key_use_t *use, apr_time_t now)
{
    return now - use->at < HOUR ? "within the last hour" : apr_pstrcat(p, ik_admin_span(p, now - use->at), " ago", NULL);
}

static void certificate(ik_writer_t *w, const ik_certificate_t *c, const ik_key_use_t *use, apr_time_t now)
{
    ik_writer_markup(w, "<li><div><p><strong><bdi>");
    ik_writer_text(w, c->subject);
    ik_writer_markup(w, "</bdi></strong></p>\n<p class=\"soft\">");
    ik_writer_text(w, apr_pstrcat(w->p, c->key_type, ", ", grouped(w->p, c->bits), " bits", NULL));
    ik_writer_markup(w, " · from ");
    ik_admin_date(w, c->not_before);
    ik_writer_markup(w, " until ");
    ik_admin_date(w, c->not_after);
    ik_writer_markup(w, "</p>\n<p class=\"soft\">SHA-256 fingerprint <bdi class=\"mono\">");
    ik_writer_text(w, c->fingerprint);
    ik_writer_markup(w, "</bdi></p>");
    if (use && strcmp(use->fingerprint, c->fingerprint) == 0) {
        ik_writer_markup(w, "\n<p>Verified the last sign-in, ");
        ik_writer_text(w, when(w->p, use, now));
        ik_writer_markup(w, "</p>");
    }
    ik_writer_markup(w, "</div>\n<p>");
    if (needs_care(c, now))
        ik_writer_markup(w, "<span class=\"pill warning\">");
    else
        ik_writer_markup(w, "<span class=\"pill\">");
    ik_writer_text(w, days_left(w->p, c, now));
    ik_writer_markup(w, "</span></p></li>\n");
}

static int holds(const apr_array_header_t *list, const ik_certificate_t *c)
{
    int i;

    for (i = 0; list && i < list->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(list, i, const ik_certificate_t *)->fingerprint, c->fingerprint) == 0)
            return 1;
    return 0;
}

static int count_without(const apr_array_header_t *list, const apr_array_header_t *others)
{
    int n = 0, i;

    for (i = 0; i < list->nelts; i++)
        n += !holds(others, APR_ARRAY_IDX(list, i, const ik_certificate_t *));
    return n;
}

/* Those of list which are not among others: a key for both uses is shown once. */
static void certificates(ik_writer_t *w, const char *heading, const apr_array_header_t *list, const apr_array_header_t *others,
                         const ik_key_use_t *use, apr_time_t now)
{
    int i;

    if (count_without(list, others) == 0)
        return;
    ik_writer_markup(w, "<h3>");
    ik_writer_text(w, heading);
    ik_writer_markup(w, "</h3>\n<ul class=\"rows\">\n");
    for (i = 0; i < list->nelts; i++) {
        const ik_certificate_t *c = APR_ARRAY_IDX(list, i, const ik_certificate_t *);

        if (!holds(others, c))
            certificate(w, c, use, now);
    }
    ik_writer_markup(w, "</ul>\n");
}

static int need_care(const apr_array_header_t *list, apr_time_t now)
{
    int n = 0, i;

    for (i = 0; i < list->nelts; i++)
        n += needs_care(APR_ARRAY_IDX(list, i, const ik_certificate_t *), now);
    return n;
}

/* After a change of certificates, or of identity providers: what is listed has proven nothing yet. */
static void unlisted(ik_writer_t *w, const ik_idp_t *idp, const ik_key_use_t *use, apr_time_t now)
{
    if (!use || holds(idp->signing, &(ik_certificate_t){ .fingerprint = use->fingerprint }))
        return;
    ik_writer_markup(w, "<p>The last sign-in, ");
    ik_writer_text(w, when(w->p, use, now));
    ik_writer_markup(w, ", was verified with a certificate that is not listed any more: SHA-256 fingerprint <bdi class=\"mono\">");
    ik_writer_text(w, use->fingerprint);
    ik_writer_markup(w, "</bdi></p>\n");
}

/* Only keys that verify matter: they are what people are locked out by. */
static void advice(ik_writer_t *w, const ik_idp_t *idp, apr_time_t now)
{
    int n = need_care(idp->signing, now);

    if (n)
        ik_admin_box(w, IK_BOX_WARNING, n == idp->signing->nelts
                     ? "Renew the signing certificate at your identity provider, then paste its new metadata here before it "
                       "signs with the new key: else nobody can sign in until you do."
                     : "A signing certificate is not valid now, or not for much longer. Another one is: if your identity provider "
                       "signs with that, nothing is to be done.");
}

static void remarks(ik_writer_t *w, const apr_array_header_t *notes)
{
    int i;

    if (!notes || notes->nelts == 0)
        return;
    ik_writer_markup(w, "<h3 id=\"remarks\">Worth knowing</h3>\n<ul class=\"remarks\" aria-labelledby=\"remarks\">\n");
    for (i = 0; i < notes->nelts; i++) {
        ik_writer_markup(w, "<li><bdi>");
        ik_writer_text(w, APR_ARRAY_IDX(notes, i, const char *));
        ik_writer_markup(w, "</bdi></li>\n");
    }
    ik_writer_markup(w, "</ul>\n");
}

void ik_report_write(ik_writer_t *w, const ik_idp_t *idp, const apr_array_header_t *notes, const ik_key_use_t *use, apr_time_t now)
{
    facts(w, idp);
    certificates(w, "Certificates that sign-ins are verified with", idp->signing, NULL, use, now);
    unlisted(w, idp, use, now);
    certificates(w, "Certificates for encryption", idp->encryption, idp->signing, NULL, now);
    advice(w, idp, now);
    remarks(w, notes);
}
