import assert from "node:assert/strict";
import { evaluateProgram } from "../../cli/offline/evaluate";
import { kindOf, type PlannedResource } from "../../cli/offline/plan";
import { ContainerMode, DockerConnection, DockerMode, type RunnerPodArgs } from "../../components";
import type { PolicyRule } from "../../components/rbac-rule";
import type { RunnerPodTemplate } from "../../components/runners/pod/spec";
import { runnerPodTemplate } from "../../components/runners/pod/template";
import { knownKeys } from "../../stacks/config/known-keys";
import { checkStack } from "../../stacks/config/load";
import { stackSchema } from "../../stacks/config/schema";
import { ROOT } from "../support/arc";
import { settled, type Values } from "../support/checked-stack";
import { brokenLinks, generated, readPage, renew, stacksOf, withSecrets, yamlBlock } from "../support/page";

/** `make golden` rewrites what these tests compare with; review its diff like code. */
const update = process.env.UPDATE_GOLDEN === "1";

interface KubernetesObject {
  metadata: { name: string; labels: Record<string, string> };
  rules?: PolicyRule[];
  spec: { template: RunnerPodTemplate };
}

/** What the program makes of a stack, without an engine. */
async function rendered(values: Values): Promise<(kind: string, name?: RegExp) => KubernetesObject[]> {
  const { resources } = await evaluateProgram(ROOT, "docs", withSecrets(values));
  const objects = (kind: string, name: RegExp) =>
    resources
      .filter((resource) => kindOf(resource.type) === kind)
      .map(({ inputs }: PlannedResource) => inputs as unknown as KubernetesObject)
      .filter(({ metadata }) => name.test(metadata.name));
  return (kind, name = /^/) => objects(kind, name);
}

function podSecurity(namespaces: KubernetesObject[]): string | undefined {
  return namespaces[0]!.metadata.labels["pod-security.kubernetes.io/enforce"];
}

/** Holds a place of a page to what it is generated from. */
function shows(file: string, name: string, text: string): void {
  if (update) renew(file, name, text);
  assert.equal(generated(readPage(file), name), text);
}

/** The first column of the table under a page's "Options". */
function optionsOf(page: string): string[] {
  const section = /^## Options\n([\s\S]*?)^##/m.exec(page)![1]!;
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, option]) => option!);
}

/** The rows of the table of what mode and connection of the daemon make together. */
function forms(): string {
  const rows = Object.values(DockerMode).flatMap((mode) =>
    Object.values(DockerConnection).map((connection) => {
      const args: RunnerPodArgs = { image: "runner", resources: {}, docker: { mode, connection } };
      const { spec } = runnerPodTemplate(args, { serviceAccountName: "runners" });
      const names = (list: { name: string }[] = []) => list.map(({ name }) => `\`${name}\``).join(", ");
      const host = spec.containers[0]!.env!.find(({ name }) => name === "DOCKER_HOST")!.value as string;
      return [
        `\`${mode}\``,
        `\`${connection}\``,
        names(spec.initContainers),
        names(spec.containers),
        `\`${host}\``,
        names(spec.volumes),
      ];
    }),
  );
  return table(["mode", "connection", "init containers", "containers", "`DOCKER_HOST`", "volumes"], rows);
}

