/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the document around an administrator's page, and the parts of its sections. */
#include "html/admin_layout.h"

#include <apr_strings.h>

#include "html/fields.h"
#include "html/layout.h"
#include "html/notice.h"
#include "html/script.h"

static void isolated(ik_writer_t *w, const char *value)
{
    ik_writer_markup(w, "<bdi>");
    ik_writer_text(w, value);
    ik_writer_markup(w, "</bdi>");
}

static void brand_and_account(ik_writer_t *w, const ik_brand_t *brand, const ik_admin_page_t *admin)
{
    int named = admin->account_name && *admin->account_name;

    ik_layout_mark(w, brand);
    ik_writer_markup(w, "<p class=\"whose\"><strong>");
    ik_writer_text(w, brand->name);
    ik_writer_markup(w, "</strong> <span>Account ");
    if (named) {
        isolated(w, admin->account_name);
        ik_writer_markup(w, " · ");
    }
    isolated(w, admin->account);
    ik_writer_markup(w, "</span></p>\n");
}

static void leave(ik_writer_t *w, const ik_admin_page_t *admin)
{
    ik_admin_form(w, admin, admin->settings_path, NULL);
    ik_fields_button(w, &(ik_button_t){ .label = "Leave", .name = "action", .value = "leave" }, IK_BUTTON_PLAIN);
    ik_writer_markup(w, "</form>\n");
}

static void who(ik_writer_t *w, const ik_admin_page_t *admin)
{
    const char *way_out = ik_layout_own_path(admin->way_out);

    ik_writer_markup(w, "<div class=\"who\">\n<p>");
    if (admin->email) {
        ik_writer_markup(w, "Signed in as ");
        isolated(w, admin->email);
    } else {
        ik_writer_markup(w, "Here by invitation");
    }
    ik_writer_markup(w, "</p>\n");
    if (!admin->email)
        leave(w, admin);
    if (way_out) {
        ik_writer_markup(w, "<a");
        ik_writer_attribute(w, "href", way_out);
        ik_writer_markup(w, ">Back to the dashboard</a>\n");
    }
    ik_writer_markup(w, "</div>\n");
}

static void tab(ik_writer_t *w, const char *label, const char *path, int current)
{
    ik_writer_markup(w, "<li><a");
    ik_writer_attribute(w, "href", ik_layout_own_path(path));
    ik_writer_attribute(w, "aria-current", current ? "page" : NULL);
    ik_writer_markup(w, ">");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</a></li>\n");
}

static void tabs(ik_writer_t *w, const ik_admin_page_t *admin, ik_tab_t current)
{
    ik_writer_markup(w, "<nav aria-label=\"Settings of the account\"><ul>\n");
    tab(w, "Single sign-on", admin->settings_path, current == IK_TAB_SETTINGS);
    tab(w, "Failures", apr_pstrcat(w->p, admin->settings_path, "?failures", NULL), current == IK_TAB_FAILURES);
    if (admin->users_path)
        tab(w, "Users", admin->users_path, current == IK_TAB_USERS);
    ik_writer_markup(w, "</ul></nav>\n");
}

void ik_admin_begin(ik_writer_t *w, const ik_brand_t *brand, const ik_admin_page_t *admin, ik_tab_t current,
                    const char *heading)
{
    const char *done = ik_notice_sentence(admin->done);

    ik_layout_head(w, brand, heading, "no-referrer");
    ik_writer_markup(w, "<body class=\"admin\">\n<header>");
    brand_and_account(w, brand, admin);
    who(w, admin);
    ik_writer_markup(w, "</header>\n");
    tabs(w, admin, current);
    ik_writer_markup(w, "<main aria-labelledby=\"heading\">\n<h1 id=\"heading\">");
    ik_writer_text(w, heading);
    ik_writer_markup(w, "</h1>\n");
    if (done)
        ik_admin_box(w, IK_BOX_GOOD, done);
}

const char *ik_admin_end(ik_writer_t *w)
{
    ik_writer_markup(w, "<p id=\"said\" class=\"unseen\" role=\"status\"></p>\n</main>\n"
                        "<script>" IK_SCRIPT_COPY "</script>\n</body>\n</html>\n");
    return ik_writer_finish(w);
}

void ik_admin_section(ik_writer_t *w, const char *id, const char *heading)
{
    const char *heading_id = apr_pstrcat(w->p, id, "-heading", NULL);

    ik_writer_markup(w, "<section");
    ik_writer_attribute(w, "id", id);
    ik_writer_attribute(w, "aria-labelledby", heading_id);
    ik_writer_markup(w, ">\n<h2");
    ik_writer_attribute(w, "id", heading_id);
    ik_writer_markup(w, ">");
    ik_writer_text(w, heading);
    ik_writer_markup(w, "</h2>\n");
}

void ik_admin_section_end(ik_writer_t *w)
{
    ik_writer_markup(w, "</section>\n");
}

