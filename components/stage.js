// Makes the folder that is packed for npm: the sources, which Pulumi infers the schema from, and beside them what Node
// and TypeScript read, since nothing compiles TypeScript below node_modules. In the repository the sources stand alone,
// so that the program runs what is edited; `private` keeps them from being published without this.
const { execFileSync } = require("node:child_process");
const { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const ROOT = path.join(__dirname, "..");
const COMPILED = "dist";

/** @param {string} target the folder, which is made anew */
exports.stage = (target) => {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const source of sources()) cpSync(path.join(__dirname, source), path.join(target, source));
  for (const file of ["PulumiPlugin.yaml", "tsconfig.json", "README.md"]) {
    copyFileSync(path.join(__dirname, file), path.join(target, file));
  }
  for (const file of ["LICENSE", "CHANGELOG.md"]) copyFileSync(path.join(ROOT, file), path.join(target, file));
  // What `make lint` has checked is not checked again.
  const options = [
    "--noCheck",
    "--declaration",
    "--stripInternal",
    "--rootDir",
    __dirname,
    "--outDir",
    path.join(target, COMPILED),
  ];
  const compiler = require.resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", __dirname, ...options], { stdio: "inherit" });
  const manifest = JSON.parse(readFileSync(path.join(__dirname, "package.json"), "utf8"));
  delete manifest.private;
  const entry = { main: `${COMPILED}/index.js`, types: `${COMPILED}/index.d.ts` };
  writeFileSync(path.join(target, "package.json"), `${JSON.stringify({ ...manifest, ...entry }, null, 2)}\n`);
};

/** The package's own TypeScript, relative to its folder. */
function sources() {
  return readdirSync(__dirname, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".ts") && !/^(node_modules|dist)[\\/]/.test(file))
    .sort();
}
exports.sources = sources;

if (require.main === module) {
  const target = path.resolve(process.argv[2] ?? path.join(ROOT, "out", "package"));
  exports.stage(target);
  process.stdout.write(`${path.relative(process.cwd(), target)}\n`);
}
