/* SPDX-License-Identifier: Apache-2.0 */
/* AuthType ikssoauth: who somebody is, and what somebody who is nobody gets. */
#include "httpd/authn.h"

#include "httpd/client.h"
#include "httpd/ep_login.h"
#include "httpd/hold.h"
#include "httpd/identity.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"

static int may_redirect(const request_rec *r)
{
    return !r->main && (!r->prev || r->prev->status == HTTP_OK) && ik_client_navigates(r);
}

static int answer_nobody(request_rec *r, const ik_visit_t *visit)
{
    if (ik_dir_conf_of(r)->anonymous == IK_ANONYMOUS_LOGIN && may_redirect(r))
        return ik_reply_redirect(r, HTTP_MOVED_TEMPORARILY, ik_ep_login_url(r, visit->host));
    if (ik_dir_conf_of(r)->anonymous == IK_ANONYMOUS_LOGIN && ik_hold_wants(r, visit))
        return ik_hold(r, visit);
    return ik_reply_no_access(r, IK_REASON_NOT_SIGNED_IN, "no session");
}

int ik_authn_check(request_rec *r)
{
    ik_step_t *step;

    if (!ik_in_force(r))
        return DECLINED;
    step = ik_step(r);
    if (!step) {
        ik_log_request(r, IK_LOG_ERROR, "IK0140", 0, "AuthType ikssoauth in a virtual host without IkSSO On");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    ik_identity_tell(r);
    return ik_visit_identity(step->visit) ? OK : answer_nobody(r, step->visit);
}
