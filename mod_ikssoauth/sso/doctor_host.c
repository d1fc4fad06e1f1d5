/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a virtual host by its answers. */
#include "sso/doctor_host.h"

#include <apr_strings.h>

#include "saml/sp_read.h"

#define DAY (24 * 3600)
#define DAYS_TO_WARN 21             /* most authorities and their clients renew a month before the end */
#define CLOCK_WARNS 10              /* seconds by which clocks may differ: answers take time, and headers have no fractions */
#define CLOCK_FAILS 180             /* the usual IkSSOClockSkew */
#define SESSION "__Host-ikssoauth"
#define PENDING SESSION "-login-"
#define MADE_UP "doctor@invalid.test"
#define IN_THE_WAY "Run apachectl configtest: a section, or a proxy in front, gets in the way of this address."
#define DOWN "Look into httpd's error log: it says why it cannot answer."

/* What is asked, and what was learnt on the way. */
typedef struct visit_t {
    ik_doctor_t *doctor;
    const ik_doctor_host_t *host;
    ik_sp_seen_t sp;
    const char *login;              /* the address of the login page */
} visit_t;

static const ik_answer_t *ask(const visit_t *v, const ik_question_t question)
{
    return v->host->ask(v->host->arg, &question);
}

static const char *at(const visit_t *v, const char *path)
{
    return apr_pstrcat(v->doctor->p, v->host->origin, path, NULL);
}

/* What an answer is called: its status, or why there is none. */
static const char *called(const visit_t *v, const ik_answer_t *answer)
{
    return answer->problem ? answer->problem : apr_psprintf(v->doctor->p, "it answered %d", answer->status);
}

static int is_redirect(const ik_answer_t *answer)
{
    return !answer->problem && (answer->status == 302 || answer->status == 303) && *answer->location;
}

/* A status that no endpoint answers a stranger with. */
static void unexpected(const visit_t *v, const char *check, const char *url, const ik_answer_t *answer)
{
    ik_doctor_find(v->doctor, IK_FOUND_FAILED, check, url, answer->status >= 500 ? DOWN : IN_THE_WAY, "%s", called(v, answer));
}

/* ---- the connection */

static int check_reachable(const visit_t *v, const ik_answer_t *answer)
{
    if (!answer->problem) {
        ik_doctor_find(v->doctor, IK_FOUND_OK, "reachable", v->host->origin, NULL, "it answers");
        return 1;
    }
    if (answer->is_untrusted)
        ik_doctor_find(v->doctor, IK_FOUND_FAILED, "certificate", v->host->origin, "Serve a certificate of this name that has not "
                       "ended, with its whole chain; for an authority of your own, name its file in SSL_CERT_FILE.", "%s",
                       answer->problem);
    else
        ik_doctor_find(v->doctor, IK_FOUND_FAILED, "reachable", v->host->origin, "Start httpd, and see that name and port lead to "
                       "it from here.", "%s", answer->problem);
    return 0;
}

static void check_certificate(const visit_t *v, const ik_answer_t *answer)
{
    apr_int64_t days = apr_time_sec(answer->certificate_end - v->doctor->now) / DAY;

    if (!answer->certificate_end)
        ik_doctor_find(v->doctor, IK_FOUND_WARNING, "certificate", v->host->origin, "Look at it with openssl s_client.",
                       "it is accepted, but does not say until when it is good");
    else if (days < DAYS_TO_WARN)
        ik_doctor_find(v->doctor, IK_FOUND_WARNING, "certificate", v->host->origin, "Renew it, and reload httpd.",
                       "it ends in %" APR_INT64_T_FMT " days", days);
    else
        ik_doctor_find(v->doctor, IK_FOUND_OK, "certificate", v->host->origin, NULL, "good for %" APR_INT64_T_FMT " days", days);
}

static void check_clock(const visit_t *v, const ik_answer_t *answer)
{
    apr_int64_t off = apr_time_sec(answer->date - answer->asked), size = off < 0 ? -off : off;

    if (!answer->date)
        ik_doctor_find(v->doctor, IK_FOUND_WARNING, "clock", v->host->origin, "Let the Date header through.", "it does not say what "
                       "time it is");
    else if (size > CLOCK_WARNS)
        ik_doctor_find(v->doctor, size > CLOCK_FAILS ? IK_FOUND_FAILED : IK_FOUND_WARNING, "clock", v->host->origin, "Set the clocks "
                       "of both machines by NTP (timedatectl set-ntp true): logins are held against them.",
                       "its clock is %" APR_INT64_T_FMT " seconds %s this machine's", size, off > 0 ? "ahead of" : "behind");
    else
        ik_doctor_find(v->doctor, IK_FOUND_OK, "clock", v->host->origin, NULL, "as here");
}

