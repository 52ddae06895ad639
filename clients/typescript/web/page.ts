/**
 * A page that asks over gRPC-Web: lists the dossiers, and for each what its latest readings make of what is alleged.
 *
 * The address of the server is the page's own, unless `?server=http://…` says another, which must let this page's origin in.
 */

import { Basis } from "../gen/armistice/v1/assessment_pb.js";
import { AssessmentService } from "../gen/armistice/v1/assessment_service_pb.js";
import { DossierService } from "../gen/armistice/v1/dossier_service_pb.js";
import { pages } from "../src/pages.js";
import { connect, refusalOf } from "../src/web.js";

const address = new URLSearchParams(location.search).get("server") ?? location.origin;
const dossiers = connect(DossierService, address);
const assessments = connect(AssessmentService, address);

/** Text goes in as text: what a record says is never markup. */
function element(name: string, ...inside: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  made.append(...inside);
  return made;
}

async function table(dossier: string): Promise<HTMLElement> {
  const body = element("tbody");
  let readings = new Map<string, string>();
  for await (const page of pages(assessments.tally, { parent: dossier, bases: [Basis.ALLEGED] })) {
    readings = new Map(page.readings.map((r) => [r.reading, r.heldBy.split("/").at(-1) ?? ""]));
    for (const row of page.rows) {
      const counts = [row.breach, row.noBreach, row.undetermined, row.notAssessed];
      const reading = `${row.reading.split("/").at(-1)} (${readings.get(row.reading)})`;
      body.append(element("tr", ...[reading, ...counts].map((cell) => element("td", String(cell)))));
    }
  }
  const heads = ["Reading", "Breach", "No breach", "Undetermined", "Not assessed"];
  return element("table", element("thead", element("tr", ...heads.map((head) => element("th", head)))), body);
}

const main = element("main");
main.id = "dossiers";
try {
  for await (const page of pages(dossiers.listDossiers, {})) {
    for (const dossier of page.dossiers) {
      main.append(element("h2", dossier.displayName || dossier.name), await table(dossier.name));
    }
  }
  document.body.dataset["done"] = "yes";
} catch (error) {
  main.replaceChildren(element("p", String(refusalOf(error))));
}
document.getElementById("dossiers")?.replaceWith(main);
