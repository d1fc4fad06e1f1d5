/* SPDX-License-Identifier: Apache-2.0 */
/* The commands on our own key pairs: each step of a rotation says whom it affects, what goes wrong without, and what comes next. */
#include <string.h>

#include <apr_file_io.h>
#include <apr_strings.h>

#include "cli/commands.h"
#include "cli/owner.h"
#include "cli/sp_key_report.h"
#include "cli/tell.h"
#include "saml/spkeys.h"
#include "seal/keydir.h"
#include "sso/own_keys.h"

#define DIRECTORY_MODE (APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_UEXECUTE | APR_FPROT_GREAD | APR_FPROT_GEXECUTE)
#define BY_ITSELF "httpd notices by itself, with its next request."

/* Its certificate; or NULL, for a pair that cannot be used. */
static const ik_certificate_t *certificate_of(const ik_keydir_pair_t *pair, apr_pool_t *p)
{
    ik_spkeys_t *set = ik_spkeys_make(p);
    const char *problem;

    if (ik_spkeys_add(set, pair->certificate, pair->key, p, &problem) != APR_SUCCESS)
        return NULL;
    return APR_ARRAY_IDX(set->certificates, 0, const ik_certificate_t *);
}

ik_exit_t ik_cmd_sp_key_list(ik_cli_t *cli)
{
    apr_array_header_t *rows = apr_array_make(cli->p, 4, sizeof(const ik_object_t *));
    const char *problem;
    ik_keydir_t *dir;

    if (ik_keydir_read(&dir, cli->options.dir, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "sp_keys", problem);
    for (int i = 0; i < dir->pairs->nelts; i++) {
        const ik_keydir_pair_t *pair = &APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t);
        const ik_certificate_t *certificate = certificate_of(pair, cli->p);
        ik_object_t *o = ik_object_make(cli->p);

        ik_object_text(o, "name", "NAME", pair->name);
        ik_object_text(o, "state", "STATE", ik_keydir_word(pair->state));
        ik_object_time(o, "expires", "EXPIRES", certificate ? certificate->not_after : 0);
        ik_object_text(o, "fingerprint", "FINGERPRINT (SHA-256)", certificate ? certificate->fingerprint : NULL);
        ik_object_text(o, "certificate", NULL, pair->certificate);
        APR_ARRAY_PUSH(rows, const ik_object_t *) = o;
    }
    ik_object_objects(cli->answer, "pairs", "", rows);
    return IK_EXIT_DONE;
}

/* Wrong orders are refusals, the rest is failure. */
static ik_exit_t fail(ik_cli_t *cli, apr_status_t rv, const char *problem)
{
    static const struct { apr_status_t rv; const char *code; } refusals[] = {
        { APR_EEXIST, "next_waits" }, { APR_NOTFOUND, "not_found" }, { APR_EINVAL, "key_in_use" },
        { IK_KEYDIR_FULL, "too_many_pairs" }, { IK_KEYDIR_UNUSABLE, "pair_unusable" },
    };

    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
        if (rv == refusals[i].rv)
            return ik_cli_fail(cli, IK_EXIT_REFUSED, refusals[i].code, problem);
    return ik_cli_fail(cli, IK_EXIT_FAILURE, "sp_keys", problem);
}

static void tell(ik_cli_t *cli, ik_event_id_t id, const ik_keydir_pair_t *pair, const char *fingerprint)
{
    ik_event_t event = ik_event_of(id, NULL);

    event.subject = fingerprint ? fingerprint : pair->name;
    event.detail = pair->name;
    ik_cli_tell(cli, &event);
    ik_object_text(cli->answer, "name", NULL, pair->name);
    ik_object_text(cli->answer, "state", NULL, ik_keydir_word(pair->state));
    ik_object_text(cli->answer, "fingerprint", NULL, fingerprint);
}

static const char *fingerprint_of(const ik_keydir_pair_t *pair, apr_pool_t *p)
{
    const ik_certificate_t *certificate = certificate_of(pair, p);

    return certificate ? certificate->fingerprint : NULL;
}

/* The directory, if it is not there: its group reads it, and nobody but who runs this changes it. */
static apr_status_t make_directory(ik_owner_t *owner, const ik_cli_t *cli, const char **problem)
{
    const char *path = cli->options.dir, *created;
    apr_finfo_t info;
    apr_status_t rv = ik_owner_find(owner, cli->options.owner, cli->p, problem);

    if (rv != APR_SUCCESS || apr_stat(&info, path, APR_FINFO_TYPE, cli->p) == APR_SUCCESS)
        return rv;
    rv = ik_owner_directory(&created, owner, path, cli->p, problem);
    if (rv != APR_SUCCESS)
        return rv;
    rv = apr_dir_make(path, DIRECTORY_MODE, cli->p);
    if (rv == APR_SUCCESS)
        rv = apr_file_perms_set(path, DIRECTORY_MODE);      /* whatever the umask */
    if (rv == APR_SUCCESS)
        return ik_owner_share(owner, path, cli->p, problem);
    *problem = apr_psprintf(cli->p, "The directory %s cannot be created.", path);
    return rv;
}