static void check_hsts(const visit_t *v, const ik_answer_t *answer)
{
    if (*answer->hsts)
        ik_doctor_find(v->doctor, IK_FOUND_OK, "hsts", v->host->origin, NULL, "%s", answer->hsts);
    else
        ik_doctor_find(v->doctor, IK_FOUND_WARNING, "hsts", v->host->origin, "Once all of the host is on https: Header always set "
                       "Strict-Transport-Security \"max-age=31536000\".", "browsers are not told to come by https only");
}

/* ---- the endpoints */

static int is_here(const visit_t *v, const char *url)
{
    apr_size_t len = strlen(v->host->origin);

    return url && !strncmp(url, v->host->origin, len) && url[len] == '/';
}

/* 1 if what it names can be asked further. */
static int check_metadata(visit_t *v, const char *url, const ik_answer_t *answer)
{
    if (answer->status != 200 || !ik_sp_read(&v->sp, answer->bytes, answer->len, v->doctor->p)) {
        ik_doctor_find(v->doctor, IK_FOUND_FAILED, "metadata", url, answer->status >= 500 ? DOWN : "Write \"IkSSO On\" in this "
                       "virtual host; if IkSSOMetadataPath is another, name it: --url https://HOST/PATH.", "%s, and no metadata of a "
                       "service provider", called(v, answer));
        return 0;
    }
    if (!is_here(v, v->sp.acs) || !is_here(v, v->sp.slo)) {
        ik_doctor_find(v->doctor, IK_FOUND_FAILED, "metadata", url, "Set IkSSOPublicURL to the address that people see, or ask with "
                       "--url for the host that it names.", "it names another host: %s", v->sp.acs ? v->sp.acs : "none");
        return 0;
    }
    if (!v->sp.entity_id || strcspn(v->sp.entity_id, "#") != strcspn(v->sp.acs, "#")
        || strncmp(v->sp.entity_id, v->sp.acs, strcspn(v->sp.acs, "#")) != 0)
        ik_doctor_find(v->doctor, IK_FOUND_WARNING, "metadata", url, "That is right only for the account of an IkSSOAccount that has "
                       "this entity ID.", "the entity ID is %s, not the consume URL", v->sp.entity_id ? v->sp.entity_id : "missing");
    else
        ik_doctor_find(v->doctor, IK_FOUND_OK, "metadata", url, NULL, "entity ID %s", v->sp.entity_id);
    return 1;
}

/* An empty form is no response: whoever says 400 to it has read it. */
static void check_consume(const visit_t *v)
{
    const ik_answer_t *answer = ask(v, (ik_question_t){ .url = v->sp.acs, .form = "" });

    if (!answer->problem && answer->status == 400)
        ik_doctor_find(v->doctor, IK_FOUND_OK, "consume", v->sp.acs, NULL, "it reads forms");
    else
        unexpected(v, "consume", v->sp.acs, answer);
}

/* Also where the login page is: somebody without a session is sent there. */
static void check_settings(visit_t *v)
{
    const char *url = at(v, v->host->settings_path);
    const ik_answer_t *answer = ask(v, (ik_question_t){ .url = url, .is_forged = 1 });

    v->login = at(v, "/single-sign-on");
    if (is_redirect(answer) && is_here(v, answer->location)) {
        v->login = apr_pstrmemdup(v->doctor->p, answer->location, strcspn(answer->location, "?"));
        ik_doctor_find(v->doctor, IK_FOUND_OK, "settings", url, NULL, "strangers are sent to %s", v->login);
    } else if (!answer->problem && answer->status == 200) {
        ik_doctor_find(v->doctor, IK_FOUND_FAILED, "settings", url, "Something else answers at this address, or IkSSOSettingsPath is "
                       "another: httpd has to answer it itself.", "it shows itself to people who are not signed in");
    } else {
        unexpected(v, "settings", url, answer);
    }
}

static void check_login(const visit_t *v)
{
    const ik_answer_t *answer = ask(v, (ik_question_t){ .url = v->login });

    if (!answer->problem && (answer->status == 200 || is_redirect(answer)))
        ik_doctor_find(v->doctor, IK_FOUND_OK, "login", v->login, NULL, "it answers");
    else
        unexpected(v, "login", v->login, answer);
}

/* ---- cookies */

static const char *cookie(const ik_answer_t *answer, const char *prefix)
{
    for (int i = 0; i < answer->cookies->nelts; i++) {
        const char *line = APR_ARRAY_IDX(answer->cookies, i, const char *);

        if (!strncmp(line, prefix, strlen(prefix)))
            return line;
    }
    return NULL;
}

/* 1 if a Set-Cookie line has the attribute, "Secure" or "Path=/", in any case. */
static int has_attribute(const char *line, const char *wanted, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, line), *state, *part = apr_strtok(rest, ";", &state);

    for (part = apr_strtok(NULL, ";", &state); part; part = apr_strtok(NULL, ";", &state)) {
        part += strspn(part, " ");
        if (!strcasecmp(part, wanted))
            return 1;
    }
    return 0;
}

