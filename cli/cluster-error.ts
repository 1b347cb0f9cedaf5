/** A cluster that cannot be read; the message is for the user. */
export class ClusterError extends Error {
  /** @param code HTTP status of the API server's answer, where it gave one. */
  constructor(
    message: string,
    readonly code?: number,
  ) {
    super(message);
  }
}
