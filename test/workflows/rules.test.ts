import * as assert from "node:assert/strict";
import { broken, type Rule, RULES } from "./rules";

const SHA = "3d3c42e5aac5ba805825da76410c181273ba90b1";

/** A workflow that keeps every rule. */
const SOUND = `
on: { push: { branches: [main] } }
permissions: {}
concurrency: { group: deploy, cancel-in-progress: false }
jobs:
  deploy:
    runs-on: ubuntu-24.04
    environment: production
    timeout-minutes: 5
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@${SHA} # v7.0.1
        with: { persist-credentials: false }
      - run: exec ci/run plan --stack "$STACK"
        env: { STACK: "\${{ inputs.stack }}" }
`;

/** For each rule: an edit of the sound workflow that breaks it, and what the rule says of that. */
const BREAKS: [rule: string, from: string | RegExp, to: string, says: string[]][] = [
  ["pinned", `@${SHA} # v7.0.1`, "@v7", ["actions/checkout@v7: no full commit id"]],
  ["pinned", `@${SHA} # v7.0.1`, "@3d3c42e # v7.0.1", ["actions/checkout@3d3c42e: no full commit id"]],
  ["pinned", " # v7.0.1", "", [`actions/checkout@${SHA}: no release in a comment (# vX.Y.Z)`]],
  ["pinned", " # v7.0.1", " # v7", [`actions/checkout@${SHA}: no release in a comment (# vX.Y.Z)`]],
  ["pinned", `actions/checkout@${SHA}`, "docker://alpine:3", ["docker://alpine:3: no full commit id"]],
  ["leastPermissions", "permissions: {}\n", "", ["workflow: permissions is not {} or read-only"]],
  [
    "leastPermissions",
    "permissions: {}\n",
    "permissions: write-all\n",
    ["workflow: permissions is not {} or read-only"],
  ],
  [
    "leastPermissions",
    "permissions: {}\n",
    "permissions: { contents: write }\n",
    ["workflow: permissions is not {} or read-only"],
  ],
  ["leastPermissions", / {4}permissions: \{ contents.*\n/, "", ["deploy: no permissions of its own"]],
  ["leastPermissions", "{ contents: read, id-token: write }", "write-all", ["deploy: permissions: write-all"]],
  ["noExpressionsInScripts", '"$STACK"', "${{ github.head_ref }}", ["deploy[1]: an expression in a script"]],
  ["noExpressionsInScripts", '"$STACK"', "${{ matrix.stack }}", ["deploy[1]: an expression in a script"]],
  [
    "noExpressionsInScripts",
    "- run: exec",
    "- with: { script: '${{ github.event.issue.title }}' }\n        run: exec",
    ["deploy[1]: an expression in a script"],
  ],
  ["oneCommand", "- run: exec", "- run: |\n          set -e\n          exec", ["deploy[1]: a script of several lines"]],
  ["noLeftCredentials", / {8}with: \{ persist.*\n/, "", ["deploy[0]: checkout without persist-credentials: false"]],
  [
    "noLeftCredentials",
    "persist-credentials: false",
    "persist-credentials: true",
    ["deploy[0]: checkout without persist-credentials: false"],
  ],
  ["noForeignCode", "{ push: { branches: [main] } }", "pull_request_target", ["on: pull_request_target"]],
  ["noForeignCode", "{ push: { branches: [main] } }", "[push, workflow_run]", ["on: workflow_run"]],
  ["noCredentialsForForks", "{ push: { branches: [main] } }", "pull_request", ["deploy: credentials for forks"]],
  ["timeLimit", "    timeout-minutes: 5\n", "", ["deploy: no timeout-minutes"]],
  ["oneAtATime", /concurrency: .*\n/, "", ["workflow: no concurrency", "deploy: an environment without concurrency"]],
  ["oneAtATime", "{ push: { branches: [main] } }", "workflow_call", ["deploy: an environment without concurrency"]],
  ["secretsInStepsOnly", "jobs:\n", "env: { KEY: '${{ secrets.KEY }}' }\njobs:\n", ["workflow: a secret in env"]],
  [
    "secretsInStepsOnly",
    "    steps:\n",
    "    env: { KEY: \"${{ secrets['KEY'] }}\" }\n    steps:\n",
    ["deploy: a secret in env"],
  ],
  ["secretsInStepsOnly", "    steps:\n", "    secrets: inherit\n    steps:\n", ["deploy: secrets: inherit"]],
  ["noPipedInstall", "exec ci/run", "curl -fsSL https://get.example.com | sudo sh && ci/run", ["deploy[1]: curl | sh"]],
  [
    "noTokenForLookUps",
    "{ STACK:",
    "{ GITHUB_TOKEN: '${{ github.token }}', STACK:",
    ["deploy[1]: GITHUB_TOKEN in env"],
  ],
  ["noTokenForLookUps", "    steps:\n", "    env: { GITHUB_TOKEN: x }\n    steps:\n", ["deploy: GITHUB_TOKEN in env"]],
  [
    "noCacheWithCredentials",
    "- run: exec",
    `- uses: actions/setup-node@${SHA}\n      - run: exec`,
    ["deploy[1]: a cache beside credentials"],
  ],
  [
    "noCacheWithCredentials",
    "- run: exec",
    `- uses: actions/cache@${SHA}\n      - run: exec`,
    ["deploy[1]: a cache beside credentials"],
  ],
];

describe("The rules for workflows", () => {
  it("find nothing in a workflow that keeps all of them.", () => {
    for (const [name, rule] of Object.entries(RULES)) assert.deepEqual(broken(rule, SOUND), [], name);
  });

  for (const [name, from, to, says] of BREAKS) {
    it(`${name} says ${says.join(" and ")}.`, () => {
      const text = SOUND.replace(from, () => to);
      assert.notEqual(text, SOUND);
      assert.deepEqual(broken(RULES[name] as Rule, text), says);
    });
  }

  it("are each broken by an example.", () => {
    assert.deepEqual([...new Set(BREAKS.map(([name]) => name))].sort(), Object.keys(RULES).sort());
  });

  it("let a pull request of this repository have credentials.", () => {
    const text = SOUND.replace("{ push: { branches: [main] } }", "pull_request").replace(
      "    environment:",
      "    if: github.event.pull_request.head.repo.full_name == github.repository\n    environment:",
    );
    assert.deepEqual(broken(RULES.noCredentialsForForks!, text), []);
  });
});
