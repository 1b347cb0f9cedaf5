import * as http from "node:http";
import * as https from "node:https";

/** What a Kubernetes Status says, or the beginning of an answer that is none. */
export function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.slice(0, 200);
  }
}

/**
 * One request and its answer.
 *
 * @throws {Error} when there is no answer: where, and why.
 */
export function exchange(
  url: URL,
  options: https.RequestOptions,
  body?: string,
): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new Error(`${url.origin} does not answer: ${error.message}`));
    const request = (url.protocol === "http:" ? http : https).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", failed);
      response.on("end", () =>
        resolve({ code: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    request.on("timeout", () => request.destroy(new Error(`nothing in ${(options.timeout ?? 0) / 1000} s`)));
    request.on("error", failed);
    request.end(body);
  });
}