/* Nothing breaks with it, so a database that cannot be read does not keep it from being done. */
ik_exit_t ik_cmd_sp_key_publish_next(ik_cli_t *cli)
{
    ik_sp_key_report_t report;
    ik_keydir_pair_t *made;
    const char *problem;
    ik_owner_t owner;
    apr_status_t rv;

    if (make_directory(&owner, cli, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "owner", problem);
    rv = ik_keydir_publish(&made, cli->options.dir, owner.user ? owner.gid : (gid_t)-1, cli->ctx.now, cli->p, &problem);
    if (rv != APR_SUCCESS)
        return fail(cli, rv, problem);
    ik_sp_key_report_begin(&report, cli);
    if (made->state == IK_KEYDIR_CURRENT)
        ik_sp_key_report_first(&report, made);
    else
        ik_sp_key_report_published(&report, made);
    cli->message = made->state == IK_KEYDIR_CURRENT
        ? apr_psprintf(cli->p, "The key pair %s was made. It is the first, so it signs and decrypts at once.", made->name)
        : apr_psprintf(cli->p, "The key pair %s was made: it is in our metadata, and opens what is encrypted for it. It does not sign yet. "
                       BY_ITSELF, made->name);
    tell(cli, IK_EVENT_SP_KEY_PUBLISHED, made, fingerprint_of(made, cli->p));
    ik_sp_key_report_end(&report, cli);
    return IK_EXIT_DONE;
}

/* Whom a step affects that can break logins has to be known before it is taken. */
static ik_exit_t begin(ik_sp_key_report_t *report, ik_cli_t *cli)
{
    const char *problem;
    ik_keydir_t *dir;
    apr_status_t rv = ik_keydir_read_list(&dir, cli->options.dir, cli->p, &problem);

    if (rv != APR_SUCCESS)
        return fail(cli, rv, problem);
    ik_sp_key_report_begin(report, cli);
    if (!report->unknown)
        return IK_EXIT_DONE;
    return ik_cli_fail(cli, IK_EXIT_FAILURE, "database",
                       apr_psprintf(cli->p, "Nothing was changed, because whom it affects cannot be read: %s", report->unknown));
}

ik_exit_t ik_cmd_sp_key_use(ik_cli_t *cli)
{
    ik_keydir_pair_t *used, *before;
    ik_sp_key_report_t report;
    const char *problem;
    ik_exit_t how = begin(&report, cli);
    apr_status_t rv;

    if (how != IK_EXIT_DONE)
        return how;
    rv = ik_keydir_use(&used, &before, cli->options.dir, ik_own_keys_check, cli->p, &problem);
    if (rv != APR_SUCCESS)
        return fail(cli, rv, problem);
    ik_sp_key_report_used(&report, used, before);
    cli->message = apr_psprintf(cli->p, "The key pair %s signs from now on. %s goes on decrypting. " BY_ITSELF, used->name, before->name);
    tell(cli, IK_EVENT_SP_KEY_USED, used, fingerprint_of(used, cli->p));
    ik_sp_key_report_end(&report, cli);
    return IK_EXIT_DONE;
}

/* Of a pair that is about to go. */
static const char *fingerprint_before(const ik_cli_t *cli, const char *name)
{
    const char *problem;
    ik_keydir_t *dir;

    if (ik_keydir_read_list(&dir, cli->options.dir, cli->p, &problem) != APR_SUCCESS)
        return NULL;
    for (int i = 0; i < dir->pairs->nelts; i++)
        if (!strcmp(APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t).name, name))
            return fingerprint_of(&APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t), cli->p);
    return NULL;
}

ik_exit_t ik_cmd_sp_key_retire(ik_cli_t *cli)
{
    const char *name = cli->args[0], *problem, *left, *fingerprint;
    ik_sp_key_report_t report;
    ik_keydir_pair_t *was;
    ik_exit_t how = begin(&report, cli);
    apr_status_t rv;

    if (how != IK_EXIT_DONE)
        return how;
    fingerprint = fingerprint_before(cli, name);
    rv = ik_keydir_retire(&was, &left, cli->options.dir, name, ik_own_keys_check, cli->p, &problem);
    if (rv != APR_SUCCESS)
        return fail(cli, rv, problem);
    ik_sp_key_report_retired(&report, was);
    cli->message = apr_psprintf(cli->p, was->state == IK_KEYDIR_NEXT
                                ? "The key pair %s was withdrawn before it signed anything, and its files %s. " BY_ITSELF
                                : "The key pair %s was retired: it is published no more, opens nothing, and its files %s. " BY_ITSELF,
                                name, left ? apr_psprintf(cli->p, "are no longer used; delete %s yourself, which could not be", left)
                                           : "are deleted");
    tell(cli, IK_EVENT_SP_KEY_RETIRED, was, fingerprint);
    ik_sp_key_report_end(&report, cli);
    return IK_EXIT_DONE;
}
