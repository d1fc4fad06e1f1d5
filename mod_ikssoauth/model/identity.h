/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in: what a session cookie says, and what a backend is told. */
#ifndef IK_MODEL_IDENTITY_H
#define IK_MODEL_IDENTITY_H

#include <apr_time.h>

/* Bytes of an AuthnContextClassRef that a session can have: a demand for a longer one would never be fulfilled. */
#define IK_CONTEXT_MAX 128

typedef struct ik_identity_t {
    const char *session;        /* id of the session, 22 characters; names it in logs, does not open it */
    const char *account;
    const char *email;          /* lower case */
    const char *name;
    const char *role;
    const char *idp;            /* entity ID */
    const char *name_id;        /* as the IdP wrote it, for logout */
    const char *name_id_format; /* likewise */
    const char *session_index;  /* for logout; "" when there is none */
    const char *index;          /* what a revocation by NameID and SessionIndex names (sso/revoke.h) */
    const char *context;        /* AuthnContextClassRef; "" when there is none, or one over IK_CONTEXT_MAX */
    const char *attributes;     /* further ones in the stored form (model/attribute.h); "" if none, or too large */
    apr_time_t authenticated;   /* AuthnInstant */
    apr_time_t issued;          /* when the session began here */
    apr_time_t seen;            /* last activity, to the minute */
    apr_time_t expires;         /* absolute end: lifetime, or SessionNotOnOrAfter if earlier */
    apr_int64_t position;       /* the database's last revocation when the session began (model/revocation.h) */
    apr_int64_t attributes_version; /* of the user's row that has the attributes; 0: they are all in this */
} ik_identity_t;

#endif