function ruleTable(rules: PolicyRule[]): string {
  const rows = rules.map(({ apiGroups, resources, verbs }) => {
    const names = resources.map((resource) => `\`${[...apiGroups.filter(Boolean), resource].join("/")}\``);
    return [names.join(", "), verbs.join(", ")];
  });
  return table(["resource", "verbs"], rows);
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

describe("The pages of the container modes", function () {
  this.timeout(30_000);

  for (const mode of Object.values(ContainerMode)) {
    const file = `docs/modes/${mode}.md`;
    const page = readPage(file);
    const [stack, ...parts] = stacksOf(page);

    describe(file, () => {
      it("has a complete stack file of that mode, without an error or a warning.", () => {
        const { config, diagnostics } = checkStack(withSecrets(stack!.values));
        assert.deepEqual(diagnostics, []);
        assert.deepEqual(
          config!.sets.map(({ args }) => args.runner.containerMode),
          [mode],
        );
      });

      it("shows the pod template and the Pod Security level that the program makes of it.", async () => {
        const objects = await rendered(stack!.values);
        const [set, ...others] = objects("AutoscalingRunnerSet");
        assert.deepEqual(others, []);
        shows(file, "template", yamlBlock(set!.spec.template));
        const [, level] = /^Pod Security level of the namespace: `(\w+)`\.$/m.exec(page)!;
        assert.equal(podSecurity(objects("Namespace", /^acme-/)), level);
      });

      parts.forEach(({ heading, values }, index) => {
        it(`part ${index + 1}, "${heading}", goes with that stack file without an error or a warning, and is rendered.`, async () => {
          assert.deepEqual(checkStack(withSecrets(values)).diagnostics, []);
          const template = (await rendered(values))("AutoscalingRunnerSet")[0]!.spec.template;
          assert.equal(template.spec.containers[0]!.name, "runner");
        });
      });

      it("links only to what there is.", () => assert.deepEqual(brokenLinks(file), []));
    });
  }

  it("dind.md names every option of the daemon, and no other.", () => {
    const { keys } = knownKeys(stackSchema, ["runner", "docker"], {});
    assert.deepEqual(optionsOf(readPage("docs/modes/dind.md")).sort(), [...keys].sort());
  });

  it("dind.md shows what each pair of mode and connection makes.", () => {
    shows("docs/modes/dind.md", "forms", forms());
  });

  it("dind.md: under Sysbox, as the page has it, no container is privileged and the namespace is baseline.", async () => {
    const part = stacksOf(readPage("docs/modes/dind.md")).find(({ heading }) => heading.startsWith("Sysbox"))!;
    const objects = await rendered(part.values);
    const { spec } = objects("AutoscalingRunnerSet")[0]!.spec.template;
    const containers = [...spec.initContainers!, ...spec.containers];
    assert.deepEqual(
      containers.map(({ name, securityContext }) => [name, securityContext?.privileged ?? false]),
      [
        ["init-dind-externals", false],
        ["dind", false],
        ["runner", false],
      ],
    );
    assert.deepEqual([spec.runtimeClassName, spec.hostUsers], ["sysbox-runc", false]);
    assert.equal(podSecurity(objects("Namespace", /^acme-/)), "baseline");
  });

  for (const mode of [ContainerMode.Kubernetes, ContainerMode.KubernetesNoVolume]) {
    const file = `docs/modes/${mode}.md`;

    it(`${mode}.md names every option of the mode, and no other.`, () => {
      const { keys } = knownKeys(stackSchema, ["runner", "kubernetes"], {});
      assert.deepEqual(optionsOf(readPage(file)).sort(), [...keys].sort());
    });

    it(`${mode}.md shows the rules of the runner's Role.`, async () => {
      const [role, ...others] = (await rendered(stacksOf(readPage(file))[0]!.values))("Role", /-kube-mode$/);
      assert.deepEqual(others, []);
      shows(file, "role", ruleTable(role!.rules!));
    });
  }

  describe("docs/modes.md", () => {
    const page = readPage("docs/modes.md");

    it("has a stack file with two modes, without an error or a warning.", () => {
      const [stack, ...others] = stacksOf(page);
      assert.deepEqual(others, []);
      assert.deepEqual(checkStack(withSecrets(stack!.values)).diagnostics, []);
      assert.deepEqual(
        settled(stack!.values).sets.map(({ args }) => args.runner.containerMode),
        [undefined, "none"],
      );
    });

    it("has a column for each mode, in the order of the page, that links to its page.", () => {
      const [, head] = /^\| \| (.*) \|$/m.exec(page)!;
      assert.deepEqual(
        [...head!.matchAll(/\[`([\w-]+)`\]\(modes\/\1\.md\)/g)].map(([, mode]) => mode).sort(),
        Object.values(ContainerMode).sort(),
      );
    });
  });
});
