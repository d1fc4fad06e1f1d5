/* SPDX-License-Identifier: Apache-2.0 */
/* What the audit log tells: the closed list of events, and what one is made of. */
#ifndef IK_MODEL_EVENT_H
#define IK_MODEL_EVENT_H

#include <apr_time.h>

/* One row per event: the word in the log. docs/audit.md and its JSON schema have the same list. */
#define IK_EVENTS(X) \
    X(LOGIN, "login") \
    X(REFUSAL, "refusal") \
    X(LOGOUT, "logout") \
    X(USER_CREATED, "user_created") \
    X(USER_CHANGED, "user_changed") \
    X(USER_DELETED, "user_deleted") \
    X(USER_DISABLED, "user_disabled") \
    X(USER_ENABLED, "user_enabled") \
    X(SESSIONS_ENDED, "sessions_ended") \
    X(ACCOUNT_ADDED, "account_added") \
    X(ACCOUNT_DELETED, "account_deleted") \
    X(ACCOUNT_DISABLED, "account_disabled") \
    X(ACCOUNT_ENABLED, "account_enabled") \
    X(SETTINGS_SAVED, "settings_saved") \
    X(SETTINGS_DELETED, "settings_deleted") \
    X(SETTINGS_ROLLED_BACK, "settings_rolled_back") \
    X(SETTINGS_TESTED, "settings_tested") \
    X(INVITE_MADE, "invite_made") \
    X(INVITE_USED, "invite_used") \
    X(INVITE_REVOKED, "invite_revoked") \
    X(KEY_ROTATED, "key_rotated") \
    X(KEY_RETIRED, "key_retired") \
    X(SP_KEY_PUBLISHED, "sp_key_published") \
    X(SP_KEY_USED, "sp_key_used") \
    X(SP_KEY_RETIRED, "sp_key_retired") \
    X(METADATA_REFRESHED, "metadata_refreshed") \
    X(METADATA_FAILED, "metadata_failed") \
    X(IDP_KEYS_CHANGED, "idp_keys_changed") \
    X(CERTIFICATE_EXPIRES, "certificate_expires")

#define IK_EVENT_ENUM(NAME, word) IK_EVENT_##NAME,
typedef enum { IK_EVENTS(IK_EVENT_ENUM) IK_EVENT_COUNT } ik_event_id_t;

/* The word of an event; never NULL. */
const char *ik_event_word(ik_event_id_t id);

/* Who has brought something about. */
typedef enum { IK_BY_SERVER, IK_BY_OPERATOR, IK_BY_ADMINISTRATOR, IK_BY_GUEST, IK_BY_USER, IK_BY_IDP } ik_by_kind_t;

typedef struct ik_by_t {
    ik_by_kind_t kind;
    const char *who;            /* e-mail address; login name of the operator; entity ID; NULL: not known */
    const char *client;         /* address of the client; NULL: none */
} ik_by_t;

/* "server", "operator", "administrator", "guest", "user", "idp". */
const char *ik_by_word(ik_by_kind_t kind);

/* One event. What is NULL or empty (days: negative; count: negative) is left out of the line. Never a credential (R20). */
typedef struct ik_event_t {
    ik_event_id_t id;
    const char *account;
    const char *email;                  /* of the user whom it is about */
    const char *session;
    const char *idp;                    /* entity ID */
    const char *role_before, *role;     /* of user_created (role only), user_changed */
    const char *name_before, *name;     /* likewise, if the name has changed */
    const char *reason, *trace;         /* of refusals */
    const char *detail;                 /* what a program need not understand; bounded to 1,000 bytes in the line */
    const char *subject;                /* id of a key or invitation, fingerprint of a certificate */
    int days;                           /* of certificate_expires: days left */
    apr_int64_t count;                  /* of invite_revoked: how many */
} ik_event_t;

/* An event with nothing set but id and account (may be NULL). */
ik_event_t ik_event_of(ik_event_id_t id, const char *account);

#endif
