/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of an account's administrator: values in, a whole escaped HTML document out. Pure functions. */
#ifndef IK_HTML_ADMIN_H
#define IK_HTML_ADMIN_H

#include "html/page.h"
#include "model/check.h"
#include "model/draft.h"
#include "model/explained.h"
#include "model/idp.h"
#include "model/invite.h"
#include "model/rule.h"
#include "model/source.h"
#include "model/trace.h"
#include "model/trial.h"
#include "model/user_page.h"

/* What all of them have in common. */
typedef struct ik_admin_page_t {
    const char *account, *account_name;     /* the name may be "" */
    const char *email;              /* who is signed in; NULL: a guest with an invitation */
    const char *settings_path;
    const char *users_path;         /* NULL for guests, who have no business there */
    const char *way_out;            /* path of the dashboard; NULL for guests, who get a button "Leave" */
    const char *token;              /* of every form here: a hidden field "token" */
    const char *done;               /* word for what has just been done ("saved": html/notice.c), or NULL */
    apr_time_t now;
} ik_admin_page_t;

/* The policy of these pages: style, the script of the copy buttons, and forms that may lead to an identity provider. */
extern const char *const ik_html_csp_admin;

/* What somebody has to type in at the identity provider. */
typedef struct ik_sp_values_t {
    const char *acs, *entity_id, *relay_state, *logout, *metadata_url;      /* absolute URLs */
    const char *claim_account, *claim_name, *claim_role;                    /* names of attributes */
    const apr_array_header_t *roles;                                        /* const char * */
} ik_sp_values_t;

/* What stands in the form of the settings: as it was typed, or as it is saved. */
typedef struct ik_settings_form_t {
    const char *metadata, *entity_id;
    const char *domains;                /* separated by white space or commas */
    const apr_table_t *options;         /* name of an option (model/option.h) to its word */
    const char *metadata_problem, *entity_id_problem, *domains_problem, *options_problem;   /* sentences, or NULL */
    const char *problem;                /* a sentence that belongs to no field, or NULL */
    const char *seen;                   /* a number for the settings that somebody saw who typed this; NULL: not told */
    const char *metadata_url, *metadata_url_problem;    /* of a form of its own; NULL: what is saved, no problem */
} ik_settings_form_t;

/* A row of the form of role rules, as it was typed or as it is saved. */
typedef struct ik_rule_field_t {
    const char *kind, *pattern, *role;  /* words */
    const char *problem;                /* a sentence, or NULL */
} ik_rule_field_t;

typedef struct ik_rules_form_t {
    const char *claim;                  /* "": the attribute that carries the role */
    const apr_array_header_t *rows;     /* ik_rule_field_t */
    const char *problem;                /* of the whole, or NULL */
    const char *seen;                   /* as in ik_settings_form_t */
} ik_rules_form_t;

#define IK_RULES_EMPTY_ROWS 5           /* at the end of the form */

/*
 * The settings page: the values, the form, what is in force, rolling back, deleting, invitations.
 *
 * Every form posts to settings_path with "token" and a button called "action":
 *   save, test (with formtarget=_blank)    metadata, entity_id, domains, option-NAME for each option;
 *                                          save also confirm=DIGEST below anyway
 *                                          and fetched=yes if an empty metadata leaves it as it is;
 *                                          seen=N of the settings that were looked at
 *   save-rules, try-rules, test-rules      rules-claim; rule-N-kind, rule-N-pattern, rule-N-role, rule-N-place for N = 1, 2 …; seen=N
 *   save-url                               metadata_url, seen=N
 *   forget-url                             seen=N
 *   fetch-now
 *   delete, roll-back                      both ask once (ik_html_ask)
 *   invite                                 lifetime: 1d, 7d or 30d
 *   revoke-invite                          invite=ID
 *   leave                                  guests only
 * Links: settings_path?guide=PRODUCT.
 */
typedef struct ik_settings_page_t {
    ik_admin_page_t admin;
    const ik_sp_values_t *values;
    const ik_settings_form_t *form;
    const ik_account_t *account;                /* as it is saved */
    const ik_idp_t *idp;                        /* of the saved metadata, or NULL: single sign-on is off */
    const apr_array_header_t *notes;            /* likewise: const char *, what is unusual, each a sentence */
    const ik_key_use_t *key_use;                /* what verified the last sign-in; or NULL: nobody has signed in yet */
    const ik_previous_t *previous;              /* or NULL: nothing to roll back to */
    const ik_source_t *source;                  /* or NULL: its metadata is not fetched from a URL */
    const apr_array_header_t *invites;          /* ik_invite_t *, or NULL for guests */
    const char *link;                           /* an invitation that was just made: shown once; or NULL */
    const char *anyway;                         /* digest: the test of what stands in the form failed, ask for it; or NULL */
    const ik_checklist_t *failed;               /* of that test */
    const ik_rules_form_t *rules;               /* NULL: that section is left out */
    const ik_trial_t *trial;                    /* of the rules that stand in the form; or NULL */
} ik_settings_page_t;
const char *ik_html_settings(apr_pool_t *p, const ik_brand_t *brand, const ik_settings_page_t *page);

