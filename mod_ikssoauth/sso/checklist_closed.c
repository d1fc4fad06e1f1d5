/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps closed what was encrypted for us, from those whom it is not for. For checklist.c. */
#include <apr_strings.h>

#include "base/text.h"
#include "sso/checking.h"
#include "sso/claims.h"

#define UNPROVEN "the assertion is encrypted, and more is told only of one that a key of the account's metadata has signed, and that can be read"
#define NOT_SHOWN "This cannot be shown, because it is inside an encrypted assertion that is not proven to come from this account’s identity " \
                  "provider, and to name this account. Mend what failed first, the signature before all else."

/* What verifying has found out is about the inside: the message was read before that, without a fault. */
static void hide_details(ik_checking_t *c)
{
    static const ik_check_id_t verifying[] = { IK_CHECK_READABLE, IK_CHECK_STRUCTURE, IK_CHECK_SIGNATURE };

    for (apr_size_t i = 0; c->trust && i < sizeof verifying / sizeof verifying[0]; i++)
        if (c->list->checks[verifying[i]].state == IK_CHECK_FAILED)
            c->list->checks[verifying[i]].detail = UNPROVEN;
}

static void skip_rest(ik_checking_t *c)
{
    for (int id = 0; id < IK_CHECK_COUNT; id++)
        if (c->list->checks[id].state == IK_CHECK_SKIPPED)
            c->list->checks[id].detail = NOT_SHOWN;
}

/* Only that it is not this account: neither which it is, nor which attributes there are. */
static void tell_account(ik_checking_t *c)
{
    c->list->checks[IK_CHECK_ACCOUNT] = (ik_checked_t){
        .state = IK_CHECK_FAILED, .reason = c->why.reason,
        .detail = apr_psprintf(c->ctx->p, "the assertion is encrypted, and its attribute \"%s\" does not name the account \"%s\", as one value: "
                               "so nothing of what is inside is shown", ik_text_join(c->ctx->p, c->ctx->settings->claim_account, " or "),
                               c->in->account->id)
    };
}

/*
 * A signature alone is not enough: anybody can sign around what was encrypted for another account, and a draft may have
 * the metadata of another account's identity provider.
 */
void ik_checking_close(ik_checking_t *c)
{
    if (c->message && ik_claim_account(c->ctx, c->message->assertion, c->in->account, &c->why) == APR_SUCCESS)
        return;
    if (c->message)
        tell_account(c);
    hide_details(c);
    skip_rest(c);
    c->message = NULL;
}
