// What turns TypeScript into JavaScript at start, for Pulumi as for the commands: ts-node calls it for each file, in
// place of the TypeScript compiler, which would take most of a preview's time. `make lint` checks the types.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const CACHE = path.join(__dirname, "node_modules", ".cache", "transpiled");
const { version } = require("sucrase/package.json");

exports.create = () => ({
  transpile(input, { fileName }) {
    // Every line stays where it is, so a stack trace needs no map. ts-node would still map each frame of each trace,
    // and the SDK takes a trace for every promise.
    Error.prepareStackTrace = undefined;
    const noMap = JSON.stringify({ version: 3, sources: [fileName], names: [], mappings: "" });
    return { outputText: cached(input, fileName), sourceMapText: noMap };
  },
});

/** The translation of a text, kept from one start to the next; a folder that cannot be written to only costs time. */
function cached(input, fileName) {
  const file = path.join(CACHE, `${createHash("sha256").update(`${version}\n${input}`).digest("hex")}.js`);
  try {
    return readFileSync(file, "utf8");
  } catch {
    const output = translated(input, fileName);
    keep(file, output);
    return output;
  }
}

function translated(input, filePath) {
  const { transform } = require("sucrase");
  return transform(input, { transforms: ["typescript", "imports"], filePath, disableESTransforms: true }).code;
}

/** Two processes may keep the same text at once; a reader must not see half of it. */
function keep(file, output) {
  try {
    mkdirSync(CACHE, { recursive: true });
    const own = `${file}.${process.pid}`;
    writeFileSync(own, output);
    renameSync(own, file);
  } catch {
    // The next start translates it again.
  }
}
