/* SPDX-License-Identifier: Apache-2.0 */
/* Builds LogoutRequest and LogoutResponse. */
#include "saml/logout_build.h"

#include <string.h>

#include <apr_strings.h>
#include <lasso/xml/saml-2.0/samlp2_logout_request.h>
#include <lasso/xml/saml-2.0/samlp2_logout_response.h>

#include "saml/names.h"
#include "saml/send.h"
#include "saml/time.h"

#define LIFETIME apr_time_from_sec(300)
#define SOAP_BEGIN "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"" IK_NS_SOAP "\"><SOAP-ENV:Body>"
#define SOAP_END "</SOAP-ENV:Body></SOAP-ENV:Envelope>\n"

static LassoSaml2NameID *name_of(const ik_logout_request_t *request)
{
    LassoSaml2NameID *name = ik_send_issuer(request->name_id);

    if (*request->name_id_format)
        name->Format = ik_send_copy(request->name_id_format);
    return name;
}

static LassoNode *build_request(const ik_logout_request_t *request, const char *destination, apr_pool_t *p)
{
    LassoNode *node = lasso_samlp2_logout_request_new();
    LassoSamlp2LogoutRequest *logout = LASSO_SAMLP2_LOGOUT_REQUEST(node);

    ik_send_head(node, request->id, request->now, destination, request->entity_id, p);
    logout->NotOnOrAfter = ik_send_copy(ik_saml_time_text(p, request->now + LIFETIME));
    logout->NameID = name_of(request);
    if (*request->session_index)
        logout->SessionIndex = ik_send_copy(request->session_index);
    return node;
}

apr_status_t ik_logout_request_build(ik_outgoing_t **out, const ik_logout_request_t *request, const ik_idp_t *idp,
                                     const ik_spkeys_t *keys, const char *relay_state, apr_pool_t *p)
{
    const ik_endpoint_t *endpoint = ik_outgoing_endpoint(idp->slo);
    ik_sending_t sending = { .field = "SAMLRequest", .relay_state = relay_state, .signer = keys };

    if (!endpoint || !keys->keys->nelts)
        return APR_NOTFOUND;
    sending.binding = endpoint->binding;
    sending.location = endpoint->location;
    sending.root = ik_send_tree(build_request(request, endpoint->location, p), p);
    return sending.root ? ik_send(out, &sending, p) : APR_EGENERAL;
}

static LassoSamlp2Status *status_of(int success)
{
    LassoSamlp2Status *status = LASSO_SAMLP2_STATUS(lasso_samlp2_status_new());

    status->StatusCode = LASSO_SAMLP2_STATUS_CODE(lasso_samlp2_status_code_new());
    status->StatusCode->Value = ik_send_copy(success ? IK_STATUS_SUCCESS : IK_STATUS_RESPONDER);
    return status;
}

/* destination is NULL for an answer that goes back the way the request came. */
static LassoNode *build_answer(const ik_logout_answer_t *answer, const char *destination, apr_pool_t *p)
{
    LassoNode *node = lasso_samlp2_logout_response_new();
    LassoSamlp2StatusResponse *message = LASSO_SAMLP2_STATUS_RESPONSE(node);

    message->ID = ik_send_copy(answer->id);
    message->Version = ik_send_copy("2.0");
    message->IssueInstant = ik_send_copy(ik_saml_time_text(p, answer->now));
    message->Destination = ik_send_copy(destination);
    message->InResponseTo = ik_send_copy(answer->in_response_to);
    message->Issuer = ik_send_issuer(answer->entity_id);
    message->Status = status_of(answer->success);
    return node;
}

/* The endpoint with that binding that a browser can be sent to, else any. */
static const ik_endpoint_t *answer_endpoint(const ik_idp_t *idp, const char *binding)
{
    int i;

    for (i = 0; i < idp->slo->nelts; i++) {
        const ik_endpoint_t *endpoint = APR_ARRAY_IDX(idp->slo, i, const ik_endpoint_t *);

        if (strcmp(endpoint->binding, binding) == 0
            && (strcmp(binding, IK_BINDING_REDIRECT) == 0 || strcmp(binding, IK_BINDING_POST) == 0))
            return endpoint;
    }
    return ik_outgoing_endpoint(idp->slo);
}

apr_status_t ik_logout_answer_build(ik_outgoing_t **out, const ik_logout_answer_t *answer, const ik_idp_t *idp,
                                    const char *binding, const ik_spkeys_t *keys, const char *relay_state,
                                    apr_pool_t *p)
{
    const ik_endpoint_t *endpoint = answer_endpoint(idp, binding);
    ik_sending_t sending = { .field = "SAMLResponse", .relay_state = relay_state };

    if (!endpoint)
        return APR_NOTFOUND;
    sending.binding = endpoint->binding;
    sending.location = endpoint->response_location ? endpoint->response_location : endpoint->location;
    sending.signer = keys->keys->nelts ? keys : NULL;
    sending.root = ik_send_tree(build_answer(answer, sending.location, p), p);
    return sending.root ? ik_send(out, &sending, p) : APR_EGENERAL;
}

apr_status_t ik_logout_answer_soap(const char **xml, const ik_logout_answer_t *answer, const ik_spkeys_t *keys,
                                   apr_pool_t *p)
{
    xmlNodePtr root = ik_send_tree(build_answer(answer, NULL, p), p);
    const char *text;

    if (!root || (keys->keys->nelts && ik_send_sign(root, keys) != APR_SUCCESS))
        return APR_EGENERAL;
    text = ik_send_text(root, p);
    *xml = text ? apr_pstrcat(p, SOAP_BEGIN, text, SOAP_END, NULL) : NULL;
    return text ? APR_SUCCESS : APR_EGENERAL;
}
