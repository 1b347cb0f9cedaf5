import { valueIn } from "./credentials";
import type { Secret } from "./objects";

/** The types of Secrets that the kubelet takes registry credentials from, and the key of each (`credentialprovider`). */
const KEYS: Record<string, string> = {
  "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
  "kubernetes.io/dockercfg": ".dockercfg",
};

interface Entry {
  auth?: unknown;
  username?: unknown;
  password?: unknown;
}

/** What a pull Secret is good for. Nothing of what it holds is repeated but the names of registries. */
export interface DockerConfig {
  /** What is wrong, a line each. */
  problems: string[];
  /** Registries that it names. */
  registries: string[];
}

/** Reads a Secret as the kubelet does. */
export function dockerConfig(secret: Secret): DockerConfig {
  const { type = "Opaque" } = secret;
  const key = KEYS[type];
  if (!key) return broken(`its type is ${type}; the kubelet takes ${Object.keys(KEYS).join(" or ")} alone`);
  const text = valueIn(secret, key);
  if (text === "") return broken(`it has no key ${key}`);
  const config = objectIn(text);
  if (!config) {
    return broken(`${key} ${objectIn(decoded(text)) ? "was encoded in base64 twice" : "is not a JSON object"}`);
  }
  const auths = key === ".dockercfg" ? config : config.auths;
  if (!isObject(auths) || !Object.keys(auths).length) return broken(`${key} names no registry (auths)`);
  return {
    problems: Object.entries(auths).flatMap(([registry, entry]) => {
      const problem = entryProblem(isObject(entry) ? entry : {});
      return problem ? [`${registry}: ${problem}`] : [];
    }),
    registries: Object.keys(auths),
  };
}

function broken(problem: string): DockerConfig {
  return { problems: [problem], registries: [] };
}

/** `auth` goes before user and password (`DockerConfigEntry.UnmarshalJSON`). */
function entryProblem({ auth, username, password }: Entry): string | undefined {
  if (typeof auth !== "string" || auth === "") {
    return username && password ? undefined : "there is neither auth nor username and password";
  }
  const login = decoded(auth);
  if (!login.includes(":")) {
    return decoded(login).includes(":")
      ? "auth was encoded in base64 twice"
      : "auth is not the base64 of user:password";
  }
  if (/:\s*$|^:/.test(login)) return "auth has an empty user or password";
  return /\s$/.test(login) ? "the password in auth ends with a space or a line end" : undefined;
}

/** The text behind base64; empty where it is none. */
function decoded(text: string): string {
  const clean = text.trim();
  return /^[A-Za-z0-9+/]+=*$/.test(clean) ? Buffer.from(clean, "base64").toString("utf8") : "";
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Docker Hub has several names; credentials stand under its historic URL. */
const HUB = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/** Registry of an image: what is before the first slash, where that can be a host. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length && /[.:]|^localhost$/.test(first) ? first : HUB[0]!;
}

/** Whether credentials for a registry are used for an image: `*` stands for a part of the host, a path for its beginning. */
export function serves(registry: string, image: string): boolean {
  const [host = "", ...path] = registry
    .replace(/^https?:\/\//, "")
    .replace(/\/(v[12]\/?)?$/, "")
    .split("/");
  const wanted = registryOf(image);
  if (!(HUB.includes(host) ? HUB.includes(wanted) : matches(host, wanted))) return false;
  return !path.length || image.slice(wanted.length + 1).startsWith(path.join("/"));
}

function matches(pattern: string, host: string): boolean {
  const [patterns, parts] = [pattern.split("."), host.split(".")];
  return patterns.length === parts.length && patterns.every((each, index) => each === "*" || each === parts[index]);
}
