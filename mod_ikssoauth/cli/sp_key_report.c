/* SPDX-License-Identifier: Apache-2.0 */
/* What a step of a rotation of our own key pairs means for accounts. */
#include "cli/sp_key_report.h"

#include <apr_strings.h>

#include "base/text.h"
#include "cli/render.h"

#define SHOWN 20        /* accounts that are named to people; programs get IK_AFFECTED_MAX */

/* Who does is nowhere to be seen. */
#define SIGNED_METADATA " With IkSSOSignMetadata On, whoever checks the signature of our metadata by our certificate reads it no more either."

void ik_sp_key_report_begin(ik_sp_key_report_t *report, ik_cli_t *cli)
{
    *report = (ik_sp_key_report_t){ .p = cli->p, .dir = "" };
    if (cli->options.given & IK_OPT_DIR)
        report->dir = apr_pstrcat(cli->p, " --dir ", cli->options.dir, NULL);
    if (ik_cli_open_store(cli) != IK_EXIT_DONE)
        report->unknown = cli->message;
    else if (ik_affected(&report->affected, &cli->ctx) != APR_SUCCESS)
        report->unknown = "The database could not be read.";
    cli->code = NULL;
    cli->message = NULL;
}

static const char *what_is_signed(const ik_affected_t *row, apr_pool_t *p)
{
    const char *logout = row->logout ? "logout" : "answers to logout";

    return row->requests && row->answers ? apr_pstrcat(p, "sign-in requests and ", logout, NULL) : row->requests ? "sign-in requests" : logout;
}

static const char *named(const ik_sp_key_report_t *report)
{
    const ik_affected_list_t *all = &report->affected;
    apr_array_header_t *words = apr_array_make(report->p, SHOWN, sizeof(const char *));

    for (int i = 0; i < all->some->nelts && i < SHOWN; i++) {
        const ik_affected_t *row = &APR_ARRAY_IDX(all->some, i, ik_affected_t);

        APR_ARRAY_PUSH(words, const char *) = apr_psprintf(report->p, "%s (%s)", row->account, what_is_signed(row, report->p));
    }
    if (all->count > SHOWN)
        APR_ARRAY_PUSH(words, const char *) = apr_psprintf(report->p, "and %d more", all->count - SHOWN);
    return ik_text_join(report->p, words, ", ");
}

/* Whether an assertion will be encrypted no metadata tells. */
static const char *affects(const ik_sp_key_report_t *report)
{
    const ik_affected_list_t *all = &report->affected;

    if (report->unknown)
        return apr_psprintf(report->p, "Which accounts it affects cannot be told: %s", report->unknown);
    if (!all->connected)
        return "No account has an identity provider yet.";
    return apr_psprintf(report->p, "%d of %d accounts with an identity provider get signed messages from us%s%s. Each of the %d may also "
                        "encrypt assertions for our certificate, if it was given to it.", all->count, all->connected,
                        all->count ? ": " : "", named(report), all->connected);
}

void ik_sp_key_report_first(ik_sp_key_report_t *report, const ik_keydir_pair_t *made)
{
    report->affects = affects(report);
    report->todo = apr_psprintf(report->p, "If httpd has no IkSSOCertificateDir yet: write it in its virtual hosts with this directory, in "
                                "the place of every IkSSOCertificate, and reload httpd. Changes after that need no reload. Upload %s at the "
                                "identity providers of these accounts.", made->certificate);
    report->skipped = "An identity provider that has another certificate of ours refuses what is signed with this one.";
    report->next = apr_psprintf(report->p, "ikssoctl%s sp-key publish-next, well before the certificate expires: ikssoctl doctor says when.",
                                report->dir);
}

