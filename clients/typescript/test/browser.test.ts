/**
 * The page of web/, in a real browser: headless Chromium loads it from one origin, and it asks a server at another over
 * gRPC-Web. The server is the binary in ARMISTICE, started here, for it must be told the page's origin.
 *
 * The page tells the test what it shows once it shows an answer. Chromium's own `--dump-dom` does not know when that is:
 * on a busy machine its virtual time ran out first.
 */

import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { needed } from "./served.js";

const run = promisify(execFile);
const chromium = needed("CHROMIUM");
const armistice = needed("ARMISTICE");
const web = new URL("../web/", import.meta.url);

/** Put at the end of the page: sends what is shown when the line that asks for patience is gone. */
const tells = `<script>
  new MutationObserver((_, observer) => {
    if (!document.getElementById("dossiers").textContent.includes("Asking the server")) {
      observer.disconnect();
      fetch("/shown", { method: "POST", body: document.body.outerHTML });
    }
  }).observe(document.body, { childList: true, subtree: true });
</script>`;

const files = createServer((request, response) => {
  answer(request).then(
    ([type, body]) => response.writeHead(200, { "content-type": type }).end(body),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

async function answer(request: IncomingMessage): Promise<[string, Buffer | string]> {
  if (request.method === "POST") {
    files.emit("shown", Buffer.concat(await request.toArray()).toString());
    return ["text/plain", ""];
  }
  if (request.url === "/page.js") {
    return ["text/javascript", await readFile(new URL("page.js", web))];
  }
  const page = await readFile(new URL("index.html", web), "utf8");
  return ["text/html; charset=utf-8", page.replace("</body>", `${tells}</body>`)];
}

let folder = "";
let origin = "";
let server: ChildProcess | undefined;
let served = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "armistice-browser-"));
  files.listen(0, "127.0.0.1");
  await once(files, "listening");
  origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  const words = ["serve", "--listen", "127.0.0.1:0", "--data-dir", join(folder, "data"), "--log-filter", "warn"];
  server = spawn(armistice, [...words, "--cors-origin", origin], { stdio: ["ignore", "pipe", "inherit"] });
  assert.ok(server.stdout);
  for await (const line of createInterface(server.stdout)) {
    served = `http://${line.replace("listening on ", "")}`;
    break;
  }
  assert.notEqual(served, "", "the server did not start");
  await run(armistice, ["import", "--server", served, needed("ARMISTICE_CASE")]);
});

after(async () => {
  files.close();
  if (server !== undefined && server.exitCode === null) {
    server.kill();
    await once(server, "exit");
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** What the page shows once it has an answer, or a refusal. */
async function shown(address: string): Promise<string> {
  const flags = ["--headless", "--disable-gpu", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run"];
  const profile = `--user-data-dir=${join(folder, "chromium")}`;
  const url = `${origin}/?server=${encodeURIComponent(address)}`;
  // With a debugging port it stays until it is told to go.
  const browser = spawn(chromium, [...flags, profile, "--remote-debugging-port=0", url], { stdio: "ignore" });
  const ended = once(browser, "exit");
  try {
    const patience = AbortSignal.timeout(120_000);
    const [body] = await Promise.race([
      once(files, "shown", { signal: patience }),
      ended.then(() => assert.fail("Chromium ended by itself")),
    ]);
    return body;
  } finally {
    browser.kill();
    await ended;
  }
}

test("a page of an origin that was named lists dossiers and counts in Chromium", async () => {
  const dom = await shown(served);
  assert.match(dom, /data-done="yes"/, dom);
  assert.match(dom, /<h2>Ukraine, spring 2025<\/h2>/);
  assert.match(dom, /<td>r5 \(russia\)<\/td><td>13<\/td><td>4<\/td><td>17<\/td><td>0<\/td>/);
});

test("a page of an origin that was not named is not let in", async () => {
  const dom = await shown(`http://${needed("ARMISTICE_ADDRESS")}`);
  assert.match(dom, /<main id="dossiers"><p>no answer \(code 2\)/, dom);
  assert.doesNotMatch(dom, /data-done|Ukraine, spring 2025/);
});
