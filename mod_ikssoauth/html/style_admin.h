/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the style sheet (html/style.h) that is for the wide pages of administrators. */
#ifndef IK_HTML_STYLE_ADMIN_H
#define IK_HTML_STYLE_ADMIN_H

#include "html/style_guide.h"

#define IK_STYLE_MONO "ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace"

/* Header, tabs, main. */
#define IK_STYLE_ADMIN_FRAME \
    ".admin{justify-content:flex-start;padding-top:1.75rem}" \
    ".admin>header,.admin>nav,.admin>main{width:100%;max-width:60rem}" \
    ".admin>header{gap:.75rem;margin-bottom:1rem;font-weight:400}" \
    ".admin>header+main{margin-top:1rem}" \
    ".whose{flex:1 1 auto;min-width:0;line-height:1.35}" \
    ".whose strong,.whose span{display:block}" \
    ".whose span{color:var(--soft);font-size:.875rem}" \
    ".who{display:flex;flex:0 1 auto;align-items:center;justify-content:flex-end;gap:.375rem 1.25rem;min-width:0;" \
        "font-size:.9375rem;text-align:right}" \
    ".who p{color:var(--soft)}" \
    ".who a{flex:none}" \
    ".admin>nav{margin-bottom:1.75rem;border-bottom:1px solid var(--line)}" \
    ".admin>nav ul{display:flex;gap:.25rem;margin:0 0 -1px;padding:0;list-style:none}" \
    ".admin>nav a{display:block;padding:.6875rem 1rem;border-bottom:3px solid transparent;color:var(--soft);" \
        "font-weight:600;text-decoration:none}" \
    ".admin>nav a:hover{color:var(--ink)}" \
    ".admin>nav a[aria-current]{border-color:var(--accent);color:var(--accent)}" \
    ".admin>main{padding:0;background:none;border:0;border-radius:0;box-shadow:none}" \
    ".admin h1{font-size:1.75rem;margin-bottom:1rem}" \
    ".admin a{color:var(--accent);text-underline-offset:.2em}" \
    ".admin p,.admin dd,.admin td,.admin li{overflow-wrap:anywhere}" \
    ".unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}"

/* Sections, text, boxes. */
#define IK_STYLE_ADMIN_SECTION \
    "section{margin-top:1.5rem;padding:1.75rem 2rem 2rem;background:var(--card);border:1px solid var(--line);" \
        "border-radius:1rem;box-shadow:0 1px 2px rgba(0,0,0,.04)}" \
    "h2{margin:0 0 .5rem;font-size:1.1875rem;line-height:1.3;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}" \
    "h3{margin:1.75rem 0 .5rem;font-size:1rem;font-weight:650;overflow-wrap:anywhere}" \
    ".text{margin:0 0 .75rem;max-width:44rem;color:var(--soft)}" \
    ".admin .lead{max-width:44rem}" \
    ".box{--edge-of:var(--accent);margin:1rem 0 0;padding:.875rem 1.125rem;background:var(--tint);border:1px solid transparent;" \
        "border-color:color-mix(in srgb,var(--edge-of) 28%,transparent);border-radius:.75rem}" \
    ".box.good{--edge-of:var(--good);background:var(--good-tint)}" \
    ".box.warning{--edge-of:var(--warn);background:var(--warn-tint)}" \
    ".box>*{margin:0}" \
    ".box>*+*{margin-top:.625rem}" \
    ".box ul{padding-left:1.25rem}" \
    ".box.good+section,.box+section{margin-top:1.5rem}"

/* Lists of values, rows of things, tables. */
#define IK_STYLE_ADMIN_LIST \
    ".values{margin:1rem 0 0}" \
    ".values>div{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:.125rem 1.25rem;align-items:center;" \
        "padding:.625rem 0;border-top:1px solid var(--line)}" \
    ".values>div:last-child{border-bottom:1px solid var(--line)}" \
    ".values dt{color:var(--soft);font-size:.9375rem}" \
    ".values dd{display:flex;gap:1rem;align-items:center;justify-content:space-between;margin:0;min-width:0}" \
    ".values dd>bdi{min-width:0;text-align:left}" \
    "[data-copy],.mono{font:500 .875rem/1.5 " IK_STYLE_MONO ";overflow-wrap:anywhere}" \
    ".rows{margin:1rem 0 0;padding:0;list-style:none;border-bottom:1px solid var(--line)}" \
    ".rows>li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.25rem 1.25rem;align-items:center;" \
        "padding:.875rem 0;border-top:1px solid var(--line)}" \
    ".rows p{margin:0}" \
    ".rows .actions{margin:0}" \
    ".rows .soft,.soft{color:var(--soft);font-size:.9375rem}" \
    ".pill{display:inline-block;padding:.125rem .625rem;border-radius:1rem;background:var(--good-tint);color:var(--good);" \
        "font-size:.8125rem;font-weight:600}" \
    ".pill.warning{background:var(--warn-tint);color:var(--warn)}" \
    ".pill.quiet{background:var(--well);color:var(--soft)}" \
    ".claims span{display:flex;gap:.75rem;align-items:center;justify-content:space-between;min-width:0}" \
    ".claims th,.claims td{width:50%;padding:.5rem 2.5rem .5rem 0;vertical-align:middle}" \
    ".chips,.words{display:flex;flex-wrap:wrap;gap:.625rem;margin:.75rem 0 0;padding:0;list-style:none}" \
    ".chips a{display:block;padding:.5rem 1rem;border:1px solid var(--line);border-radius:2rem;font-weight:600;" \
        "font-size:.9375rem;text-decoration:none}" \
    ".chips a:hover{background:var(--tint)}" \
    ".words{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.5rem 2.5rem}" \
    ".words li,.copied{display:flex;gap:.75rem;align-items:center;justify-content:space-between}" \
    ".checks{margin:.75rem 0 0;padding:0;list-style:none}" \
    ".check{display:flex;gap:.75rem;padding:.5rem 0}" \
    ".check.failed{margin-top:.5rem;padding:1rem 1.125rem;background:var(--warn-tint);border-radius:.75rem}" \
    ".check.failed>div>:first-child{font-weight:650}" \
    ".check.failed .soft{color:var(--ink)}" \
    ".check p{margin:0}" \
    ".check p+p{margin-top:.375rem}" \
    ".check>div{min-width:0}" \
    ".check svg{flex:none;width:1.375rem;height:1.375rem;margin-top:.0625rem;padding:.25rem;border-radius:50%;fill:none;" \
        "stroke:currentColor;stroke-width:3;stroke-linecap:round;stroke-linejoin:round;background:var(--good-tint);" \
        "color:var(--good)}" \
    ".check.failed svg{background:var(--warn);color:var(--warn-tint)}" \
    ".check.skipped svg{background:var(--well);color:var(--soft)}" \
    ".remarks{margin:.5rem 0 0;padding-left:1.25rem;color:var(--soft)}" \
    ".remarks li+li{margin-top:.375rem}" \
    "td p{margin:0}" \
    "table{width:100%;margin:1rem 0 0;border-collapse:collapse;text-align:left}" \
    "th,td{padding:.75rem 1rem .75rem 0;border-bottom:1px solid var(--line);vertical-align:top}" \
    "th:last-child,td:last-child{padding-right:0}" \
    "thead th{color:var(--soft);font-size:.875rem;font-weight:500}" \
    "tbody th{font-weight:600;overflow-wrap:anywhere}"

