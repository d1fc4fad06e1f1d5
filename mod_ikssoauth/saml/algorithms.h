/* SPDX-License-Identifier: Apache-2.0 */
/* The algorithms that are accepted, each one row; what has no row is forbidden (R3, R5). */
#ifndef IK_SAML_ALGORITHMS_H
#define IK_SAML_ALGORITHMS_H

#include <apr.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/transforms.h>

typedef enum {
    IK_ALG_SIGNATURE,       /* ds:SignatureMethod */
    IK_ALG_DIGEST,          /* ds:DigestMethod of a Reference */
    IK_ALG_SIGNATURE_SHA1,  /* ds:SignatureMethod, besides, where SHA-1 is tolerated */
    IK_ALG_DIGEST_SHA1,     /* ds:DigestMethod, likewise */
    IK_ALG_CANONICAL,       /* ds:CanonicalizationMethod */
    IK_ALG_TRANSFORM,       /* ds:Transform of a Reference */
    IK_ALG_CIPHER,          /* xenc:EncryptionMethod of an EncryptedData */
    IK_ALG_KEY_TRANSPORT,   /* xenc:EncryptionMethod of an EncryptedKey */
    IK_ALG_OAEP_DIGEST,     /* ds:DigestMethod of that */
    IK_ALG_OAEP_MASK        /* xenc11:MGF of that */
} ik_alg_use_t;

typedef struct ik_alg_t {
    ik_alg_use_t use;
    const char *uri;
    xmlSecTransformId (*transform)(void);   /* what xmlsec runs; NULL for the parts of key transport */
    const char *digest;     /* OpenSSL's name, for the digests of key transport */
    int unauthenticated;    /* a cipher that does not notice changes: CBC */
} ik_alg_t;

/* The row of uri for that use, or NULL: forbidden (also for a NULL uri). */
const ik_alg_t *ik_alg_find(ik_alg_use_t use, const char *uri);

/* Hands each row of that use to each(arg, row). */
void ik_alg_each(ik_alg_use_t use, void (*each)(void *arg, const ik_alg_t *row), void *arg);

#endif
