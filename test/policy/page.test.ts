import * as assert from "node:assert/strict";
import type { PolicyConfigSchema } from "@pulumi/policy";
import Ajv from "ajv";
import { POLICIES } from "../../policy/policies";
import { crdsRetained } from "../../policy/policies/crds-retained";
import { imagePinned } from "../../policy/policies/image-pinned";
import { noClusterAdmin } from "../../policy/policies/no-cluster-admin";
import { noRbacWildcard } from "../../policy/policies/no-rbac-wildcard";
import { privilegedDeclared } from "../../policy/policies/privileged-declared";
import { publicRepositories } from "../../policy/policies/public-repositories";
import { quotaPresent } from "../../policy/policies/quota-present";
import { runnerAccount } from "../../policy/policies/runner-account";
import { secretsMarked } from "../../policy/policies/secrets-marked";
import { versionLabel } from "../../policy/policies/version-label";
import type { Option } from "../../policy/rule";
import type { Subject } from "../../policy/subject";
import { brokenLinks, readPage } from "../support/page";
import { type Mutable, messages, objectOf, prodBut } from "./support";

const FILE = "docs/policies.md";
const PAGE = readPage(FILE);
const SECTIONS = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((text) => [text.split("\n", 1)[0]!, text]),
);
const GENERAL = ["What there is", "Levels and configuration", "What a policy cannot see", "A policy of your own"];
const LEVEL = /^\*\*(Mandatory|Advisory)\.\*\*/m;

const optionsOf = ({ properties }: PolicyConfigSchema) => Object.entries(properties) as [string, Option<unknown>][];
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, body]) => body!.trim());

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
const SET = { kind: "AutoscalingRunnerSet", name: "arc-yldm-tech/yldm-backend-runners" };

/** Prod with a careless template of a set's runners. */
const runner = (change: (container: Mutable) => unknown) =>
  prodBut({ ...SET, inputs: ({ spec }) => void change(spec!.template!.spec!.containers![0]!) });

/** Prod and one more object of RBAC. */
const withRbac = async (kind: string, inputs: object): Promise<Subject[]> => [
  ...(await prodBut()),
  objectOf(`${RBAC}:${kind}`, { ...inputs }),
];

/** What the policies say of the mistakes that the page shows. */
const MISTAKES: Record<string, () => Promise<string[]>> = {
  "secrets-marked": async () =>
    messages(secretsMarked, await runner(({ env }) => env!.push({ name: "NPM_TOKEN", value: "npm" }))),
  "privileged-declared": async () =>
    messages(
      privilegedDeclared,
      await runner((each) => Object.assign(each, { securityContext: { privileged: true } })),
    ),
  "no-cluster-admin": async () => {
    const roleRef = { kind: "ClusterRole", name: "cluster-admin" };
    return messages(noClusterAdmin, await withRbac("ClusterRoleBinding", { metadata: { name: "ci" }, roleRef }));
  },
  "no-rbac-wildcard": async () => {
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["*"] }];
    return messages(noRbacWildcard, await withRbac("Role", { metadata: { name: "ci", namespace: "acme" }, rules }));
  },
  "runner-account-without-rights": async () => {
    const name = "yldm-backend-runners-gha-rs-no-permission";
    const subjects = [{ kind: "ServiceAccount", name, namespace: "github-runner" }];
    const metadata = { name: "ci", namespace: "github-runner" };
    const roleRef = { kind: "ClusterRole", name: "view" };
    return messages(runnerAccount, await withRbac("RoleBinding", { metadata, subjects, roleRef }));
  },
  "version-label": async () => {
    const labels = { "app.kubernetes.io/version": "0.13.1" };
    const inputs = ({ metadata }: Mutable) => void Object.assign(metadata!, { labels });
    const name = "arc-kamify-ai/kamify-backend-runners";
    return messages(versionLabel, await prodBut({ ...SET, name, inputs }));
  },
  "crds-retained": async () => {
    const crd = { kind: "CustomResourceDefinition", name: "arc-crds-autoscalingrunnersets" };
    return messages(crdsRetained, await prodBut({ ...crd, resource: { parent: "" } }));
  },
  "image-pinned": async () => messages(imagePinned, await prodBut()),
  "quota-present": async () => messages(quotaPresent, await prodBut()),
  "public-repositories": async () => messages(publicRepositories, await prodBut()),
};

/** What a file of configuration may say, as the engine puts it together from the policies. */
function fileSchema(): object {
  const enforcementLevel = { enum: ["advisory", "mandatory", "remediate", "disabled"] };
  const policies = POLICIES.map(({ name, configSchema }) => {
    const properties = { ...configSchema!.properties, enforcementLevel };
    return [name, { anyOf: [enforcementLevel, { type: "object", additionalProperties: false, properties }] }] as const;
  });
  const properties = { all: enforcementLevel, ...Object.fromEntries(policies) };
  return { type: "object", additionalProperties: false, properties };
}

describe("docs/policies.md", () => {
  it("has one section for each policy, in the order of the pack, and no other", () => {
    const names = POLICIES.map(({ name }) => name);
    assert.deepEqual(
      [...SECTIONS.keys()].filter((title) => !GENERAL.includes(title)),
      names,
    );
    assert.equal(SECTIONS.size, names.length + GENERAL.length);
  });

  it("lists every policy with what holds and with its level", () => {
    const rows = [
      ...SECTIONS.get("What there is")!.matchAll(/^\| \[`([a-z-]+)`\]\(#([a-z-]+)\) \| (.*) \| (\w+) \|$/gm),
    ];
    const expected = POLICIES.map(({ name, description, enforcementLevel }) => {
      const holds = description.slice(0, 1).toLowerCase() + description.slice(1, -1);
      return [name, name, holds.replace(/^customResource/, "CustomResource"), enforcementLevel];
    });
    assert.deepEqual(
      rows.map(([, ...cells]) => cells),
      expected,
    );
  });

  for (const { name, enforcementLevel, configSchema } of POLICIES) {
    it(`says of ${name} its level, what it prints, and each option with its default`, async () => {
      const section = SECTIONS.get(name)!;
      assert.equal(LEVEL.exec(section)![1]!.toLowerCase(), enforcementLevel);
      const [example, ...more] = blocks(section, "text");
      assert.deepEqual(more, []);
      assert.ok((await MISTAKES[name]!()).includes(example!), example);
      const rows = [...section.matchAll(/^\| `(\w+)` \| `(.*)` \| (.*) \|$/gm)].map(([, ...cells]) => cells);
      assert.deepEqual(
        rows,
        optionsOf(configSchema!).map(([key, option]) => [
          key,
          JSON.stringify(option.default).replaceAll(",", ", "),
          option.description,
        ]),
      );
    });
  }

  it("has examples of configuration that the pack takes, one for each policy about that policy", () => {
    const check = new Ajv({ allErrors: true }).compile(fileSchema());
    for (const [title, text] of SECTIONS) {
      const examples = blocks(text, "json").map((body) => JSON.parse(body) as object);
      if (!GENERAL.includes(title)) assert.deepEqual(examples.map(Object.keys), [[title]], title);
      for (const example of examples) assert.equal(check(example), true, `${title}: ${JSON.stringify(check.errors)}`);
    }
    assert.equal(check({ "quota-present": { exempts: [] } }), false);
  });

  it("has no broken link", () => {
    assert.deepEqual(brokenLinks(FILE), []);
  });
});
