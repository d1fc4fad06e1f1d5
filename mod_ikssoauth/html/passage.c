/* SPDX-License-Identifier: Apache-2.0 */
/* The pages that a browser passes through by itself: a form that its script posts, with a button where there is none. */
#include <strings.h>

#include "base/text.h"
#include "html/fields.h"
#include "html/layout.h"
#include "html/script.h"

/* The button shows itself only when the browser is still here after a while: else it would flash. */
static void passing_form(ik_writer_t *w, const char *action, const ik_hidden_t *fields, const char *label)
{
    const ik_button_t go_on = { .label = label };

    ik_writer_markup(w, "<div class=\"late\">\n");
    ik_fields_begin(w, action, fields);
    ik_fields_end(w, &go_on, NULL);
    ik_writer_markup(w, "</div>\n");
}

/* fields, and one for the fragment. */
static const ik_hidden_t *with_fragment(apr_pool_t *p, const ik_hidden_t *fields)
{
    apr_array_header_t *all = apr_array_make(p, 8, sizeof(ik_hidden_t));

    for (; fields->name; fields++)
        APR_ARRAY_PUSH(all, ik_hidden_t) = *fields;
    APR_ARRAY_PUSH(all, ik_hidden_t) = (ik_hidden_t){ "fragment", "" };
    APR_ARRAY_PUSH(all, ik_hidden_t) = (ik_hidden_t){ NULL, NULL };
    return (const ik_hidden_t *)all->elts;
}

const char *ik_html_wait(apr_pool_t *p, const ik_brand_t *brand, const char *action, const ik_hidden_t *fields)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin_passage(w, brand, "Taking you to your sign-in page");
    ik_layout_lead(w, "One moment: your company signs you in.");
    if (ik_layout_own_path(action)) {
        passing_form(w, action, with_fragment(p, fields), "Continue");
        ik_writer_markup(w, "<script>" IK_SCRIPT_CARRY IK_SCRIPT_POST "</script>\n");
    }
    return ik_layout_end(w);
}

/* A script must not be posted to: "javascript:" would be one. */
static int is_web_address(const char *url)
{
    return (strncasecmp(url, "https://", 8) == 0 || strncasecmp(url, "http://", 7) == 0) && !ik_text_has_control(url);
}

const char *ik_html_post(apr_pool_t *p, const ik_brand_t *brand, const ik_post_t *form)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin_passage(w, brand, form->heading);
    ik_layout_lead(w, form->lead);
    if (is_web_address(form->action)) {
        passing_form(w, form->action, form->fields, form->label);
        ik_writer_markup(w, "<script>" IK_SCRIPT_POST "</script>\n");
    }
    return ik_layout_end(w);
}
