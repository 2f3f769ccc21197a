// Bundles the scripts and the style into the folder that is named on the command line.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const into = process.argv[2];
if (!into) throw new Error("name the folder to build into");

// Classic scripts, not modules: a page that is opened as a file may not load modules.
const result = await build({
  entryPoints: ["src/comity.ts", "src/timeline.ts", "src/network.ts", "src/comity.css"],
  outdir: into,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const packages = new Set();
for (const source of Object.keys(result.metafile.inputs)) {
  const inside = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source);
  if (inside) packages.add(inside[1]);
}
const licenses = [];
for (const name of [...packages].sort()) {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const text = await readFile(join(folder, "LICENSE"), "utf8");
  licenses.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
await mkdir(into, { recursive: true });
await copyFile("src/comity.svg", join(into, "comity.svg"));
await writeFile(join(into, "licenses.txt"), licenses.join("\n----\n\n"));
