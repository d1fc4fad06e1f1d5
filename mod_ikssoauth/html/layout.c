/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the document that every page shares, and the parts of its card. */
#include "html/layout.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "base/text.h"
#include "html/style.h"

typedef struct icon_row_t {
    const char *markup;
} icon_row_t;

static const icon_row_t icons[] = {
    [IK_LAYOUT_KEY] = {
        "<div class=\"icon\" aria-hidden=\"true\"><svg viewBox=\"0 0 24 24\">"
        "<circle cx=\"8\" cy=\"15.5\" r=\"4.5\"/>"
        "<path d=\"M11.2 12.3 20 3.5M16.5 7l3 3M13.6 9.9l1.9 1.9\"/></svg></div>\n"
    },
    [IK_LAYOUT_WARNING] = {
        "<div class=\"icon warning\" aria-hidden=\"true\"><svg viewBox=\"0 0 24 24\">"
        "<path d=\"M12 3 4.5 6v5.5c0 4.6 3.1 8.2 7.5 9.5 4.4-1.3 7.5-4.9 7.5-9.5V6zM12 8v4.5M12 16v.01\"/>"
        "</svg></div>\n"
    },
    [IK_LAYOUT_PAUSE] = {
        "<div class=\"icon warning\" aria-hidden=\"true\"><svg viewBox=\"0 0 24 24\">"
        "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M12 7v5l3.2 2\"/></svg></div>\n"
    },
    [IK_LAYOUT_DONE] = {
        "<div class=\"icon\" aria-hidden=\"true\"><svg viewBox=\"0 0 24 24\">"
        "<path d=\"M5 12.5 10 17.5 19 7\"/></svg></div>\n"
    },
    [IK_LAYOUT_BUSY] = {
        "<div class=\"icon busy\" aria-hidden=\"true\"><svg viewBox=\"0 0 24 24\">"
        "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M12 3a9 9 0 0 1 9 9\"/></svg></div>\n"
    },
    [IK_LAYOUT_PEOPLE] = {
        "<div class=\"icon warning\" aria-hidden=\"true\"><svg viewBox=\"0 0 24 24\">"
        "<circle cx=\"9\" cy=\"8.5\" r=\"3.5\"/><path d=\"M2.5 19.5c.6-3.6 3.1-5.5 6.5-5.5s5.9 1.9 6.5 5.5"
        "M16 5.2a3.5 3.5 0 0 1 0 6.6M18.4 14.6c1.7.8 2.8 2.4 3.1 4.9\"/></svg></div>\n"
    },
};

/* The first character of name, whole: a mark that fits every brand. */
static const char *initial(apr_pool_t *p, const char *name)
{
    apr_size_t len = *name ? 1 : 0;

    while (len && ((unsigned char)name[len] & 0xC0) == 0x80)
        len++;
    if (len == 1)
        return apr_psprintf(p, "%c", name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + 'A' : name[0]);
    return apr_pstrmemdup(p, name, len);
}

void ik_layout_head(ik_writer_t *w, const ik_brand_t *brand, const char *heading, const char *referrer)
{
    ik_writer_markup(w,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n<meta name=\"referrer\"");
    ik_writer_attribute(w, "content", referrer);
    ik_writer_markup(w, ">\n<title>");
    ik_writer_text(w, heading);
    ik_writer_markup(w, " · ");
    ik_writer_text(w, brand->name);
    ik_writer_markup(w, "</title>\n<style>" IK_STYLE "</style>\n</head>\n");
}

void ik_layout_mark(ik_writer_t *w, const ik_brand_t *brand)
{
    ik_writer_markup(w, "<span class=\"mark\" aria-hidden=\"true\">");
    ik_writer_text(w, initial(w->p, brand->name));
    ik_writer_markup(w, "</span>");
}

static void begin(ik_writer_t *w, const ik_brand_t *brand, ik_layout_icon_t icon, const char *heading)
{
    ik_writer_markup(w, "<body>\n<header>");
    ik_layout_mark(w, brand);
    ik_writer_markup(w, "<p>");
    ik_writer_text(w, brand->name);
    ik_writer_markup(w, "</p></header>\n<main aria-labelledby=\"heading\">\n");
    ik_writer_literal(w, icons[icon].markup);
    ik_writer_markup(w, "<h1 id=\"heading\">");
    ik_writer_text(w, heading);
    ik_writer_markup(w, "</h1>\n");
}

