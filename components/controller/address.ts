/** An address to listen on as Go takes it (`net.Listen`), the port a number: the container's port and the probes need it. */
const ADDRESS = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]*):([0-9]{1,5})$/;

/** What turns a listening address off (controller-runtime's metrics and health probes, `main.go`). */
export const OFF = "0";

/** The port of `[host]:port`, undefined for anything else. */
export function portOf(address: string): number | undefined {
  const port = Number(ADDRESS.exec(address)?.[1]);
  return port >= 1 && port <= 65535 ? port : undefined;
}
