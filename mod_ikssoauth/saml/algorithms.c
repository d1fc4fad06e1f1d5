/* SPDX-License-Identifier: Apache-2.0 */
/* The table of accepted algorithms. */
#include "saml/algorithms.h"

#include <string.h>

#include <xmlsec/crypto.h>

/* xmlsec's ids are macros around functions; the table wants the functions. */
#define ID(name) xmlSecOpenSSLTransform##name##GetKlass

static const ik_alg_t algorithms[] = {
    { IK_ALG_SIGNATURE, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", ID(RsaSha256), NULL, 0 },
    { IK_ALG_SIGNATURE, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", ID(RsaSha384), NULL, 0 },
    { IK_ALG_SIGNATURE, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", ID(RsaSha512), NULL, 0 },
    { IK_ALG_SIGNATURE, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", ID(EcdsaSha256), NULL, 0 },
    { IK_ALG_SIGNATURE, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", ID(EcdsaSha384), NULL, 0 },
    { IK_ALG_SIGNATURE, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", ID(EcdsaSha512), NULL, 0 },
    { IK_ALG_DIGEST, "http://www.w3.org/2001/04/xmlenc#sha256", ID(Sha256), NULL, 0 },
    { IK_ALG_DIGEST, "http://www.w3.org/2001/04/xmldsig-more#sha384", ID(Sha384), NULL, 0 },
    { IK_ALG_DIGEST, "http://www.w3.org/2001/04/xmlenc#sha512", ID(Sha512), NULL, 0 },
    /* For accounts that tolerate it only. A use of its own: whoever asks for a signature or digest is given none. */
    { IK_ALG_SIGNATURE_SHA1, "http://www.w3.org/2000/09/xmldsig#rsa-sha1", ID(RsaSha1), NULL, 0 },
    { IK_ALG_SIGNATURE_SHA1, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1", ID(EcdsaSha1), NULL, 0 },
    { IK_ALG_DIGEST_SHA1, "http://www.w3.org/2000/09/xmldsig#sha1", ID(Sha1), NULL, 0 },
    { IK_ALG_CANONICAL, "http://www.w3.org/2001/10/xml-exc-c14n#", xmlSecTransformExclC14NGetKlass, NULL, 0 },
    { IK_ALG_TRANSFORM, "http://www.w3.org/2000/09/xmldsig#enveloped-signature", xmlSecTransformEnvelopedGetKlass,
      NULL, 0 },
    { IK_ALG_TRANSFORM, "http://www.w3.org/2001/10/xml-exc-c14n#", xmlSecTransformExclC14NGetKlass, NULL, 0 },
    { IK_ALG_CIPHER, "http://www.w3.org/2009/xmlenc11#aes128-gcm", ID(Aes128Gcm), NULL, 0 },
    { IK_ALG_CIPHER, "http://www.w3.org/2009/xmlenc11#aes256-gcm", ID(Aes256Gcm), NULL, 0 },
    { IK_ALG_CIPHER, "http://www.w3.org/2001/04/xmlenc#aes128-cbc", ID(Aes128Cbc), NULL, 1 },
    { IK_ALG_CIPHER, "http://www.w3.org/2001/04/xmlenc#aes256-cbc", ID(Aes256Cbc), NULL, 1 },
    { IK_ALG_KEY_TRANSPORT, "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", NULL, NULL, 0 },
    { IK_ALG_KEY_TRANSPORT, "http://www.w3.org/2009/xmlenc11#rsa-oaep", NULL, NULL, 0 },
    /* SHA-1 is no weakness inside OAEP, which needs no collision resistance (RFC 8017, appendix B.1). */
    { IK_ALG_OAEP_DIGEST, "http://www.w3.org/2000/09/xmldsig#sha1", NULL, "SHA1", 0 },
    { IK_ALG_OAEP_DIGEST, "http://www.w3.org/2001/04/xmlenc#sha256", NULL, "SHA256", 0 },
    { IK_ALG_OAEP_DIGEST, "http://www.w3.org/2001/04/xmldsig-more#sha384", NULL, "SHA384", 0 },
    { IK_ALG_OAEP_DIGEST, "http://www.w3.org/2001/04/xmlenc#sha512", NULL, "SHA512", 0 },
    { IK_ALG_OAEP_MASK, "http://www.w3.org/2009/xmlenc11#mgf1sha1", NULL, "SHA1", 0 },
    { IK_ALG_OAEP_MASK, "http://www.w3.org/2009/xmlenc11#mgf1sha256", NULL, "SHA256", 0 },
    { IK_ALG_OAEP_MASK, "http://www.w3.org/2009/xmlenc11#mgf1sha384", NULL, "SHA384", 0 },
    { IK_ALG_OAEP_MASK, "http://www.w3.org/2009/xmlenc11#mgf1sha512", NULL, "SHA512", 0 },
};

const ik_alg_t *ik_alg_find(ik_alg_use_t use, const char *uri)
{
    apr_size_t i;

    for (i = 0; uri && i < sizeof algorithms / sizeof *algorithms; i++)
        if (algorithms[i].use == use && strcmp(algorithms[i].uri, uri) == 0)
            return &algorithms[i];
    return NULL;
}

void ik_alg_each(ik_alg_use_t use, void (*each)(void *arg, const ik_alg_t *row), void *arg)
{
    apr_size_t i;

    for (i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (algorithms[i].use == use)
            each(arg, &algorithms[i]);
}
