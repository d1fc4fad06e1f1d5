/* SPDX-License-Identifier: Apache-2.0 */
/* Recognises products by their entity IDs and the addresses of their endpoints. */
#include "saml/product.h"

#include <string.h>
#include <strings.h>

typedef enum { ENTITY_STARTS, ENTITY_CONTAINS, HOST_IS, HOST_ENDS, SSO_CONTAINS } where_t;

typedef struct sign_t {
    const char *product;
    where_t where;
    const char *text;
} sign_t;

/* The first row that fits decides: what a vendor fixes stands before what an administrator may type. */
static const sign_t signs[] = {
    { "okta", ENTITY_STARTS, "http://www.okta.com/" },
    { "okta", HOST_ENDS, ".okta.com" },
    { "okta", HOST_ENDS, ".oktapreview.com" },
    { "okta", HOST_ENDS, ".okta-emea.com" },
    { "okta", HOST_ENDS, ".okta-gov.com" },
    { "onelogin", ENTITY_STARTS, "https://app.onelogin.com/saml/" },
    { "onelogin", HOST_ENDS, ".onelogin.com" },
    { "entra", ENTITY_STARTS, "https://sts.windows.net/" },
    { "entra", ENTITY_STARTS, "https://sts.chinacloudapi.cn/" },
    { "entra", HOST_IS, "login.microsoftonline.com" },
    { "entra", HOST_IS, "login.microsoftonline.us" },
    { "entra", HOST_IS, "login.chinacloudapi.cn" },
    { "google", ENTITY_STARTS, "https://accounts.google.com/o/saml2" },
    { "google", HOST_IS, "accounts.google.com" },
    { "jumpcloud", HOST_IS, "sso.jumpcloud.com" },
    { "jumpcloud", HOST_ENDS, ".jumpcloud.com" },
    { "ping", HOST_IS, "sso.connect.pingidentity.com" },
    { "ping", HOST_IS, "auth.pingone.com" },
    { "ping", HOST_IS, "auth.pingone.eu" },
    { "ping", HOST_IS, "auth.pingone.ca" },
    { "ping", HOST_IS, "auth.pingone.asia" },
    { "ping", HOST_IS, "auth.pingone.com.au" },
    { "ping", SSO_CONTAINS, "/idp/SSO.saml2" },
    { "adfs", ENTITY_CONTAINS, "/adfs/services/trust" },
    { "adfs", SSO_CONTAINS, "/adfs/ls" },
    { "keycloak", SSO_CONTAINS, "/protocol/saml" },
    { "simplesamlphp", ENTITY_CONTAINS, "/saml2/idp/metadata.php" },
    { "simplesamlphp", SSO_CONTAINS, "/saml2/idp/SSOService.php" },
    { "simplesamlphp", SSO_CONTAINS, "/module.php/saml/idp/" },
};

static int starts(const char *s, const char *text)
{
    return strncmp(s, text, strlen(text)) == 0;
}

/* The host of a URL and how long it is; "" and 0 if there is none. */
static const char *host_of(const char *url, size_t *len)
{
    const char *host = strstr(url, "://");

    host = host ? host + 3 : "";
    *len = strcspn(host, ":/?#");
    return host;
}

static int endpoint_shows(const ik_endpoint_t *endpoint, const sign_t *sign)
{
    size_t len, want = strlen(sign->text);
    const char *host = host_of(endpoint->location, &len);

    if (sign->where == SSO_CONTAINS)
        return strstr(endpoint->location, sign->text) != NULL;
    if (len < want || (sign->where == HOST_IS && len != want))
        return 0;
    return strncasecmp(host + len - want, sign->text, want) == 0;
}

static int idp_shows(const ik_idp_t *idp, const sign_t *sign)
{
    if (sign->where == ENTITY_STARTS)
        return starts(idp->entity_id, sign->text);
    if (sign->where == ENTITY_CONTAINS)
        return strstr(idp->entity_id, sign->text) != NULL;
    for (int i = 0; i < idp->sso->nelts; i++)
        if (endpoint_shows(APR_ARRAY_IDX(idp->sso, i, const ik_endpoint_t *), sign))
            return 1;
    return 0;
}

const char *ik_product_guess(const ik_idp_t *idp)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (idp_shows(idp, &signs[i]))
            return signs[i].product;
    return "other";
}
