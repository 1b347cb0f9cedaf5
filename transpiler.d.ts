/** ts-node's interface of a transpiler. */
export function create(): {
  transpile(input: string, options: { fileName: string }): { outputText: string; sourceMapText: string };
};
