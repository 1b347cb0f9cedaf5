import { isConflict } from "./api-error";

const HELP =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
  "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";

/** An apply whose conflict with another manager's fields is thrown with what it means; the server's words name both. */
export async function withConflictExplained<T>(fieldManager: string, apply: () => Promise<T>): Promise<T> {
  try {
    return await apply();
  } catch (error) {
    if (!isConflict(error)) {
      throw error;
    }
    throw new Error(
      `server-side apply field conflict detected, see ${HELP} for help\n` +
        `The resource managed by field manager "${fieldManager}" had an apply conflict: ${(error as Error).message}`,
    );
  }
}
