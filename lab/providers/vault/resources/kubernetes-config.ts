import type { Properties } from "../../plugin";
import type { Data } from "../client";
import { NAMESPACE, trimSlashes, type ResourceType, type Work } from "../schema";
import { explained } from "../session";
import { fromWire, toWire, wireName } from "./wire";

const READ = ["kubernetesHost", "kubernetesCaCert", "issuer", "disableIssValidation", "disableLocalCaJwt", "pemKeys"];
const ANNOTATIONS = "useAnnotationsAsAliasMetadata";

/** `vault:kubernetes/authBackendConfig:AuthBackendConfig`. */
export const kubernetesConfig: ResourceType = {
  fields: {
    kubernetesHost: { type: "string", required: true },
    // Without an input it is emptied: Vault must not keep a certificate of another time.
    kubernetesCaCert: { type: "string" },
    tokenReviewerJwt: { type: "string" },
    tokenReviewerJwtWo: { type: "string", writeOnly: true },
    tokenReviewerJwtWoVersion: { type: "int" },
    pemKeys: { type: "list" },
    backend: { type: "string", default: "kubernetes", forceNew: true, normalize: trimSlashes },
    issuer: { type: "string" },
    disableIssValidation: { type: "bool", computed: true },
    disableLocalCaJwt: { type: "bool", computed: true },
    [ANNOTATIONS]: { type: "bool", computed: true },
    namespace: NAMESPACE,
  },
  async create(inputs, work) {
    const path = `auth/${trimSlashes(inputs.backend)}/config`;
    await write("writing", path, inputs, work);
    return path;
  },
  async update({ id, inputs, client, signal }) {
    await write("updating", id, inputs, { client, signal });
  },
  async read(id, _state, { client, signal }) {
    const [, backend] = /^auth\/(.+)\/config$/.exec(id) ?? [];
    if (!backend) throw new Error(`invalid path "${id}" for Kubernetes auth backend config: no backend found`);
    const words = `error reading Kubernetes auth backend config "${id}": `;
    const data = await explained<Data | undefined>(words, () => client.read(id, signal));
    return data && { backend, ...fromWire(data, [...READ, ANNOTATIONS]) };
  },
  // The configuration goes with its auth method; alone it cannot be deleted.
  async delete() {},
};

async function write(verb: string, path: string, inputs: Properties, { client, signal }: Work): Promise<void> {
  const jwt = inputs.tokenReviewerJwt || inputs.tokenReviewerJwtWo;
  const keys = inputs.pemKeys as string[] | undefined;
  const body = {
    ...toWire(inputs, ["issuer", "disableLocalCaJwt"]),
    kubernetes_host: inputs.kubernetesHost,
    kubernetes_ca_cert: inputs.kubernetesCaCert ?? "",
    [wireName("disableIssValidation")]: inputs.disableIssValidation ?? false,
    [wireName(ANNOTATIONS)]: inputs[ANNOTATIONS] ?? false,
    ...(jwt ? { token_reviewer_jwt: jwt } : {}),
    ...(keys ? { pem_keys: keys.join(",") } : {}),
  };
  await explained(`error ${verb} Kubernetes auth backend config "${path}": `, () =>
    client.write("PUT", path, body, signal),
  );
}
