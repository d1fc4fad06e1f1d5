/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the style sheet (html/style.h) that is for guides and for the pages of users. */
#ifndef IK_HTML_STYLE_GUIDE_H
#define IK_HTML_STYLE_GUIDE_H

/* Steps; code, which wraps instead of scrolling: it is copied as it is, and read on a phone. */
#define IK_STYLE_GUIDE_STEPS \
    ".back{margin:-.5rem 0 0}" \
    ".box+.back{margin-top:1rem}" \
    ".guide{gap:2rem}" \
    ".guide h3{margin:0 0 .375rem;line-height:1.625rem}" \
    ".guide p{margin:0;max-width:44rem}" \
    ".guide .hint{margin:.75rem 0 0}" \
    ".guide .values{margin:.75rem 0 0}" \
    "code{padding:.0625rem .1875rem;border-radius:.25rem;background:var(--well);font:500 .875em/1.4 " IK_STYLE_MONO "}" \
    ".code{position:relative;margin:.75rem 0 0;border:1px solid var(--line);border-radius:.625rem;background:var(--well)}" \
    ".code pre{margin:0;padding:1rem;white-space:pre-wrap;overflow-wrap:anywhere}" \
    ".code .copy{display:block;margin:0 1rem 1rem}" \
    "@media (max-width:40rem){.guide>li{padding-left:0}.guide h3{padding-left:2.375rem}}"

#define IK_STYLE_GUIDE_USERS \
    ".search .field{flex:1 1 16rem}" \
    ".count{margin:1.25rem 0 0;color:var(--soft)}" \
    ".address{display:block;color:var(--soft);font-weight:400;font-size:.9375rem}" \
    ".users td{white-space:nowrap}" \
    ".users td[data-label=Role],.failures td{white-space:normal}" \
    "@media (min-width:40.01rem){.failures{table-layout:fixed}.failures th:first-child{width:42%}" \
        ".failures th:last-child{width:15%}}" \
    "@media (max-width:40rem){.users tr{padding:1rem 0}.users th{padding:0 0 .375rem}" \
        ".users td{display:grid;grid-template-columns:7.5rem minmax(0,1fr);white-space:normal}" \
        ".users td::before{content:attr(data-label);color:var(--soft);font-size:.9375rem}" \
        ".users td>*{justify-self:start}}"

#define IK_STYLE_GUIDE IK_STYLE_GUIDE_STEPS IK_STYLE_GUIDE_USERS

#endif
