// What turns TypeScript into JavaScript at start, for Pulumi as for the commands: ts-node calls it for each file, in
// place of the TypeScript compiler, which would take most of a preview's time. `make lint` checks the types.
const { transform } = require("sucrase");

exports.create = () => ({
  transpile(input, { fileName }) {
    const { code, sourceMap } = transform(input, {
      transforms: ["typescript", "imports"],
      filePath: fileName,
      sourceMapOptions: { compiledFilename: fileName },
      disableESTransforms: true,
    });
    return { outputText: code, sourceMapText: JSON.stringify(sourceMap) };
  },
});
