import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { withBases } from "../stacks/config/layers";
import { ENCRYPTED, PROJECT, qualified, type RawStack, splitKey, splitSecrets } from "../stacks/config/raw";
import { inSurroundings } from "../stacks/config/runner-image";

/** A stack file that cannot be read; the message is for the user. */
export class StackFileError extends Error {}

type Keys = Record<string, unknown>;

/** Reads `Pulumi.<stack>.yaml` with the defaults of `Pulumi.yaml`, as the engine would, but decrypts nothing. */
export function readStackFile(root: string, stack: string): RawStack {
  const defaults = projectDefaults(root);
  const file = path.join(root, stackFileName(stack));
  if (!existsSync(file)) {
    const stacks = stackNames(root);
    throw new StackFileError(
      `There is no stack file ${stackFileName(stack)} in ${root}. ` +
        (stacks.length
          ? `Stacks here: ${stacks.join(", ")}.`
          : "No stack file is here; are you in the project's folder?"),
    );
  }
  return rawStack({ ...defaults, ...qualified((readYaml(file).config ?? {}) as Keys) });
}

/** {@link readStackFile} of what `config:` says before there is a file. */
export function asStackFile(root: string, config: Keys): RawStack {
  return rawStack({ ...projectDefaults(root), ...qualified(config) });
}

function projectDefaults(root: string): Keys {
  return defaultsOf(readYaml(path.join(root, "Pulumi.yaml")));
}

function rawStack(keys: Keys): RawStack {
  return splitSecrets(
    Object.entries(keys).flatMap(([key, value]) => {
      const [namespace, name] = splitKey(key);
      return namespace === PROJECT ? [[name, withoutCiphers(value)] as const] : [];
    }),
  );
}

/** {@link readStackFile}, laid upon the bases that it extends. */
export function readStack(root: string, stack: string): RawStack {
  return laidOut(readStackFile(root, stack), root, stack);
}

/** {@link readStack} of what `config:` of a stack file is to say. */
export function asStack(root: string, stack: string, config: Keys): RawStack {
  return laidOut(asStackFile(root, config), root, stack);
}

function laidOut(raw: RawStack, root: string, stack: string): RawStack {
  return inSurroundings(withBases(raw, { root, file: stackFileName(stack) }), root);
}

export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The stacks that have a file. */
export function stackNames(root: string): string[] {
  return readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? []);
}

function readYaml(file: string): Keys {
  if (!existsSync(file))
    throw new StackFileError(`${file} is missing; run this in the project's folder, or use --cwd.`);
  try {
    return (parse(readFileSync(file, "utf8")) ?? {}) as Keys;
  } catch (error) {
    throw new StackFileError(`${file} is not YAML: ${(error as Error).message}`);
  }
}

function defaultsOf(project: Keys): Keys {
  const declared = qualified((project.config ?? {}) as Keys);
  return Object.fromEntries(
    Object.entries(declared).flatMap(([key, declaration]) => {
      const value = (declaration as Keys | null)?.default ?? (declaration as Keys | null)?.value;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function withoutCiphers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCiphers);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value);
  if (fields.length === 1 && fields[0]![0] === "secure") return ENCRYPTED;
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutCiphers(field)]));
}