void ik_layout_begin(ik_writer_t *w, const ik_brand_t *brand, ik_layout_icon_t icon, const char *heading)
{
    ik_layout_head(w, brand, heading, "no-referrer");
    begin(w, brand, icon, heading);
}

void ik_layout_begin_passage(ik_writer_t *w, const ik_brand_t *brand, const char *heading)
{
    ik_layout_head(w, brand, heading, "strict-origin");
    begin(w, brand, IK_LAYOUT_BUSY, heading);
}

void ik_layout_lead(ik_writer_t *w, const char *sentence)
{
    ik_writer_markup(w, "<p class=\"lead\">");
    ik_writer_text(w, sentence);
    ik_writer_markup(w, "</p>\n");
}

void ik_layout_advice(ik_writer_t *w, const char *sentence)
{
    if (!sentence || !*sentence)
        return;
    ik_writer_markup(w, "<p class=\"advice\">");
    ik_writer_text(w, sentence);
    ik_writer_markup(w, "</p>\n");
}

void ik_layout_reference(ik_writer_t *w, const char *trace)
{
    if (!trace || !*trace)
        return;
    ik_writer_markup(w, "<dl class=\"reference\"><dt>Reference, if you need help</dt>\n<dd>");
    ik_writer_text(w, trace);
    ik_writer_markup(w, "</dd></dl>\n");
}

static void link_button(ik_writer_t *w, const ik_action_t *action, const char *class)
{
    ik_writer_markup(w, "<a");
    ik_writer_attribute(w, "class", class);
    ik_writer_attribute(w, "href", action->href);
    ik_writer_markup(w, ">");
    ik_writer_text(w, action->label);
    ik_writer_markup(w, "</a>\n");
}

void ik_layout_actions(ik_writer_t *w, const ik_action_t *way_on, const ik_action_t *support)
{
    if (!way_on->href && !support->href)
        return;
    ik_writer_markup(w, "<div class=\"actions\">\n");
    if (way_on->href)
        link_button(w, way_on, "primary");
    if (support->href)
        link_button(w, support, NULL);
    ik_writer_markup(w, "</div>\n");
}

void ik_layout_help(ik_writer_t *w, const char *question, const ik_action_t *support)
{
    if (!support->href)
        return;
    ik_writer_markup(w, "<p class=\"help\">");
    ik_writer_text(w, question);
    ik_writer_markup(w, " <a");
    ik_writer_attribute(w, "href", support->href);
    ik_writer_markup(w, ">");
    ik_writer_text(w, support->label);
    ik_writer_markup(w, "</a></p>\n");
}

void ik_layout_steps(ik_writer_t *w, const ik_step_t *steps, apr_size_t count)
{
    ik_writer_markup(w, "<ol>\n");
    for (; count; count--, steps++) {
        ik_writer_markup(w, "<li><strong>");
        ik_writer_text(w, steps->what);
        ik_writer_markup(w, "</strong> <span>");
        ik_writer_text(w, steps->how);
        ik_writer_markup(w, "</span></li>\n");
    }
    ik_writer_markup(w, "</ol>\n");
}

static const char *mail_to(apr_pool_t *p, const char *address, const char *trace)
{
    const char *to = apr_pstrcat(p, "mailto:", apr_pescape_path_segment(p, address), NULL);

    if (!trace || !*trace)
        return to;
    return apr_pstrcat(p, to, "?subject=Sign-in%20help,%20reference%20", apr_pescape_urlencoded(p, trace), NULL);
}

ik_action_t ik_layout_support(apr_pool_t *p, const ik_brand_t *brand, const char *trace)
{
    ik_action_t action = { "Contact support", NULL };
    const char *support = brand->support;

    if (!support || ik_text_has_control(support))
        return action;
    if (strncmp(support, "https://", 8) == 0)
        action.href = support;
    else if (strchr(support, '@') && !strpbrk(support, ": \t"))
        action.href = mail_to(p, support, trace);
    return action;
}

const char *ik_layout_own_path(const char *path)
{
    /* "//host" and "/\host" are other hosts to a browser */
    if (!path || path[0] != '/' || path[1] == '/' || strchr(path, '\\') || ik_text_has_control(path))
        return NULL;
    return path;
}

const char *ik_layout_end(ik_writer_t *w)
{
    ik_writer_markup(w, "</main>\n</body>\n</html>\n");
    return ik_writer_finish(w);
}
