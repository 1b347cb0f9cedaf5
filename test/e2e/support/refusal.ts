import { ApiException } from "@kubernetes/client-node";

/** What an API server answers when it refuses. */
export interface Refusal {
  code: number;
  message: string;
}

/**
 * The refusal of a request that the API server must refuse.
 *
 * @throws {Error} when it answers it.
 */
export async function refusal(request: Promise<unknown>): Promise<Refusal> {
  let answer: unknown;
  try {
    answer = await request;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    const { message } = JSON.parse(error.body as string) as { message: string };
    return { code: error.code, message };
  }
  throw new Error(`The API server was to refuse this and answered: ${JSON.stringify(answer)}`);
}
