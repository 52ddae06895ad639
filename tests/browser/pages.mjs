// Every page of the console in a real browser: no violation that axe knows, light enough, quick enough, the same without
// script, usable by keyboard. Screenshots are left to be looked at.
//
// node tests/browser/pages.mjs ADDRESS SCREENSHOTS, with CHROMIUM, and NODE_TOOLS: a folder with playwright-core and axe-core.
// `scripts/console-check` calls it so.

import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [address, screenshots] = process.argv.slice(2);
const load = createRequire(join(process.env.NODE_TOOLS, "node_modules", "x.js"));
const { chromium } = load("playwright-core");
const axe = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");

const WEIGHT_MAX_BYTES = 100_000;
const TIME_MAX_MS = Number(process.env.CONSOLE_TIME_MAX_MS ?? 200);
const TRIES = 5;
const LINKS_MAX = 700;

const dossier = "/dossiers/ukraine-2025";
const draft = "from=r1&draft=1&operative=yes&attempts=unclear&actors.include=russia,ukraine&objects.include=infra" +
    "&window.start=2025-03-18&window.length.days=30&window.time_zone=Europe/Moscow";

// Name, path, status, words that must be on it, with script or without, and what it may weigh if that is more than the rest.
const PAGES = [
    ["dossiers", "/", 200, ["Ukraine, spring 2025"]],
    ["overview", dossier, 200, ["Railway energy system", "undetermined", "Coverage", "Known by"]],
    ["overview-known-by", `${dossier}?known_by=2025-03-20&basis=alleged`, 200, ["published by the end of 2025-03-20"]],
    ["overview-none", `${dossier}?as_of=0`, 200, ["position 0", "No reading is recorded"]],
    ["incident", `${dossier}/incidents/v03`, 200, ["What is missing", "What each account says", "First recorded"]],
    ["incident-denied", `${dossier}/incidents/v07?reading=r1&basis=alleged`, 200, ["denies", "occurred"]],
    ["compare", `${dossier}/compare?a=r1&b=r5`, 200, ["Where they part", "alleged: incidents by what"]],
    ["draft", `${dossier}/draft?from=r1`, 200, ["See what it would change"]],
    ["draft-changes", `${dossier}/draft?${draft}`, 200, ["Where they part", "draft says"]],
    ["draft-wrong", `${dossier}/draft?${draft.replace("infra", "castle,infra")}`, 400, ["castle", "cannot be read yet"]],
    ["records", `${dossier}/records?collection=reports`, 200, ["reports/v03-ukraine"]],
    ["record", `${dossier}/records/readings/r7`, 200, ["Ukraine", "objects.include[0]", "named the sectors"]],
    ["briefing-days", `${dossier}/briefing`, 200, ["2025-03-19", "Compose"]],
    ["briefing", `${dossier}/briefing?date=2025-03-19&known_by=2025-03-20T06:00:00Z`, 200, ["372", "Saudi Arabia", "[", "As a file"]],
    ["briefing-charts", `${dossier}/briefing?date=2025-03-28&charts=shown`, 200, ["Figures"], 160_000],
    // Letters of its alphabet take two bytes each.
    ["briefing-uk", `${dossier}/briefing?date=2025-03-19&language=uk`, 200, ["372"], 120_000],
    ["wrong-clocks", `${dossier}?as_of=yesterday&known_by=2025-02-30`, 400, ["as_of", "known_by", "yesterday"]],
    ["not-found", "/nowhere", 404, ["no page at this address"]],
    ["no-dossier", "/dossiers/none", 404, ["none"]],
];

