/* SPDX-License-Identifier: Apache-2.0 */
/* Fills the real values into the texts of guides, written as each place needs them. */
#ifndef IK_HTML_GUIDE_TEXT_H
#define IK_HTML_GUIDE_TEXT_H

#include "html/guide.h"

/*
 * Placeholders are {NAME} or {NAME|SYNTAX}; any other text in braces stays as it is.
 *
 * NAME: acs, entity_id, relay_state, logout, metadata_url, account, claim_account, claim_name, claim_role, roles (all, with
 * commas between), brand; where a piece is repeated for each role: role, and group (an example of a name of its group).
 * SYNTAX: regex (a pattern that matches the value and nothing else), powershell and php (a string in single quotes),
 * rule (a string in the rules of AD FS), expression (a string in double quotes), url (percent-encoded). Code has no
 * placeholder without one: no value may end the string that it stands in, or look other than what is pasted.
 */
typedef struct ik_guide_facts_t {
    const char *brand, *account;
    const ik_sp_values_t *values;
} ik_guide_facts_t;

/* The template with all values in it, in p. role: what {role} stands for; NULL: "". */
const char *ik_guide_fill(apr_pool_t *p, const char *template, const ik_guide_facts_t *facts, const char *role);

/* The code of a step, in p; NULL if it has none. */
const char *ik_guide_code(apr_pool_t *p, const ik_guide_step_t *step, const ik_guide_facts_t *facts);

/* Part of a sentence: as it is, the name of something on a screen, or what is typed. */
typedef enum { IK_RUN_PLAIN, IK_RUN_NAME, IK_RUN_VALUE } ik_run_kind_t;
typedef struct ik_run_t {
    ik_run_kind_t kind;
    const char *text;
} ik_run_t;

/* The parts of the sentences of a template, with values in them: an array of ik_run_t in p. */
apr_array_header_t *ik_guide_runs(apr_pool_t *p, const char *sentences, const ik_guide_facts_t *facts);

#endif
