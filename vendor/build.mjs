// Makes functions/api/pages/vendor: the editor's bundle, Swagger UI as it is published, and their licences.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

const target = process.argv[2];
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

const made = await build({
  entryPoints: ["editor.js"], outdir: target, bundle: true, splitting: true, minify: true, format: "esm",
  chunkNames: "[name]-[hash]", target: "es2022", legalComments: "none", metafile: true, logLevel: "warning",
});
for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  copyFileSync(join("node_modules/swagger-ui-dist", name), join(target, name));
}

const packages = new Set(["swagger-ui-dist"]);
for (const input of Object.keys(made.metafile.inputs)) {
  const name = input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (name) packages.add(name);
}
const parts = [...packages].sort().map((name) => {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((each) => /^(licen[cs]e|notice|swagger-ui-bundle\.js\.LICENSE)/i.test(each));
  if (!files.length) throw new Error(`${name} has no licence file`);
  const texts = files.sort().map((each) => readFileSync(join(folder, each), "utf8").trim());
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
});
writeFileSync(join(target, "LICENSES.txt"), parts.join(`\n${"-".repeat(80)}\n\n`));
