import type { Data } from "../client";
import { NAMESPACE, type ResourceType, type Work } from "../schema";
import { explained } from "../session";
import type { Properties } from "../../plugin";

/** `vault:index/policy:Policy`. */
export const policy: ResourceType = {
  fields: {
    name: { type: "string", required: true, forceNew: true, autoname: true },
    policy: { type: "string", required: true },
    namespace: NAMESPACE,
  },
  async create(inputs, work) {
    const name = String(inputs.name);
    await write(name, inputs, work);
    return name;
  },
  async update({ id, inputs, client, signal }) {
    await write(id, inputs, { client, signal });
  },
  async read(id, _state, { client, signal }) {
    const data = await explained<Data | undefined>("error reading from Vault: ", () =>
      client.read(`sys/policies/acl/${id}`, signal),
    );
    // A policy that is gone is one without text, so that the next update writes it again.
    return { name: id, policy: data?.policy ?? "" };
  },
  async delete(id, _state, { client, signal }) {
    await explained("error deleting from Vault: ", () => client.delete(`sys/policies/acl/${id}`, signal));
  },
};

async function write(name: string, inputs: Properties, { client, signal }: Work): Promise<void> {
  const body = { policy: inputs.policy };
  await explained("error writing to Vault: ", () => client.write("PUT", `sys/policies/acl/${name}`, body, signal));
}
