import * as assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ControlPlane } from "../../../lab/control-plane";
import { Deployment, type Run } from "../../../lab/engine";
import { block } from "../../../lab/stack-file";
import {
  deployedFaults,
  faultsCluster,
  faultsStackFile,
  program,
  reasons,
  restoreStackFile,
  successful,
} from "../support/faults";
import { assertConverged, nothingChanges } from "../support/intact";
import { lab } from "../support/lab";
import { waitUntilSynced } from "../support/synced";

describe("What a stack needs and cannot have", function () {
  let stack: Deployment;
  let controlPlane: ControlPlane;
  before(async () => {
    stack = await deployedFaults();
    ({ controlPlane } = await faultsCluster());
  });
  afterEach(() => restoreStackFile(stack));
  after(() => assertConverged(stack));

  describe("a cluster", function () {
    /** One error, whose end is what the cluster or its client said. */
    function assertUnreachable(run: Run, said: RegExp): void {
      const [told, ...more] = reasons(run);
      assert.deepEqual(more, []);
      assert.match(told!, /^configured Kubernetes cluster is unreachable: /);
      assert.match(told!, said);
    }

    /** An `up` that would change a runner set, with another kubeconfig. */
    async function upWith(kubeconfig: string): Promise<Run> {
      stack.edit((config) => ({
        ...config,
        "arc:kubernetes": { kubeconfig },
        "arc:runner": { ...block(config, "arc:runner"), maxRunners: 1 },
      }));
      return stack.up();
    }

    function kubeconfigWith(name: string, change: (text: string) => string): string {
      const file = path.join(stack.folder, `${name}.kubeconfig`);
      writeFileSync(file, change(readFileSync(controlPlane.kubeconfig, "utf8")));
      return file;
    }

    it("whose kubeconfig is not there is one error", async () => {
      await nothingChanges(stack, controlPlane, async () => {
        assertUnreachable(await upWith("/nowhere/kubeconfig"), /kubeconfig/);
      });
    });

    it("that nobody answers for is one error within seconds", async () => {
      const file = kubeconfigWith("port", (text) => text.replace(controlPlane.server, "https://127.0.0.1:9"));
      await nothingChanges(stack, controlPlane, async () => {
        const run = await upWith(file);
        assertUnreachable(run, /ECONNREFUSED 127\.0\.0\.1:9$|127\.0\.0\.1:9: connect: connection refused$/);
        assert.ok(run.seconds < 30, String(run.seconds));
      });
    });

    it("that does not know the token is one error", async () => {
      const file = kubeconfigWith("token", (text) => text.replace(/("?token"?: *"?)\w+/, "$1nobody"));
      await nothingChanges(stack, controlPlane, async () => {
        assertUnreachable(
          await upWith(file),
          /Unauthorized$|the server has asked for the client to provide credentials$/,
        );
      });
    });
  });

  describe("Vault", function () {
    const PATH = "faults/other-token";
    const kvUrl = () => `${lab().vault.address}/v1/secret/data/${PATH}`;

    /** An `up` that would write a secret of the stack to another path. */
    function upThatWrites(): Promise<Run> {
      stack.edit((config) => ({
        ...config,
        "arc:imagePull": { ...block(config, "arc:imagePull"), vaultPath: PATH },
      }));
      return stack.up();
    }

    afterEach(async () => {
      delete program.vaultToken;
      await restoreStackFile(stack);
      await successful(stack.up());
    });

    it("that is sealed is one error", async () => {
      await lab().vault.seal();
      try {
        await nothingChanges(stack, controlPlane, async () => {
          assert.deepEqual(reasons(await upThatWrites()), [
            [
              "1 error occurred:",
              "\t* failed to lookup token, err=Error making API request.",
              "",
              `URL: GET ${lab().vault.address}/v1/auth/token/lookup-self`,
              "Code: 503. Errors:",
              "",
              "* Vault is sealed",
            ].join("\n"),
          ]);
        });
      } finally {
        await lab().vault.unseal();
      }
      await waitUntilSynced(controlPlane, lab().cluster.controlPlane);
    });

    it("that is down is one error", async () => {
      await lab().vault.crash();
      try {
        await nothingChanges(stack, controlPlane, async () => {
          const { address } = lab().vault;
          const refused = `dial tcp ${new URL(address).host}: connect: connection refused`;
          assert.deepEqual(reasons(await upThatWrites()), [
            `1 error occurred:\n\t* failed to lookup token, err=Get "${address}/v1/auth/token/lookup-self": ${refused}`,
          ]);
        });
      } finally {
        await lab().vault.restart();
      }
      await waitUntilSynced(controlPlane, lab().cluster.controlPlane);
    });

    it("that gives the token no right to write is one error, which names the path", async () => {
      const { body } = await lab().vault.request("POST", "auth/token/create", { policies: ["default"] });
      program.vaultToken = (body.auth as { client_token: string }).client_token;
      await nothingChanges(stack, controlPlane, async () => {
        const [told, ...more] = reasons(await upThatWrites());
        assert.deepEqual(more, []);
        assert.ok(
          told!.includes(`URL: PUT ${kvUrl()}\nCode: 403. Errors:\n\n* 1 error occurred:\n\t* permission denied`),
          told,
        );
        assert.ok(!told!.includes(program.vaultToken!), "the token is not told");
      });
    });
  });

  it("a passphrase that opens the stack's secrets is one error", async () => {
    const config = await faultsStackFile();
    const other = await Deployment.create(lab(), {
      stack: "faults",
      config,
      env: { PULUMI_CONFIG_PASSPHRASE: "other" },
    });
    await restoreStackFile(stack);
    await nothingChanges(stack, controlPlane, async () => {
      const { ok, output } = await other.up();
      assert.equal(ok, false);
      assert.equal(
        output.trim(),
        "error: getting stack configuration: get stack secrets manager: incorrect passphrase",
      );
    });
  });
});
