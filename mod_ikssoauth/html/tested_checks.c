/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of a test sign-in, sorted by how they went: what failed comes first. */
#include "html/admin_layout.h"
#include "html/tested.h"

/* How each state is shown: a picture, and a word for those who do not see it or its colour. */
static const struct {
    const char *heading, *class, *picture, *word;
} states[] = {
    [IK_CHECK_FAILED] = {
        "Failed", "<li class=\"check failed\">", "<path d=\"M6 6 18 18M18 6 6 18\"/>", "Failed: " },
    [IK_CHECK_PASSED] = {
        "Passed", "<li class=\"check passed\">", "<path d=\"M5 12.5 10 17.5 19 7\"/>", "Passed: " },
    [IK_CHECK_SKIPPED] = {
        "Nothing to look at", "<li class=\"check skipped\">", "<path d=\"M6 12H18\"/>", "Not checked: " },
};

static void soft(ik_writer_t *w, const char *before, const char *text)
{
    if (!text || !*text)
        return;
    ik_writer_markup(w, "<p class=\"soft\">");
    ik_writer_text(w, before);
    ik_writer_markup(w, "<bdi>");
    ik_writer_text(w, text);
    ik_writer_markup(w, "</bdi></p>\n");
}

static const char *const who_mends[] = {
    [IK_ACT_NOBODY] = "",
    [IK_ACT_USER] = "Test again. If it keeps happening, ask our support.",
    [IK_ACT_ACCOUNT_ADMIN] = "You can mend this here, in the settings of the account.",
    [IK_ACT_IDP_ADMIN] = "Mend this at your identity provider, or ask whoever looks after it.",
    [IK_ACT_OPERATOR] = "Ask our support.",
};

const char *ik_tested_mender(ik_actor_t actor)
{
    return who_mends[actor];
}

const char *ik_tested_fix(ik_writer_t *w, ik_reason_t reason, const char *detail, const ik_mending_t *mending)
{
    return ik_fix_text(w->p, ik_fix_find(reason, detail, mending->product), mending->values);
}

static void explain(ik_writer_t *w, const ik_checked_t *checked, const ik_mending_t *mending)
{
    const ik_reason_row_t *reason = ik_reason_row(checked->reason);

    ik_writer_markup(w, "<p>");
    ik_writer_text(w, reason->sentence);
    ik_writer_markup(w, "</p>\n");
    soft(w, "In detail: ", checked->detail);
    soft(w, "", who_mends[reason->actor]);
    soft(w, "To mend it: ", ik_tested_fix(w, checked->reason, checked->detail, mending));
}

void ik_tested_write_check(ik_writer_t *w, const char *label, const ik_checked_t *checked, const ik_mending_t *mending)
{
    ik_writer_literal(w, states[checked->state].class);
    ik_writer_markup(w, "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">");
    ik_writer_literal(w, states[checked->state].picture);
    ik_writer_markup(w, "</svg><div><p><span class=\"unseen\">");
    ik_writer_literal(w, states[checked->state].word);
    ik_writer_markup(w, "</span>");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</p>\n");
    if (checked->state == IK_CHECK_FAILED)
        explain(w, checked, mending);
    if (checked->state == IK_CHECK_SKIPPED)
        soft(w, "", checked->detail);
    ik_writer_markup(w, "</div></li>\n");
}

static int has(const ik_checklist_t *list, ik_check_state_t state)
{
    int i;

    for (i = 0; i < IK_CHECK_COUNT; i++)
        if (list->checks[i].state == state)
            return 1;
    return 0;
}

static void group(ik_writer_t *w, const ik_checklist_t *list, ik_check_state_t state, const ik_mending_t *mending)
{
    int i;

    if (!has(list, state))
        return;
    ik_writer_markup(w, "<h3>");
    ik_writer_text(w, states[state].heading);
    ik_writer_markup(w, "</h3>\n<ul class=\"checks\">\n");
    for (i = 0; i < IK_CHECK_COUNT; i++)
        if (list->checks[i].state == state)
            ik_tested_write_check(w, ik_check_row((ik_check_id_t)i)->label, &list->checks[i], mending);
    ik_writer_markup(w, "</ul>\n");
}

static void warnings(ik_writer_t *w, const apr_array_header_t *sentences)
{
    int i;

    for (i = 0; sentences && i < sentences->nelts; i++)
        ik_admin_box(w, IK_BOX_WARNING, APR_ARRAY_IDX(sentences, i, const char *));
}

void ik_tested_write_failed(ik_writer_t *w, const ik_checklist_t *list, const ik_mending_t *mending)
{
    group(w, list, IK_CHECK_FAILED, mending);
}

void ik_tested_write_checks(ik_writer_t *w, const ik_checklist_t *list, const ik_mending_t *mending)
{
    ik_admin_section(w, "checks", "Each check");
    warnings(w, list->warnings);
    group(w, list, IK_CHECK_FAILED, mending);
    group(w, list, IK_CHECK_PASSED, mending);
    group(w, list, IK_CHECK_SKIPPED, mending);
    ik_admin_section_end(w);
}
