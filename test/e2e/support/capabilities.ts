/** A line of Vault's audit log, as far as this needs it. */
export interface AuditLine {
  type: string;
  auth?: { policies?: string[] };
  request: { operation: string; path: string };
}

/** Capabilities of a Vault policy by path, as it is written. */
export type Capabilities = Record<string, string[]>;

/** What a policy gives. */
export function capabilitiesOf(policy: string): Capabilities {
  return Object.fromEntries(
    [...policy.matchAll(/path "([^"]+)" *\{ *capabilities = \[([^\]]*)\]/g)].map(([, path, list]) => [
      path!,
      [...list!.matchAll(/"(\w+)"/g)].map(([, capability]) => capability!).sort(),
    ]),
  );
}

/** Those of a policy's capabilities that were used; the names of Vault's operations are those of capabilities. */
export function capabilitiesUsed(policy: Capabilities, log: AuditLine[]): Capabilities {
  return Object.fromEntries(
    Object.keys(policy).map((path) => {
      const matching = log.filter(({ request }) =>
        path.endsWith("*") ? request.path.startsWith(path.slice(0, -1)) : request.path === path,
      );
      return [path, [...new Set(matching.map(({ request }) => request.operation))].sort()];
    }),
  );
}
