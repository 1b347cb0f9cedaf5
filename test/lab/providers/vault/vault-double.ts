import * as http from "node:http";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;
interface Answer {
  status: number;
  body?: Json;
}

/** Enough of Vault's HTTP API, in Vault's own answers, to test without Vault. */
export class VaultDouble {
  sealed = false;
  /** Token to the paths that it may not use. */
  denied: { token: string; path: RegExp } | undefined;
  /** Answers of status 400 that a KV write gets first. */
  settingUp = 0;
  readonly requests: string[] = [];
  readonly bodies: Json[] = [];
  readonly tokens: string[] = [];
  readonly namespaces: string[] = [];
  readonly mounts = new Map<string, Json>();
  readonly policies = new Map<string, string>();
  /** Roles and configurations of auth methods, by path. */
  readonly logical = new Map<string, Json>();
  readonly secrets = new Map<string, { versions: Json[]; deleted: Set<number>; metadata: Json }>();
  address = "";
  private server = http.createServer((request, response) => void this.handle(request, response));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let text = "";
    for await (const part of request) text += String(part);
    const path = decodeURIComponent((request.url ?? "").replace(/^\/v1\//, ""));
    const body = (text ? JSON.parse(text) : {}) as Json;
    const token = String(request.headers["x-vault-token"] ?? "");
    this.requests.push(`${request.method} ${path}`);
    this.bodies.push(body);
    this.tokens.push(token);
    this.namespaces.push(String(request.headers["x-vault-namespace"] ?? ""));
    const answer = this.answer(request.method ?? "", path, body, token);
    response.writeHead(answer.status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(answer.body ? JSON.stringify(answer.body) : undefined);
  }

  private answer(method: string, path: string, body: Json, token: string): Answer {
    if (this.sealed) return errors(503, "Vault is sealed");
    if (this.denied?.token === token && this.denied.path.test(path)) {
      return errors(403, "1 error occurred:\n\t* permission denied\n\n");
    }
    if (path === "auth/token/lookup-self") return data({ id: token, policies: ["root"], path: "auth/token/root" });
    if (path === "auth/token/create")
      return { status: 200, body: { auth: { client_token: "hvs.child", policies: [] } } };
    if (path.startsWith("sys/policies/acl/")) return this.policy(method, path.slice(17), body);
    if (path.startsWith("sys/remount")) return this.remount(method, body);
    if (path.startsWith("sys/auth/")) return this.mount(method, `auth/${path.slice(9)}`, body);
    if (path.startsWith("sys/mounts/")) return this.mount(method, path.slice(11), body);
    const kv = /^([^/]+)\/(data|metadata)\/(.+)$/.exec(path);
    if (kv && this.mounts.has(kv[1]!)) return this.kv(method, kv[2]!, `${kv[1]}/${kv[3]}`, body);
    return this.anything(method, path, body);
  }

  private policy(method: string, name: string, body: Json): Answer {
    if (method === "PUT") this.policies.set(name, String(body.policy));
    if (method === "DELETE") this.policies.delete(name);
    if (method !== "GET") return { status: 204 };
    const policy = this.policies.get(name);
    return policy === undefined ? errors(404, `No policy named: ${name}`) : data({ name, policy });
  }

  private remount(method: string, { from, to }: Json): Answer {
    if (method === "GET") return data({ migration_id: "m1", migration_info: { status: "success" } });
    this.mounts.set(String(to), this.mounts.get(String(from))!);
    this.mounts.delete(String(from));
    return data({ migration_id: "m1" });
  }

  private mount(method: string, path: string, body: Json): Answer {
    const tuned = path.replace(/\/tune$/, "");
    const mount = this.mounts.get(tuned);
    if (path !== tuned) return this.tune(method, mount!, body);
    if (method === "DELETE") {
      this.mounts.delete(path);
      return { status: 204 };
    }
    if (method === "GET") {
      const missing = path.startsWith("auth/") ? "No auth engine at" : "No secret engine mount at";
      return mount ? data(mount) : errors(400, `${missing} ${path}/`);
    }
    if (mount) return errors(400, `path is already in use at ${path}/`);
    const config = { default_lease_ttl: 0, max_lease_ttl: 0, force_no_cache: false };
    const given = { type: body.type, description: body.description ?? "", options: body.options ?? null };
    const flags = { local: false, seal_wrap: false, external_entropy_access: false };
    this.mounts.set(path, { accessor: `${body.type}_1a2b3c4d`, uuid: "u", ...given, ...flags, config });
    return { status: 204 };
  }

  private tune(method: string, mount: Json, body: Json): Answer {
    const config = mount.config as Json;
    if (method === "GET") return data({ ...config, default_lease_ttl: 2764800, token_type: "default-service" });
    const { description, options, ...rest } = body;
    if (description !== undefined) mount.description = description;
    if (options !== undefined) mount.options = options;
    for (const key of ["default_lease_ttl", "max_lease_ttl"]) {
      const given = String(rest[key] ?? 0);
      rest[key] = parseInt(given, 10) * (given.endsWith("h") ? 3600 : 1);
    }
    mount.config = { ...config, ...rest };
    return { status: 204 };
  }

  private kv(method: string, part: string, path: string, body: Json): Answer {
    const secret = this.secrets.get(path) ?? { versions: [], deleted: new Set<number>(), metadata: {} };
    const version = secret.versions.length;
    const about = {
      created_time: `2026-01-05T09:00:0${version}Z`,
      custom_metadata: (secret.metadata.custom_metadata as Json | undefined) ?? null,
      deletion_time: secret.deleted.has(version) ? "2026-01-06T00:00:00Z" : "",
      destroyed: false,
      version,
    };
    if (method === "GET" && version === 0) return errors(404);
    if (method === "GET" && part === "metadata") {
      return data({ cas_required: false, delete_version_after: "0s", max_versions: 0, ...about, ...secret.metadata });
    }
    if (method === "GET" && secret.deleted.has(version)) {
      return { status: 404, body: { request_id: "r", data: { data: null, metadata: about } } };
    }
    if (method === "GET") return data({ data: secret.versions[version - 1], metadata: about });
    this.secrets.set(path, secret);
    if (method === "DELETE" && part === "metadata") this.secrets.delete(path);
    else if (method === "DELETE") secret.deleted.add(version);
    else if (part === "metadata") secret.metadata = { ...secret.metadata, ...body };
    else return this.writeVersion(secret.versions, body);
    return { status: 204 };
  }

  private writeVersion(versions: Json[], body: Json): Answer {
    if (this.settingUp-- > 0) {
      return errors(
        400,
        "Upgrading from non-versioned to versioned data. This backend will be unavailable for a brief period and will resume service shortly.",
      );
    }
    const cas = (body.options as Json).cas;
    if (cas !== undefined && Number(cas) !== versions.length) {
      return errors(400, "check-and-set parameter did not match the current version");
    }
    versions.push(body.data as Json);
    return data({
      version: versions.length,
      created_time: "2026-01-05T09:00:00Z",
      deletion_time: "",
      destroyed: false,
    });
  }

  private anything(method: string, path: string, body: Json): Answer {
    if (method === "DELETE") this.logical.delete(path);
    if (method === "PUT") this.logical.set(path, { ...this.logical.get(path), ...body });
    if (method !== "GET") return { status: 204 };
    const found = this.logical.get(path);
    return found
      ? data({ token_num_uses: 0, token_bound_cidrs: [], alias_name_source: "serviceaccount_uid", ...found })
      : errors(404);
  }
}

function data(value: Json): Answer {
  return { status: 200, body: { request_id: "r", lease_id: "", renewable: false, data: value, warnings: null } };
}

function errors(status: number, ...messages: string[]): Answer {
  return { status, body: { errors: messages } };
}