/* Asks once before something that cannot be taken back, or ends sessions: a form with the fields and the button. */
typedef struct ik_ask_t {
    ik_admin_page_t admin;
    const char *heading, *lead, *advice;        /* advice may be NULL */
    const char *action;                         /* path that the form posts to */
    const ik_hidden_t *fields;                  /* besides token; ends with a NULL name */
    const char *button_name, *button_value, *button_label;
    const char *way_back;                       /* path */
} ik_ask_t;
const char *ik_html_ask(apr_pool_t *p, const ik_brand_t *brand, const ik_ask_t *ask);

/*
 * What a test sign-in showed: each check passed or failed, with detail, public sentence and who acts; claims; role;
 * warnings. A form posts action=save-draft, test=ID to settings_path (below a warning if it failed, confirm=yes then);
 * another action=test-again, test=ID.
 */
typedef struct ik_tested_page_t {
    ik_admin_page_t admin;
    const ik_draft_t *draft;
    const ik_checklist_t *list;                 /* NULL: no answer has come yet */
    const ik_idp_t *idp;                        /* of the draft */
    int is_saved;                               /* these settings are in force already: no button to save them */
} ik_tested_page_t;
const char *ik_html_tested(apr_pool_t *p, const ik_brand_t *brand, const ik_tested_page_t *page);

/* Step by step for one product ("okta", …, "other"), with the real values; NULL if there is no such guide. */
const char *ik_html_guide(apr_pool_t *p, const ik_brand_t *brand, const ik_admin_page_t *admin,
                          const ik_sp_values_t *values, const char *product);

/* The name of a product for people: "Okta", "Entra ID"; "your identity provider" for "other" and what is not known. */
const char *ik_html_product(const char *product);

/*
 * The refused sign-ins of the account. Links: settings_path?failures, &before=MICROSECONDS for older ones, ?trace=ID for one; the search for
 * a trace id is a GET form. A form posts action=explain with "captured" (a response, as saml/captured.h takes it) to settings_path?failures,
 * which tells of a form too large to be read where it came from.
 */
#define IK_FAILURES_ON_PAGE 25
#define IK_CAPTURED_MEGABYTES 3                 /* that the form may have as a browser sends it; the page says so */
typedef struct ik_failures_page_t {
    ik_admin_page_t admin;
    const apr_array_header_t *traces;           /* const ik_trace_t *, newest first, at most IK_FAILURES_ON_PAGE */
    int older;                                  /* 1: there are more behind the last of them */
    int newer;                                  /* 1: this is not the first page */
    const char *searched;                       /* what was looked for and is not there, or NULL */
    const char *problem;                        /* what is wrong with the captured response, a sentence, or NULL */
    const char *consume_url;                    /* where the responses that are captured were sent */
} ik_failures_page_t;
const char *ik_html_failures(apr_pool_t *p, const ik_brand_t *brand, const ik_failures_page_t *page);

/* One of them: what was refused, what came and what was expected, who can mend it, and how. */
typedef struct ik_trace_page_t {
    ik_admin_page_t admin;
    const ik_trace_t *trace;
    const char *product;                        /* of the account's identity provider; NULL: no metadata */
    const ik_fix_values_t *values;
} ik_trace_page_t;
const char *ik_html_trace(apr_pool_t *p, const ik_brand_t *brand, const ik_trace_page_t *page);

/* What a captured response shows: each check, now and as if it were new, how to mend what failed, claims, times. */
const char *ik_html_explained(apr_pool_t *p, const ik_brand_t *brand, const ik_admin_page_t *admin, const ik_explained_t *explained);

/* An invitation: whom it is for, and a form that posts action=redeem, invite=TOKEN to settings_path. */
const char *ik_html_invited(apr_pool_t *p, const ik_brand_t *brand, const char *account, const char *account_name,
                            const char *settings_path, const char *token);

/* Why a link does not work any more: used, expired, revoked, unknown. login: a path. */
const char *ik_html_invite_over(apr_pool_t *p, const ik_brand_t *brand, ik_invite_state_t state, const char *login);

/*
 * The people of the account. Links: users_path?q=SEARCH&after=EMAIL (or before=), users_path?user=EMAIL; the search is
 * a GET form.
 */
const char *ik_html_users(apr_pool_t *p, const ik_brand_t *brand, const ik_admin_page_t *admin,
                          const ik_user_query_t *query, const ik_user_page_t *page);

/*
 * One person. A form posts user=EMAIL and action = disable, enable, end-sessions or delete (which asks once) to
 * users_path. The person who looks at it can neither disable nor delete themselves.
 */
const char *ik_html_user(apr_pool_t *p, const ik_brand_t *brand, const ik_admin_page_t *admin, const ik_user_t *user);

#endif
