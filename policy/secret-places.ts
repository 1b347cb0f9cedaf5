import { textAt } from "./subject";
import { isFields, isMarkedSecret, isUnknown } from "./wire";

/** A place where a secret stands in clear. */
export interface SecretPlace {
  /** For example `spec.template.spec.containers[0].env[2].value`. */
  path: string;
  /** Name of the field or environment variable, where the place was found by its name alone. */
  name?: string;
  /** Why it is taken for a secret; never the value. */
  looksLike: string;
}

/** Texts that can be nothing else. GitHub's and Vault's prefixes are documented, to be found by scanners. */
const FORMS: readonly (readonly [string, ...RegExp[]])[] = [
  ["is a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["is a GitHub token", /\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})/],
  ["is a Vault token", /\bhv[sbr]\.[A-Za-z0-9_-]{20,}/],
  ["is a JSON web token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
  ["has a registry's credentials in it", /"auths"\s*:/, /"(auth|password|identitytoken)"\s*:\s*"(?!\{\{)[^"]/],
  ["is a URL with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/],
  ["is a kubeconfig with credentials", /\bclusters\b/, /(^|[\s{,])"?(token|password|client-key-data)"?\s*:\s*\S/m],
];

/** The end of a name whose value is a secret: `DB_PASSWORD`, `githubToken`, `client_secret`. */
const FIELD = /(token|password|passwd|private_?key|api_?key|access_?key|client_?secret)$/i;
const VARIABLE = /(^|_)(TOKEN|PASSWORD|PASSWD|SECRET|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|CREDENTIALS)$/i;
/** Values that are none: templates and references that are filled in elsewhere, switches, numbers. */
const NO_VALUE = /^\s*$|\{\{|^\$\(|^(true|false|\d+)$/i;

/** Fields that are secret as a whole, by type. The official SDKs mark them; what registers resources by hand may not. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:core/v1:Secret": ["data", "stringData"],
  "vault:kv/secretV2:SecretV2": ["dataJson"],
  "vault:kv/secret:Secret": ["dataJson"],
  "vault:generic/secret:Secret": ["dataJson"],
  "pulumi:providers:vault": ["token"],
  "pulumi:providers:github": ["token"],
};

/** Where secrets stand in the properties of a resource without the mark of one. */
export function secretPlaces(wire: unknown, type: string): SecretPlace[] {
  const whole = WHOLE[type] ?? [];
  return fieldsOf(wire).flatMap(([key, value]) =>
    whole.includes(key) ? inClear(value, key) : placesIn(value, [key], ""),
  );
}

function inClear(value: unknown, path: string): SecretPlace[] {
  return isSet(value) ? [{ path, looksLike: "is secret as a whole" }] : [];
}

function placesIn(value: unknown, path: string[], name: string): SecretPlace[] {
  if (isMarkedSecret(value) || isUnknown(value)) return [];
  if (typeof value === "string") return placeOf(value, path, name);
  if (Array.isArray(value)) {
    const last = path.at(-1) ?? "";
    return value.flatMap((each, index) => placesIn(each, [...path.slice(0, -1), `${last}[${index}]`], ""));
  }
  // An environment variable has its name beside its value.
  const variable = isFields(value) && /\benv\[\d+\]$/.test(path.at(-1) ?? "") ? textAt(value, "name") : "";
  return fieldsOf(value).flatMap(([key, field]) => placesIn(field, [...path, key], key === "value" ? variable : key));
}

function placeOf(text: string, path: string[], name: string): SecretPlace[] {
  const place = path.join(".");
  const form = formOf(text) ?? formOf(decoded(text));
  if (form) return [{ path: place, looksLike: form }];
  const named = path.at(-1) === "value" ? VARIABLE.test(name) : FIELD.test(name);
  return named && !NO_VALUE.test(text) ? [{ path: place, name, looksLike: `has the name of a secret (${name})` }] : [];
}

function formOf(text: string): string | undefined {
  return FORMS.find(([, ...patterns]) => patterns.every((pattern) => pattern.test(text)))?.[0];
}

/** What a text says in base64, if it is that. */
function decoded(text: string): string {
  const packed = text.replaceAll(/\s/g, "");
  return packed.length >= 24 && /^[A-Za-z0-9+/]+=*$/.test(packed) ? Buffer.from(packed, "base64").toString() : "";
}

function fieldsOf(value: unknown): [string, unknown][] {
  return isFields(value) ? Object.entries(value) : [];
}

function isSet(value: unknown): boolean {
  if (isMarkedSecret(value) || isUnknown(value) || value === undefined || value === null || value === "") return false;
  const inner = isFields(value) ? Object.values(value) : undefined;
  return inner ? inner.some(isSet) : true;
}
