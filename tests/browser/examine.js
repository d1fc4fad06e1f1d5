// SPDX-License-Identifier: Apache-2.0
// What is wrong with the page that is shown, as a list of sentences. Run in the page with the number of columns it may have.
const complaints = [];
const say = (ok, text) => ok || complaints.push(text);
const shown = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
const brief = e => `<${e.tagName.toLowerCase()}> "${(e.innerText || e.value || "").slice(0, 40)}"`;
const all = css => [...document.querySelectorAll(css)].filter(shown);

// --- what fits
const wide = document.documentElement;
say(wide.scrollWidth <= innerWidth, `scrolls sideways: ${wide.scrollWidth} > ${innerWidth}`);
for (const e of all("body *"))
    say(e.getBoundingClientRect().right <= innerWidth + 0.5 && e.getBoundingClientRect().left >= -0.5, `${brief(e)} sticks out`);
for (const e of all("button, .actions > a"))
    say(e.scrollWidth <= e.clientWidth + 1, `${brief(e)} is wider than its button`);

// --- what fingers hit
for (const e of all("button, input, textarea, select, .actions > a"))
    say(e.getBoundingClientRect().height >= 44, `${brief(e)} is ${e.getBoundingClientRect().height} pixels high`);

// --- what stands side by side
for (const row of all(".actions")) {
    const tops = new Set([...row.children].map(e => Math.round(e.getBoundingClientRect().top)));
    const columns = innerWidth > 480;
    say(columns ? tops.size === 1 : tops.size === row.children.length, `the buttons of ${brief(row)} stand in ${tops.size} rows`);
    say(row.children.length > 0, "a row of buttons is empty");
}

// --- what can be read: WCAG 2.1 AA, 4.5 to 1
const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const numbers = color => color.match(/[\d.]+/g).map(Number);
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const ground = e => {
    for (; e; e = e.parentElement) {
        const color = numbers(getComputedStyle(e).backgroundColor);
        if (color.length === 3 || color[3] === 1)
            return color;
    }
    return [255, 255, 255];
};
const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
};
const texts = all("body *").filter(e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()));
say(texts.length > 2, "hardly any text");
for (const e of texts) {
    const ratio = contrast(numbers(getComputedStyle(e).color), ground(e));
    say(ratio >= 4.5, `${brief(e)} has a contrast of ${ratio.toFixed(2)}`);
}
// the edges of fields: 3 to 1
for (const e of all("input, textarea, select")) {
    const ratio = contrast(numbers(getComputedStyle(e).borderTopColor), ground(e));
    say(ratio >= 3, `the edge of ${e.name} has a contrast of ${ratio.toFixed(2)}`);
}

// --- what is read aloud
say(document.querySelectorAll("h1").length === 1, "not one heading");
say(document.querySelectorAll("main").length === 1, "not one main part");
say(document.documentElement.lang === "en", "no language");
say(document.title.length > 3, "no title");
for (const e of all("input, textarea, select"))
    say(e.labels.length === 1 && e.labels[0].innerText.trim(), `${e.name} has no label`);
for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const id of (e.getAttribute("aria-describedby") || e.getAttribute("aria-labelledby")).split(" "))
        say(document.getElementById(id), `${brief(e)} names ${id}, which is not there`);
for (const e of all("a, button"))
    say(e.innerText.trim(), "a link or button without a name");
const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
say(new Set(ids).size === ids.length, "an id twice");
return complaints;
