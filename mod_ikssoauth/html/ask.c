/* SPDX-License-Identifier: Apache-2.0 */
/* The page that asks once before something that cannot be taken back, or ends sessions. */
#include "html/admin_layout.h"
#include "html/fields.h"
#include "html/layout.h"

static void whose(ik_writer_t *w, const ik_admin_page_t *admin)
{
    ik_writer_markup(w, "<p class=\"hint\">Account <bdi>");
    ik_writer_text(w, admin->account_name && *admin->account_name ? admin->account_name : admin->account);
    ik_writer_markup(w, "</bdi></p>\n");
}

static void way_back(ik_writer_t *w, const char *path)
{
    if (!path)
        return;
    ik_writer_markup(w, "<a");
    ik_writer_attribute(w, "href", path);
    ik_writer_markup(w, ">Cancel</a>\n");
}

static void form(ik_writer_t *w, const ik_ask_t *ask)
{
    const ik_button_t button = { .label = ask->button_label, .name = ask->button_name, .value = ask->button_value };

    ik_admin_form(w, &ask->admin, ask->action, ask->fields);
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_fields_button(w, &button, IK_BUTTON_DANGER);
    way_back(w, ik_layout_own_path(ask->way_back));
    ik_writer_markup(w, "</div>\n</form>\n");
}

const char *ik_html_ask(apr_pool_t *p, const ik_brand_t *brand, const ik_ask_t *ask)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_WARNING, ask->heading);
    ik_layout_lead(w, ask->lead);
    whose(w, &ask->admin);
    ik_layout_advice(w, ask->advice);
    if (ik_layout_own_path(ask->action))
        form(w, ask);
    return ik_layout_end(w);
}
