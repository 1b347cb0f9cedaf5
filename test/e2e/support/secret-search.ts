import * as assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

/** Texts by the name of the place that they come from. */
export type Places = Record<string, string>;

/** Where which secret is to be seen and in which form, a line each. */
export function findSecrets(secrets: Record<string, string>, places: Places): string[] {
  const forms = Object.entries(secrets).flatMap(([name, value]) =>
    Object.entries(formsOf(value)).map(([form, text]) => ({ found: `${name}, ${form}`, text })),
  );
  return Object.entries(places).flatMap(([place, content]) =>
    forms.filter(({ text }) => content.includes(text)).map(({ found }) => `${place}: ${found}`),
  );
}

/** Asserts that no secret is to be seen in any of the places, of which at least one has text. */
export function assertHidden(secrets: Record<string, string>, places: Places): void {
  assert.ok(Object.values(places).some(Boolean), "there is nothing to search");
  assert.deepEqual(findSecrets(secrets, places), []);
}

/** The forms in which a value would give itself away. */
export function formsOf(value: string): Record<string, string> {
  const json = inJson(value);
  const lines = value.trim().split("\n");
  const forms = {
    "as it is": value.trim(),
    "one line of it": lines[Math.floor(lines.length / 2)]!,
    "in JSON": json,
    "in JSON in JSON": inJson(json),
    "in JSON in JSON in JSON": inJson(inJson(json)),
    "in a URL": encodeURIComponent(value),
    "in hexadecimal": Buffer.from(value).toString("hex"),
    // Behind another text, such as `user:`, the same bytes are other characters.
    "in base64": base64Behind(0, value),
    "in base64 behind one byte": base64Behind(1, value),
    "in base64 behind two bytes": base64Behind(2, value),
  };
  const seen = new Set<string>();
  return Object.fromEntries(Object.entries(forms).filter(([, text]) => !seen.has(text) && seen.add(text)));
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The characters of the base64 text that come from the value alone, when so many bytes modulo 3 are before it. */
function base64Behind(bytes: number, value: string): string {
  const all = Buffer.concat([Buffer.alloc(bytes), Buffer.from(value)]);
  const first = Math.ceil((bytes * 4) / 3);
  return all.toString("base64").slice(first, Math.floor((all.length * 4) / 3));
}

/** All files below a folder, or the one file. */
export function filesBelow(folder: string): Places {
  if (!existsSync(folder)) return {};
  if (!statSync(folder).isDirectory()) return { [folder]: readFileSync(folder, "latin1") };
  return Object.fromEntries(readdirSync(folder).flatMap((name) => Object.entries(filesBelow(path.join(folder, name)))));
}