/* Forms and buttons. */
#define IK_STYLE_ADMIN_FORM \
    "textarea,select{display:block;width:100%;min-height:2.875rem;padding:.625rem .875rem;border:1px solid var(--edge);" \
        "border-radius:.625rem;background:var(--card);color:var(--ink);font:inherit}" \
    "textarea{resize:vertical;font:500 .875rem/1.5 " IK_STYLE_MONO "}" \
    "textarea[aria-invalid],select[aria-invalid]{border-color:var(--warn)}" \
    "textarea:focus-visible,select:focus-visible,input[type=date]:focus-within{border-color:var(--accent);" \
        "outline:2px solid var(--accent);outline-offset:0}" \
    "fieldset{margin:2rem 0 0;padding:0;border:0;min-width:0}" \
    "legend{padding:0;font-size:1rem;font-weight:650}" \
    ".option{display:grid;grid-template-columns:minmax(0,1fr) 12rem;gap:.25rem 2rem;align-items:center;padding:.875rem 0;" \
        "border-bottom:1px solid var(--line)}" \
    ".option label,.option .hint{margin:0}" \
    ".admin .actions{flex-wrap:wrap;justify-content:flex-start}" \
    ".admin .actions>*,.who button,.copy{flex:0 0 auto;min-width:7.5rem;padding:.625rem 1.25rem}" \
    ".admin .actions>a{color:var(--ink)}" \
    ".admin .actions>.primary{color:var(--on-accent)}" \
    ".who button,.copy{min-width:0;min-height:2.75rem;padding:.5rem 1rem;border:1px solid var(--line);border-radius:.625rem;" \
        "background:var(--card);color:var(--ink);font:inherit;font-size:.875rem;font-weight:600;cursor:pointer}" \
    ".who button:hover,.copy:hover{background:var(--well)}" \
    ".actions>.danger{border-color:currentColor;color:var(--bad)}" \
    ".inline{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin-top:1rem}" \
    ".inline .field,.inline .actions{margin:0}"

#define IK_STYLE_ADMIN_PHONE \
    "@media (max-width:40rem){.admin{padding-top:1rem}.admin>header{flex-wrap:wrap}" \
        ".who{flex:1 0 100%;flex-wrap:wrap;justify-content:space-between;text-align:left}.who p{min-width:0}" \
        ".admin>main{padding:0}section{padding:1.25rem 1.125rem 1.5rem}.admin h1{font-size:1.5rem}" \
        ".words{grid-template-columns:minmax(0,1fr)}.claims th,.claims td{width:100%;padding:.125rem 0}" \
        ".values>div,.option,.rows>li{grid-template-columns:minmax(0,1fr)}" \
        "thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}" \
        "tr{display:block;padding:.75rem 0;border-bottom:1px solid var(--line)}" \
        "th,td{display:block;padding:.125rem 0;border:0}}" \
    "@media (max-width:30rem){.admin .actions>*{flex:none}}" \
    "@media (forced-colors:active){.pill,.box,.check.failed{border:1px solid}.admin>nav a{border-color:Canvas}" \
        ".admin>nav a[aria-current]{border-color:Highlight}}" \
    "@media print{.copy,.who,.admin>nav{display:none}section{break-inside:avoid}}"

#define IK_STYLE_ADMIN IK_STYLE_ADMIN_FRAME IK_STYLE_ADMIN_SECTION IK_STYLE_ADMIN_LIST IK_STYLE_ADMIN_FORM IK_STYLE_ADMIN_PHONE \
    IK_STYLE_GUIDE

#endif