const LOOKS = [
    ["light", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
    ["narrow", { colorScheme: "light", viewport: { width: 360, height: 740 } }],
];

const faults = [];
const fault = (page, what) => faults.push(`${page}: ${what}`);

/** Weight and time as whoever asks for the page alone has them: the best of a few tries, for the machine does other things too. */
async function measured(name, path, status, weightMax = WEIGHT_MAX_BYTES) {
    let best = Infinity;
    let bytes = 0;
    for (let i = 0; i < TRIES; i++) {
        const started = performance.now();
        const answer = await fetch(address + path, { redirect: "manual" });
        bytes = (await answer.arrayBuffer()).byteLength;
        best = Math.min(best, performance.now() - started);
        if (answer.status !== status) fault(name, `answers ${answer.status}, not ${status}`);
        for (const header of ["content-security-policy", "x-content-type-options", "referrer-policy"]) {
            if (!answer.headers.get(header)) fault(name, `has no ${header}`);
        }
    }
    if (bytes > weightMax) fault(name, `weighs ${bytes} bytes`);
    if (best > TIME_MAX_MS) fault(name, `takes ${best.toFixed(0)} ms`);
    return `${(bytes / 1000).toFixed(1)} kB, ${best.toFixed(0)} ms`;
}

/** Every link of the pages leads to a page. */
async function links(browser) {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const known = new Set();
    for (const [, path, status] of PAGES) {
        if (status !== 200) continue;
        await page.goto(address + path);
        for (const href of await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")))) {
            if (href.startsWith("/")) known.add(href.split("#")[0]);
        }
    }
    const some = [...known].sort().slice(0, LINKS_MAX);
    for (const href of some) {
        const answer = await fetch(address + href);
        const bytes = (await answer.arrayBuffer()).byteLength;
        if (answer.status !== 200) fault(href, `is linked, and answers ${answer.status}`);
        if (bytes > 2 * WEIGHT_MAX_BYTES) fault(href, `weighs ${bytes} bytes`);
    }
    await context.close();
    return some.length;
}

/** The briefing as one file brings its own style, and the policy of the answer lets just that in. */
async function file(browser) {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on("console", (said) => said.type() === "error" && fault("briefing file", `console: ${said.text()}`));
    await page.goto(`${address}${dossier}/briefing/file?format=html&date=2025-03-19`);
    const width = await page.evaluate(() => getComputedStyle(document.body).maxWidth);
    if (width === "none") fault("briefing file", "its style is not let in");
    await page.screenshot({ path: join(screenshots, "briefing-file.png") });
    await context.close();
}

/** The first stops of the tab key: the skip link, then what stands in the head, each with a visible ring. */
async function keyboard(page, name) {
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement?.getAttribute("href"));
    if (first !== "#main") fault(name, `the first stop is ${first}, not the link to the content`);
    await page.keyboard.press("Enter");
    const focused = await page.evaluate(() => document.activeElement?.id);
    if (focused !== "main") fault(name, "the link to the content does not lead to it");
    await page.keyboard.press("Tab");
    const ring = await page.evaluate(() => {
        const style = document.activeElement ? getComputedStyle(document.activeElement) : null;
        return style ? `${style.outlineStyle} ${style.outlineWidth}` : "none";
    });
    if (/none|0px/.test(ring)) fault(name, `what has the focus shows no ring: ${ring}`);
}

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-prefers-reduced-motion"],
});
mkdirSync(screenshots, { recursive: true });
try {
    for (const [name, path, status, words, weightMax] of PAGES) {
        const told = await measured(name, path, status, weightMax);
        const without = await browser.newContext({ javaScriptEnabled: false });
        const plain = await without.newPage();
        await plain.goto(address + path);
        const text = await plain.locator("body").innerText();
        for (const word of words) {
            if (!text.includes(word)) fault(name, `does not say ${JSON.stringify(word)} without script`);
        }
        await without.close();
        for (const [look, options] of LOOKS) {
            const context = await browser.newContext(options);
            const page = await context.newPage();
            page.on("console", (said) => {
                // A page that is refused is told to the console by the browser itself.
                if (said.type() === "error" && !/status of \d+/.test(said.text())) fault(name, `console: ${said.text()}`);
            });
            await page.goto(address + path);
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => globalThis.axe.run());
            for (const { id, impact, nodes } of violations) {
                fault(`${name} (${look})`, `${impact} ${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
            }
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            if (wide > 1) fault(`${name} (${look})`, `is ${wide} pixels wider than the screen`);
            await page.screenshot({ path: join(screenshots, `${name}-${look}.png`), fullPage: true });
            if (look === "light") {
                await keyboard(page, name);
                await page.emulateMedia({ media: "print" });
                await page.screenshot({ path: join(screenshots, `${name}-print.png`), fullPage: true });
            }
            await context.close();
        }
        console.log(`${name.padEnd(20)} ${told}`);
    }
    await file(browser);
    console.log(`${await links(browser)} links lead to pages`);
} finally {
    await browser.close();
}
if (faults.length > 0) {
    console.error(faults.join("\n"));
    process.exit(1);
}
