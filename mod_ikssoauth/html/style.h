/* SPDX-License-Identifier: Apache-2.0 */
/* The one style sheet of all pages, and its hash, by which the Content-Security-Policy admits it and no other. */
#ifndef IK_HTML_STYLE_H
#define IK_HTML_STYLE_H

#include "html/style_admin.h"

/* base64 of the SHA-256 of IK_STYLE; tests/unit/html/test_policy.c computes it anew and prints it when it differs. */
#define IK_STYLE_SHA256 "6t8M3vvv6+ocdgF9usb/NJR2YZM+OLy+doX35yuJA0U="

/* Colours of text reach contrast 4.5:1 on every ground they stand on, in light and in dark (WCAG 2.1 AA). */
#define IK_STYLE_LIGHT \
    "--page:#f2f4f9;--glow:#dbe3fb;--card:#fff;--line:#dbe0ea;--edge:#7d889b;--ink:#161d2c;--soft:#4d586b;" \
    "--accent:#3654d1;--accent-over:#2a44b4;--on-accent:#fff;--tint:#e8edfd;" \
    "--warn:#934700;--warn-tint:#fcefdf;--good:#14663a;--good-tint:#e2f4e8;--bad:#b3261e;--well:#f4f6fa;" \
    "--shade:0 1px 2px rgba(22,29,44,.06),0 16px 48px rgba(22,29,44,.1)"

#define IK_STYLE_DARK \
    "--page:#0c1017;--glow:#1a2547;--card:#161c27;--line:#2c3546;--edge:#76829a;--ink:#edf1f7;--soft:#aab5c6;" \
    "--accent:#9db3ff;--accent-over:#bccaff;--on-accent:#0d1430;--tint:#222d4f;" \
    "--warn:#ffbd75;--warn-tint:#3b2b18;--good:#82dba5;--good-tint:#173323;--bad:#ff9e94;--well:#10151e;" \
    "--shade:0 1px 2px rgba(0,0,0,.4),0 20px 56px rgba(0,0,0,.45)"