/* The attributes that a cookie lacks, or has too many, "" if it is in order. */
static const char *flaws(const char *line, const char *same_site, apr_pool_t *p)
{
    const char *const wanted[] = { "Secure", "HttpOnly", "Path=/", same_site };
    const char *found = "";

    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
        if (!has_attribute(line, wanted[i], p))
            found = apr_pstrcat(p, found, *found ? ", " : "", "no ", wanted[i], NULL);
    return strcasestr(line, "; Domain=") ? apr_pstrcat(p, found, *found ? ", " : "", "a Domain", NULL) : found;
}

static void check_cookie(const visit_t *v, const char *url, const ik_answer_t *answer, const char *prefix, const char *same_site)
{
    const char *line = cookie(answer, prefix), *found = line ? flaws(line, same_site, v->doctor->p) : "it did not arrive";

    if (!*found)
        ik_doctor_find(v->doctor, IK_FOUND_OK, "cookie", url, NULL, "%s: Secure, HttpOnly, %s", prefix, same_site);
    else
        ik_doctor_find(v->doctor, IK_FOUND_FAILED, "cookie", url, "Something changes Set-Cookie on its way: take that away (Header edit, "
                       "a proxy in front).", "%s: %s", prefix, found);
}

/* Signing out with a cookie that opens nothing ends nothing, and takes that cookie back: so its flags can be seen. */
static void check_logout(const visit_t *v)
{
    const ik_answer_t *answer = ask(v, (ik_question_t){ .url = v->sp.slo, .cookie = SESSION "=doctor" });

    if (answer->problem || answer->status != 200) {
        unexpected(v, "logout", v->sp.slo, answer);
        return;
    }
    ik_doctor_find(v->doctor, IK_FOUND_OK, "logout", v->sp.slo, NULL, "it answers");
    check_cookie(v, v->sp.slo, answer, SESSION "=", "SameSite=Lax");
}

/* What the page of a deep link posts: nobody waits for the identity provider's answer. */
static void check_start(const visit_t *v)
{
    const char *form = apr_pstrcat(v->doctor->p, "account=", v->host->account, NULL);
    const char *url = apr_pstrcat(v->doctor->p, v->login, "?", form, NULL);
    const ik_answer_t *answer = ask(v, (ik_question_t){ .url = v->login, .form = form });

    if (answer->problem || (answer->status != 200 && !is_redirect(answer))) {
        unexpected(v, "login", url, answer);
        return;
    }
    ik_doctor_find(v->doctor, IK_FOUND_OK, "login", url, NULL, "it leads to the identity provider");
    check_cookie(v, url, answer, PENDING, "SameSite=None");
}

/* ---- identity */

/* Headers that a stranger makes up must make no difference. */
static void check_identity(const visit_t *v)
{
    const char *url = at(v, v->host->dashboard_path);
    const ik_answer_t *plain = ask(v, (ik_question_t){ .url = url }), *forged = ask(v, (ik_question_t){ .url = url, .is_forged = 1 });

    if (plain->problem || forged->problem || plain->status >= 500)
        unexpected(v, "identity", url, plain->problem || plain->status >= 500 ? plain : forged);
    else if (forged->status != plain->status || (strstr(forged->bytes, MADE_UP) && !strstr(plain->bytes, MADE_UP)))
        ik_doctor_find(v->doctor, IK_FOUND_FAILED, "identity", url, "Write \"IkSSO On\" in every virtual host that leads to the backend, "
                       "and let nobody reach it but through them.", "identity headers that a stranger makes up change the answer (%d, %d "
                       "with them)", plain->status, forged->status);
    else if (plain->status == 200)
        ik_doctor_find(v->doctor, IK_FOUND_WARNING, "identity", url, "Protect it with \"AuthType ikssoauth\" and \"Require valid-user\", if "
                       "it is not for everybody.", "it shows itself to people who are not signed in");
    else
        ik_doctor_find(v->doctor, IK_FOUND_OK, "identity", url, NULL, "made-up identity headers make no difference (%d)", plain->status);
}

void ik_doctor_host(ik_doctor_t *doctor, const ik_doctor_host_t *host)
{
    visit_t v = { .doctor = doctor, .host = host };
    const char *url = at(&v, host->metadata_path);
    const ik_answer_t *answer = ask(&v, (ik_question_t){ .url = url });

    if (!check_reachable(&v, answer))
        return;
    check_certificate(&v, answer);
    check_clock(&v, answer);
    check_hsts(&v, answer);
    if (!check_metadata(&v, url, answer))
        return;
    check_consume(&v);
    check_settings(&v);
    check_login(&v);
    check_logout(&v);
    if (host->account)
        check_start(&v);
    check_identity(&v);
}
