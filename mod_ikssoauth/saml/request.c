/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the AuthnRequest. */
#include "saml/request.h"

#include <string.h>

#include <apr_strings.h>
#include <lasso/xml/saml-2.0/samlp2_authn_request.h>
#include <lasso/xml/saml-2.0/samlp2_requested_authn_context.h>

#include "saml/names.h"
#include "saml/send.h"
#include "saml/time.h"

/* The products that fill in the name of the user from "login_hint" (idp-specific; others might refuse what they do not know). */
static const char *const hinted[] = { "okta", "entra", "google", NULL };

static int takes_hint(const ik_idp_t *idp)
{
    int i;

    for (i = 0; hinted[i]; i++)
        if (strcmp(hinted[i], idp->product) == 0)
            return 1;
    return 0;
}

static LassoSamlp2RequestedAuthnContext *exact_contexts(const apr_array_header_t *contexts)
{
    LassoNode *node = lasso_samlp2_requested_authn_context_new();
    LassoSamlp2RequestedAuthnContext *requested = LASSO_SAMLP2_REQUESTED_AUTHN_CONTEXT(node);
    int i;

    for (i = 0; i < contexts->nelts; i++)
        requested->AuthnContextClassRef = g_list_append(requested->AuthnContextClassRef,
                                                        ik_send_copy(APR_ARRAY_IDX(contexts, i, const char *)));
    requested->Comparison = ik_send_copy("exact");
    return requested;
}

static LassoNode *build(const ik_authn_request_t *request, const char *destination, apr_pool_t *p)
{
    LassoNode *node = lasso_samlp2_authn_request_new();
    LassoSamlp2AuthnRequest *authn = LASSO_SAMLP2_AUTHN_REQUEST(node);

    ik_send_head(node, request->id, request->now, destination, request->entity_id, p);
    authn->ForceAuthn = request->force_authn != 0;
    authn->IsPassive = request->is_passive != 0;
    authn->ProtocolBinding = ik_send_copy(IK_BINDING_POST);
    authn->AssertionConsumerServiceURL = ik_send_copy(request->acs);
    if (request->contexts && request->contexts->nelts)
        authn->RequestedAuthnContext = exact_contexts(request->contexts);
    return node;
}

/* The hint is no part of the message: it goes into the address, before it. */
static const char *with_hint(const char *location, const char *hint, apr_pool_t *p)
{
    return ik_send_add_query(location, apr_pstrcat(p, "login_hint=", ik_send_escape(hint, p), NULL), p);
}

apr_status_t ik_request_build(ik_outgoing_t **out, const ik_authn_request_t *request, const ik_idp_t *idp,
                              const ik_spkeys_t *keys, const char *relay_state, apr_pool_t *p, const char **problem)
{
    const ik_endpoint_t *endpoint = ik_outgoing_endpoint(idp->sso);
    int sign = request->sign || idp->wants_signed_requests;
    ik_sending_t sending = { .field = "SAMLRequest", .relay_state = relay_state };

    if (!endpoint) {
        *problem = "The identity provider's metadata has no SingleSignOnService with HTTP-Redirect or HTTP-POST.";
        return APR_NOTFOUND;
    }
    if (sign && !keys->keys->nelts) {
        *problem = "Requests of this account must be signed, and there is no key to sign with: set IkSSOCertificate.";
        return APR_EINVAL;
    }
    sending.binding = endpoint->binding;
    sending.location = endpoint->location;
    if (request->login_hint && takes_hint(idp))
        sending.location = with_hint(endpoint->location, request->login_hint, p);
    sending.signer = sign ? keys : NULL;
    sending.root = ik_send_tree(build(request, endpoint->location, p), p);
    return sending.root ? ik_send(out, &sending, p) : APR_EGENERAL;
}