#define IK_STYLE \
    ":root{color-scheme:light dark;" IK_STYLE_LIGHT "}" \
    "@media (prefers-color-scheme:dark){:root{" IK_STYLE_DARK "}}" \
    "*,*::before,*::after{box-sizing:border-box}" \
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}" \
    "body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;" \
        "padding:2.5rem 1.25rem;color:var(--ink);" \
        "background:var(--page) radial-gradient(56rem 28rem at 50% -8rem,var(--glow),transparent) no-repeat;" \
        "font:400 1rem/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Noto Sans\"," \
        "\"Liberation Sans\",Arial,sans-serif}" \
    "header{display:flex;align-items:center;gap:.625rem;max-width:100%;margin-bottom:1.5rem;font-weight:600}" \
    "header p{margin:0;overflow-wrap:anywhere}" \
    ".mark{display:grid;place-items:center;flex:none;width:2rem;height:2rem;border-radius:.5rem;" \
        "background:var(--accent);color:var(--on-accent);font-weight:700;line-height:1}" \
    "main{width:100%;max-width:28rem;padding:2.5rem;background:var(--card);border:1px solid var(--line);" \
        "border-radius:1rem;box-shadow:var(--shade)}" \
    ".icon{display:grid;place-items:center;width:3rem;height:3rem;margin-bottom:1.25rem;border-radius:50%;" \
        "background:var(--tint);color:var(--accent)}" \
    ".icon.warning{background:var(--warn-tint);color:var(--warn)}" \
    ".icon svg{width:1.5rem;height:1.5rem;fill:none;stroke:currentColor;stroke-width:1.75;" \
        "stroke-linecap:round;stroke-linejoin:round}" \
    "h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.015em;" \
        "overflow-wrap:anywhere;text-wrap:balance}" \
    "p{text-wrap:pretty}" \
    ".lead{margin:0;color:var(--soft);overflow-wrap:anywhere}" \
    ".advice{margin:1rem 0 0;padding:.75rem 1rem;background:var(--tint);border-radius:.625rem}" \
    "ol{margin:1.5rem 0 0;padding:0;list-style:none;counter-reset:step;display:grid;gap:.875rem}" \
    "ol>li{position:relative;padding-left:2.375rem;counter-increment:step;overflow-wrap:anywhere}" \
    "ol>li::before{content:counter(step);position:absolute;left:0;top:0;display:grid;place-items:center;" \
        "width:1.625rem;height:1.625rem;border-radius:50%;background:var(--tint);color:var(--accent);" \
        "font-size:.8125rem;font-weight:700}" \
    "ol>li strong,.people strong{display:block;font-weight:600}" \
    "ol>li span,.people span{display:block;color:var(--soft);font-size:.9375rem}" \
    "ol+.advice{margin-top:1.5rem}" \
    ".people{margin:1.5rem 0 0;padding:0;list-style:none;display:grid;gap:.75rem}" \
    ".people li{padding:.75rem 1rem;border:1px solid var(--line);border-radius:.625rem;overflow-wrap:anywhere}" \
    ".people+.advice{margin-top:1.5rem}" \
    "form{margin:0}" \
    ".field{margin-top:1.5rem}" \
    ".field+.field{margin-top:1.125rem}" \
    "label{display:block;margin-bottom:.375rem;font-size:.9375rem;font-weight:600}" \
    "input{display:block;width:100%;min-height:2.875rem;padding:.625rem .875rem;border:1px solid var(--edge);" \
        "border-radius:.625rem;background:var(--card);color:var(--ink);font:inherit;text-overflow:ellipsis}" \
    "input[type=hidden]{display:none}" \
    "input::placeholder{color:var(--soft);opacity:1}" \
    "input[aria-invalid]{border-color:var(--warn)}" \
    ".problem,.hint{margin:.5rem 0 0;font-size:.9375rem;overflow-wrap:anywhere}" \
    ".problem{color:var(--warn);font-weight:500}" \
    ".hint,.help{color:var(--soft)}" \
    ".field~.actions{margin-top:1.25rem}" \
    ".help{margin:1.5rem 0 0;font-size:.9375rem;text-align:center}" \
    ".help a{color:var(--accent);font-weight:600;text-underline-offset:.2em}" \
    ".reference{margin:1.5rem 0 0}" \
    ".reference dt{margin-bottom:.375rem;color:var(--soft);font-size:.875rem}" \
    ".reference dd{margin:0;padding:.5rem .75rem;background:var(--well);border:1px solid var(--line);" \
        "border-radius:.5rem;overflow-wrap:anywhere;user-select:all;-webkit-user-select:all;" \
        "font:500 .9375rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace}" \
    ".actions{display:flex;gap:.75rem;margin-top:1.75rem}" \
    ".actions>*{flex:1 1 auto;min-height:2.75rem;padding:.625rem .75rem;border:1px solid var(--line);" \
        "border-radius:.625rem;background:none;color:var(--ink);font:inherit;font-weight:600;text-align:center;" \
        "text-decoration:none;cursor:pointer}" \
    ".actions>:hover{background:var(--well)}" \
    ".actions>.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}" \
    ".actions>.primary:hover{background:var(--accent-over);border-color:var(--accent-over)}" \
    "a:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:3px}" \
    "input:focus-visible{border-color:var(--accent);outline:2px solid var(--accent);outline-offset:0}" \
    ".busy circle{opacity:.25}" \
    ".late{animation:appear .3s 1.5s both}" \
    "@keyframes appear{from{opacity:0}}" \
    "@keyframes turn{to{transform:rotate(1turn)}}" \
    "@media (prefers-reduced-motion:no-preference){.busy svg{animation:turn .9s linear infinite}}" \
    "@media (max-width:30rem){body{padding:1.5rem 1rem}main{padding:1.75rem 1.375rem}" \
        ".actions{flex-direction:column}.actions>*{flex:none}}" \
    "@media (forced-colors:active){.mark,.icon,ol>li::before,.advice{border:1px solid}}" \
    "@media print{body{background:none}main{box-shadow:none}.actions{display:none}}" \
    IK_STYLE_ADMIN

#endif