void ik_sp_key_report_published(ik_sp_key_report_t *report, const ik_keydir_pair_t *made)
{
    report->affects = affects(report);
    report->todo = apr_psprintf(report->p, "Upload %s at each of these identity providers, beside the certificate that is there; those that "
                                "read our metadata by URL do so themselves, many once a day. One that holds a single certificate gets it in "
                                "the moment of the next step. Copy the directory to every other machine of a cluster.", made->certificate);
    report->skipped = "After the next step an identity provider that does not know the new certificate refuses our signed messages: people "
                      "cannot sign in there (sign-in requests), stay signed in there when they sign out here (logout), or are told there that "
                      "signing out failed (answers to logout)." SIGNED_METADATA;
    report->next = apr_psprintf(report->p, "ikssoctl%s sp-key use, once they all know it, and where they read our metadata not before two "
                                "days have passed.", report->dir);
}

void ik_sp_key_report_used(ik_sp_key_report_t *report, const ik_keydir_pair_t *used, const ik_keydir_pair_t *before)
{
    report->affects = affects(report);
    report->todo = apr_psprintf(report->p, "Sign in once at each of these accounts. Where our certificate was uploaded by hand to encrypt "
                                "for it, upload %s in its place; metadata names it alone for encryption now.", used->certificate);
    report->skipped = "An identity provider that does not know the new certificate refuses our signed messages already; one that goes on "
                      "encrypting for the old one fails with the next step." SIGNED_METADATA;
    report->next = apr_psprintf(report->p, "ikssoctl%s sp-key retire %s, after a week or more. It deletes the old key for good.", report->dir,
                                before->name);
}

void ik_sp_key_report_retired(ik_sp_key_report_t *report, const ik_keydir_pair_t *was)
{
    report->affects = affects(report);
    report->skipped = "Sign-ins whose assertion is still encrypted for it are refused (decryption_failed): upload the current certificate "
                      "at that identity provider.";
    report->todo = "Remove its certificate at the identity providers that it was uploaded to.";
    report->next = was->state == IK_KEYDIR_NEXT ? apr_psprintf(report->p, "ikssoctl%s sp-key publish-next, for another.", report->dir)
                                                : "Nothing: the rotation is over.";
}

static apr_array_header_t *described(const ik_sp_key_report_t *report)
{
    apr_array_header_t *rows = apr_array_make(report->p, 8, sizeof(const ik_object_t *));

    for (int i = 0; i < report->affected.some->nelts; i++) {
        const ik_affected_t *row = &APR_ARRAY_IDX(report->affected.some, i, ik_affected_t);
        ik_object_t *o = ik_object_make(report->p);

        ik_object_text(o, "account", NULL, row->account);
        ik_object_text(o, "name", NULL, row->name);
        ik_object_bool(o, "requests", NULL, row->requests);
        ik_object_bool(o, "logout", NULL, row->logout);
        ik_object_bool(o, "answers", NULL, row->answers);
        APR_ARRAY_PUSH(rows, const ik_object_t *) = o;
    }
    return rows;
}

static const char *line(const char *label, const char *text, apr_pool_t *p)
{
    return text ? apr_pstrcat(p, ik_render_line(apr_pstrcat(p, label, text, NULL), p), "\n", NULL) : "";
}

void ik_sp_key_report_end(const ik_sp_key_report_t *report, ik_cli_t *cli)
{
    apr_pool_t *p = cli->p;

    cli->report = apr_pstrcat(p, line("Affected: ", report->affects, p), line("To do: ", report->todo, p),
                              line("If skipped: ", report->skipped, p), line("Next: ", report->next, p), NULL);
    if (!report->unknown) {
        ik_object_objects(cli->answer, "affected", NULL, described(report));
        ik_object_number(cli->answer, "affected_count", NULL, report->affected.count);
        ik_object_number(cli->answer, "connected", NULL, report->affected.connected);
    }
    ik_object_text(cli->answer, "affects", NULL, report->affects);
    ik_object_text(cli->answer, "todo", NULL, report->todo);
    ik_object_text(cli->answer, "skipped", NULL, report->skipped);
    ik_object_text(cli->answer, "next", NULL, report->next);
}
