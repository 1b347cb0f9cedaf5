import * as assert from "node:assert/strict";
import { dockerConfig, registryOf, serves } from "../../../cli/doctor/docker-config";

describe("Registry credentials, as the kubelet takes them", () => {
  it("names the registry of an image, which is Docker Hub without a host", () => {
    const cases: [string, string][] = [
      ["docker:dind", "docker.io"],
      ["library/docker:dind", "docker.io"],
      ["docker.io/library/docker:dind", "docker.io"],
      ["ghcr.io/acme/runner:2.330.0", "ghcr.io"],
      ["localhost/runner", "localhost"],
      ["registry.example.org:5000/runner@sha256:00", "registry.example.org:5000"],
    ];
    for (const [image, registry] of cases) assert.equal(registryOf(image), registry, image);
  });

  it("uses an entry by its host, whatever is written around it, with wildcards and paths", () => {
    const cases: [string, string, boolean][] = [
      ["ghcr.io", "ghcr.io/acme/runner", true],
      ["https://ghcr.io/", "ghcr.io/acme/runner", true],
      ["https://ghcr.io/v2/", "ghcr.io/acme/runner", true],
      ["ghcr.io/acme", "ghcr.io/acme/runner", true],
      ["ghcr.io/globex", "ghcr.io/acme/runner", false],
      ["quay.io", "ghcr.io/acme/runner", false],
      ["https://index.docker.io/v1/", "docker:dind", true],
      ["docker.io", "docker.io/library/docker:dind", true],
      ["*.dkr.ecr.eu-west-1.amazonaws.com", "1234.dkr.ecr.eu-west-1.amazonaws.com/runner", true],
      ["*.amazonaws.com", "1234.dkr.ecr.eu-west-1.amazonaws.com/runner", false],
    ];
    for (const [registry, image, used] of cases) assert.equal(serves(registry, image), used, `${registry} ${image}`);
  });

  it("tells JSON that is broken from JSON that was encoded twice, which the API server lets pass in other types only", () => {
    const data = (text: string) => ({ ".dockercfg": Buffer.from(text).toString("base64") });
    const problems = (text: string) =>
      dockerConfig({ metadata: { name: "pull" }, type: "kubernetes.io/dockercfg", data: data(text) }).problems;
    assert.deepEqual(problems('{"ghcr.io":'), [".dockercfg is not a JSON object"]);
    assert.deepEqual(problems("[]"), [".dockercfg is not a JSON object"]);
    assert.deepEqual(problems(Buffer.from('{"ghcr.io":{}}').toString("base64")), [
      ".dockercfg was encoded in base64 twice",
    ]);
    assert.deepEqual(problems(""), ["it has no key .dockercfg"]);
  });
});
