import { at } from "./object";

/** What the API server answered in place of what was asked. */
export class ApiError extends Error {
  /** The reason of its Status object: `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`. */
  readonly reason: string;

  constructor(
    readonly code: number,
    readonly body: unknown,
  ) {
    const message = at(body, "message");
    super(typeof message === "string" ? message : `the API server answered ${code}`);
    const reason = at(body, "reason");
    this.reason = typeof reason === "string" ? reason : "";
  }
}

/** The kind is not one that the API server has. */
export class NoKindError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

/** Whether the object, or what it is in, is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Whether it is the namespace that is not there. */
export function isNamespaceNotFound(error: unknown): boolean {
  return isNotFound(error) && at((error as ApiError).body, "details", "kind") === "namespaces";
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "AlreadyExists";
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.code === 403;
}

/** Whether other managers own fields that an apply would set. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "Conflict";
}

/** Whether a field of it cannot change. */
export function isImmutable(error: unknown): boolean {
  return error instanceof ApiError && error.code === 422 && error.message.includes("field is immutable");
}
