import { type RequestOptions, get } from "node:https";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";

interface ServerTable {
  columnDefinitions: { name: string; priority: number }[];
  rows: { cells: unknown[]; object: { metadata: { namespace?: string } } }[];
}

/** What `kubectl get` prints of a list: the API server itself says which columns and cells. */
export async function printedTable(
  client: KubeConfig,
  listPath: string,
): Promise<{ head: string[]; rows: string[][] }> {
  const { columnDefinitions, rows } = await serverTable(client, listPath);
  // Columns of another priority are for `-o wide`.
  const columns = columnDefinitions.flatMap(({ name, priority }, index) => (priority === 0 ? [{ name, index }] : []));
  return {
    head: ["NAMESPACE", ...columns.map(({ name }) => name.toUpperCase())],
    rows: rows.map(({ cells, object }) => [
      object.metadata.namespace ?? "",
      ...columns.map(({ index }) => String(cells[index] ?? "")),
    ]),
  };
}

async function serverTable(client: KubeConfig, listPath: string): Promise<ServerTable> {
  const options: RequestOptions = { headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" } };
  await client.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    get(`${client.getCurrentCluster()!.server}${listPath}`, options, (response) => {
      text(response).then((body) => resolve(JSON.parse(body) as ServerTable), reject);
    }).once("error", reject);
  });
}