void ik_admin_text(ik_writer_t *w, const char *sentence)
{
    ik_writer_markup(w, "<p class=\"text\">");
    ik_writer_text(w, sentence);
    ik_writer_markup(w, "</p>\n");
}

void ik_admin_box_begin(ik_writer_t *w, ik_box_t kind)
{
    static const char *const openings[] = {
        [IK_BOX_GOOD] = "<div class=\"box good\" role=\"status\">\n",
        [IK_BOX_NOTE] = "<div class=\"box\">\n",
        [IK_BOX_WARNING] = "<div class=\"box warning\" role=\"alert\">\n",
    };

    ik_writer_literal(w, openings[kind]);
}

void ik_admin_box_end(ik_writer_t *w)
{
    ik_writer_markup(w, "</div>\n");
}

void ik_admin_box(ik_writer_t *w, ik_box_t kind, const char *sentence)
{
    ik_admin_box_begin(w, kind);
    ik_writer_markup(w, "<p>");
    ik_writer_text(w, sentence);
    ik_writer_markup(w, "</p>\n");
    ik_admin_box_end(w);
}

void ik_admin_values(ik_writer_t *w)
{
    ik_writer_markup(w, "<dl class=\"values\">\n");
}

void ik_admin_value_begin(ik_writer_t *w, const char *label)
{
    ik_writer_markup(w, "<div><dt>");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</dt>\n<dd>");
}

void ik_admin_value_end(ik_writer_t *w)
{
    ik_writer_markup(w, "</dd></div>\n");
}

/* The script puts a button behind what has data-copy. */
void ik_admin_value(ik_writer_t *w, const char *label, const char *value, int copy)
{
    ik_admin_value_begin(w, label);
    ik_writer_markup(w, "<bdi");
    ik_writer_attribute(w, "data-copy", copy ? label : NULL);
    ik_writer_markup(w, ">");
    ik_writer_text(w, value);
    ik_writer_markup(w, "</bdi>");
    ik_admin_value_end(w);
}

void ik_admin_values_end(ik_writer_t *w)
{
    ik_writer_markup(w, "</dl>\n");
}

static const char *const months[] = {
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
};

const char *ik_admin_day(apr_pool_t *p, apr_time_t time)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, time);
    return apr_psprintf(p, "%d %s %d", t.tm_mday, months[t.tm_mon], t.tm_year + 1900);
}

const char *ik_admin_moment(apr_pool_t *p, apr_time_t time)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, time);
    return apr_psprintf(p, "%s, %02d:%02d UTC", ik_admin_day(p, time), t.tm_hour, t.tm_min);
}

/* The form that programs read: with the time of day, or the day alone. */
static const char *for_programs(apr_pool_t *p, apr_time_t time, int exact)
{
    apr_time_exp_t t;
    const char *day;

    apr_time_exp_gmt(&t, time);
    day = apr_psprintf(p, "%04d-%02d-%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
    return exact ? apr_psprintf(p, "%sT%02d:%02dZ", day, t.tm_hour, t.tm_min) : day;
}

static void write_time(ik_writer_t *w, apr_time_t time, int exact)
{
    if (!time) {
        ik_writer_markup(w, "never");
        return;
    }
    ik_writer_markup(w, "<time");
    ik_writer_attribute(w, "datetime", for_programs(w->p, time, exact));
    ik_writer_markup(w, ">");
    ik_writer_text(w, exact ? ik_admin_moment(w->p, time) : ik_admin_day(w->p, time));
    ik_writer_markup(w, "</time>");
}

void ik_admin_date(ik_writer_t *w, apr_time_t time)
{
    write_time(w, time, 0);
}

void ik_admin_time(ik_writer_t *w, apr_time_t time)
{
    write_time(w, time, 1);
}

static int count_of(const ik_hidden_t *hidden)
{
    int n = 0;

    while (hidden && hidden[n].name)
        n++;
    return n;
}

void ik_admin_form(ik_writer_t *w, const ik_admin_page_t *admin, const char *action, const ik_hidden_t *hidden)
{
    int n = count_of(hidden), i;
    ik_hidden_t *all = apr_pcalloc(w->p, ((apr_size_t)n + 2) * sizeof(*all));

    all[0] = (ik_hidden_t){ "token", admin->token };
    for (i = 0; i < n; i++)
        all[i + 1] = hidden[i];
    ik_fields_begin(w, ik_layout_own_path(action), all);
}

static const struct {
    apr_int64_t seconds;
    const char *one, *many;
} units[] = { { 86400, "day", "days" }, { 3600, "hour", "hours" }, { 60, "minute", "minutes" } };

const char *ik_admin_span(apr_pool_t *p, apr_time_t time)
{
    apr_int64_t seconds = apr_time_sec(time);
    apr_size_t i;

    for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
        apr_int64_t count = seconds / units[i].seconds;

        if (count > 0)
            return apr_psprintf(p, "%" APR_INT64_T_FMT " %s", count, count == 1 ? units[i].one : units[i].many);
    }
    return "less than a minute";
}
