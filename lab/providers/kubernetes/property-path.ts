/** Where a property is: a string is a key, a number an index. */
export type Path = (string | number)[];

const STEP = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]/y;

/** Reads a path as Pulumi writes it: `spec.template`, `metadata.annotations["a.b/c"]`, `spec.containers[0].image`. */
export function parsePath(text: string): Path {
  const path: Path = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const match = STEP.exec(text);
    if (match === null) {
      throw new Error(`"${text}" is not a property path`);
    }
    const [, name, quoted, index] = match;
    if (index !== undefined) {
      path.push(index === "*" ? "*" : Number(index));
    } else {
      path.push(name ?? (quoted ?? "").replace(/\\(.)/g, "$1"));
    }
  }
  return path;
}

/** Writes a path as Pulumi reads it. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") {
      return `${text}[${step}]`;
    }
    if (/[."[\]]/.test(step)) {
      return `${text}["${step.replaceAll('"', '\\"')}"]`;
    }
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** Whether the one path is the other, or what holds it; a `*` is any step. */
export function containsPath(holder: Path, path: Path): boolean {
  return holder.length <= path.length && holder.every((step, index) => step === "*" || step === path[index]);
}
