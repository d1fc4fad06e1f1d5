/* SPDX-License-Identifier: Apache-2.0 */
/* Writes every page in every state into a directory: NAME.html, and the policy it goes with as NAME.policy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "gallery.h"
#include "html/notice.h"
#include "html/page.h"

#define LOGIN "/single-sign-on"
#define ACTION "/there"
#define TRACE "Zq3J0m1eQk2vN5x7yB9cDw"

static const ik_brand_t brand = { "ImageKit", "help@imagekit.io" };
static const ik_brand_t quiet = { "ImageKit", NULL };
static const ik_brand_t wordy = {
    "Donaudampfschifffahrtsgesellschaft Medienverwaltung International", "https://example.test/help",
};

static const char *directory;

static void write_file(apr_pool_t *p, const char *name, const char *suffix, const char *text)
{
    FILE *f = fopen(apr_pstrcat(p, directory, "/", name, suffix, NULL), "w");

    if (!f || fputs(text, f) < 0 || fclose(f) != 0) {
        perror(name);
        exit(1);
    }
}

void show_admin(apr_pool_t *p, const char *name, const char *page)
{
    write_file(p, name, ".html", page);
    write_file(p, name, ".policy", ik_html_csp_admin);
}

static void show(apr_pool_t *p, const char *name, const char *page)
{
    write_file(p, name, ".html", page);
    write_file(p, name, ".policy", ik_html_csp);
}

static void show_form(apr_pool_t *p, const char *name, const char *page)
{
    write_file(p, name, ".html", page);
    write_file(p, name, ".policy", ik_html_csp_form);
}

static void sign_in(apr_pool_t *p)
{
    const ik_sign_in_t empty = { .action = ACTION, .target = "/dashboard/media?x=1&y=\"2\"" };
    const ik_sign_in_t left = { .action = ACTION, .said = ik_notice_sentence("left") };
    const ik_sign_in_t filled = { .action = ACTION, .email = "ann@acme.test" };
    const ik_sign_in_t wrong = { .action = ACTION, .email = "ann", .problem = "This is not an e-mail address." };
    const ik_sign_in_t several = { .action = ACTION, .email = "ann@acme.test", .asks_account = 1 };
    const ik_sign_in_t wrong_one = { ACTION, "ann@acme.test", "/dashboard", 1, "acmee",
                                     "We cannot sign you in to this account with this address.", NULL };
    const ik_sign_in_t long_one = { ACTION, LONG, NULL, 1, LONG, "We cannot sign you in to " LONG ".", LONG };

    show_form(p, "sign-in", ik_html_sign_in(p, &brand, &empty));
    show_form(p, "sign-in-left", ik_html_sign_in(p, &brand, &left));
    show_form(p, "sign-in-filled", ik_html_sign_in(p, &brand, &filled));
    show_form(p, "sign-in-problem", ik_html_sign_in(p, &brand, &wrong));
    show_form(p, "sign-in-account", ik_html_sign_in(p, &brand, &several));
    show_form(p, "sign-in-account-problem", ik_html_sign_in(p, &brand, &wrong_one));
    show_form(p, "sign-in-no-support", ik_html_sign_in(p, &quiet, &empty));
    show_form(p, "sign-in-long", ik_html_sign_in(p, &wordy, &long_one));
}

static void on_the_way(apr_pool_t *p)
{
    const ik_hidden_t fields[] = { { "account", "acme" }, { "target", "/dashboard" }, { NULL, NULL } };
    const ik_hidden_t message[] = { { "SAMLRequest", "PHNhbWw+" }, { "RelayState", "" }, { NULL, NULL } };
    const ik_hidden_t held[] = {
        { "submit", "Save" }, { "note", "one\r\ntwo & \"three\" <ü>" }, { "method", "" }, { "action", "x" }, { NULL, NULL },
    };

    show(p, "first-sign-in", ik_html_first_sign_in(p, &brand, LOGIN));
    show(p, "first-sign-in-no-support", ik_html_first_sign_in(p, &quiet, LOGIN));
    show(p, "first-sign-in-long", ik_html_first_sign_in(p, &wordy, LOGIN));
    show(p, "slow-down", ik_html_slow_down(p, &brand, 40, LOGIN));
    show(p, "slow-down-minutes", ik_html_slow_down(p, &brand, 900, LOGIN));
    show(p, "cookies", ik_html_cookies(p, &brand, TRACE, LOGIN "?account=acme"));
    show_form(p, "wait", ik_html_wait(p, &brand, ACTION, fields));
    show_form(p, "post-message", ik_html_post(p, &brand, &(ik_post_t){
        getenv("IK_GALLERY_ACTION"), message, "Taking you to your sign-in page",
        "One moment: your company signs you in.", "Continue",
    }));
    show_form(p, "post-held", ik_html_post(p, &brand, &(ik_post_t){
        getenv("IK_GALLERY_ACTION"), held, "Sending your form", "You are signed in, and what you typed is sent now.", "Send",
    }));
}

static void people(apr_pool_t *p)
{
    const ik_switch_t usual = { "ann@acme.test", "acme", "bob@globex.test", "globex", ACTION, "token", "s3cret" };
    const ik_switch_t long_one = { LONG, LONG, RTL, "globex", ACTION, "token", "s3cret" };
    const ik_sign_out_t out = { "ann@acme.test", ACTION, "token", "s3cret", "/" };
    const ik_sign_out_t long_out = { LONG, ACTION, "token", "s3cret", "/" };

    show_form(p, "switch", ik_html_switch(p, &brand, &usual));
    show_form(p, "switch-long", ik_html_switch(p, &wordy, &long_one));
    show_form(p, "sign-out", ik_html_sign_out(p, &brand, &out));
    show_form(p, "sign-out-long", ik_html_sign_out(p, &wordy, &long_out));
    show(p, "signed-out", ik_html_signed_out(p, &brand, LOGIN, IK_SIGNED_OUT_HERE));
    show(p, "signed-out-everywhere", ik_html_signed_out(p, &brand, LOGIN, IK_SIGNED_OUT_EVERYWHERE));
    show(p, "signed-out-not-there", ik_html_signed_out(p, &brand, LOGIN, IK_SIGNED_OUT_NOT_THERE));
}

static void refusals(apr_pool_t *p)
{
    for (int i = 0; i < IK_REASON_COUNT; i++) {
        const ik_reason_row_t *reason = ik_reason_row((ik_reason_t)i);

        show(p, apr_pstrcat(p, "refusal-", reason->id, NULL),
             ik_html_refusal(p, &brand, reason, TRACE, LOGIN));
    }
    show(p, "failure", ik_html_failure(
        p, &brand, "We cannot look up your account just now. Please try again in a moment.", TRACE));
    show(p, "failure-no-support", ik_html_failure(p, &quiet, "You are still signed in.", NULL));
}

int main(int argc, char **argv)
{
    apr_pool_t *p;

    if (argc != 2 || !getenv("IK_GALLERY_ACTION")) {
        fputs("usage: IK_GALLERY_ACTION=URL gallery DIRECTORY\n", stderr);
        return 2;
    }
    directory = argv[1];
    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS)
        return 1;
    sign_in(p);
    on_the_way(p);
    people(p);
    refusals(p);
    gallery_settings(p, &brand, &wordy);
    gallery_tested(p, &brand, &wordy);
    gallery_failures(p, &brand, &wordy);
    gallery_users(p, &brand, &wordy);
    apr_pool_destroy(p);
    apr_terminate();
    return 0;
}
