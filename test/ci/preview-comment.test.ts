import * as assert from "node:assert/strict";
import { type CommentInput, previewComment } from "../../ci/preview-comment";
import type { StackPreview } from "../../ci/preview-report";
import { SetEffect } from "../../cli/preview/changes";
import { Pause } from "../../components/runners/edit-effect";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const HEAD = [
  "<!-- arc-preview -->",
  "## Preview at `0123456789`",
  "",
  "[The whole run](https://github.com/acme/runners/actions/runs/7).",
  "",
];

const comment = (input: Partial<CommentInput>, limit?: number) =>
  previewComment(
    {
      commit: COMMIT,
      repository: "https://github.com/acme/runners",
      run: "https://github.com/acme/runners/actions/runs/7",
      previews: [],
      planned: [],
      removed: [],
      ...input,
    },
    limit,
  );

const quiet = (stack: string): StackPreview => ({
  stack,
  check: { report: { stack, problems: [], warnings: [], beforeUp: [] } },
});

/** A stack with something of everything. */
const FULL: StackPreview = {
  stack: "prod",
  check: {
    report: {
      stack: "prod",
      problems: [],
      warnings: [
        {
          id: "images/unpinned",
          severity: "warning",
          path: "arc:runner.image",
          file: "base.yaml",
          message: "x:latest names no version",
          allowed: "a tag with a version",
          fix: "pin it",
        },
      ],
      beforeUp: [{ id: "secrets/not-set", severity: "warning", path: "arc:imagePullToken", message: "is not set" }],
      changes: {
        against: "state.json",
        sets: [
          {
            namespace: "b",
            name: "set",
            effect: SetEffect.ListenerRestarts,
            fields: ["spec.minRunners"],
            pause: Pause.Seconds,
          },
          { namespace: "c", name: "same", effect: SetEffect.Nothing, fields: [], pause: Pause.None },
          {
            namespace: "a",
            name: "set",
            effect: SetEffect.SetReregistered,
            fields: ["spec.runnerGroup", "spec.maxRunners"],
            pause: Pause.JobsEnd,
          },
        ],
        resources: [],
      },
    },
  },
  engine: {
    ok: true,
    steps: [
      { op: "create", kind: "Namespace", name: "new", fields: [] },
      { op: "update", kind: "AutoscalingRunnerSet", name: "b", fields: ["a", "b", "c", "d", "e", "f"] },
      { op: "delete-replaced", kind: "AutoscalingRunnerSet", name: "a", fields: [] },
      { op: "replace", kind: "AutoscalingRunnerSet", name: "a", fields: ["spec.runnerGroup"] },
      { op: "delete", kind: "Role", name: "old", fields: [] },
    ],
    counts: { same: 40, create: 1, update: 1, replace: 1, "create-replacement": 1, "delete-replaced": 1, delete: 1 },
    errors: [],
    seconds: 3,
  },
};

describe("The comment of a pull request", () => {
  it("says that no stack changes.", () => {
    assert.equal(comment({}), [...HEAD, "No stack changes."].join("\n"));
  });

  it("shows for a stack its checks, the plan, and what each edit does, what does most first.", () => {
    const text = comment({ previews: [FULL, quiet("staging")], planned: ["prod"] });
    const lines = [
      ...HEAD,
      "| stack | checks | plan | runner sets |",
      "| --- | --- | --- | --- |",
      "| `prod` | ⚠️ 1 warning | 1 to create, 1 to update, 1 to replace, 1 to delete | set is re-registered: 1, listener restarts: 1 |",
      "| `staging` | ✅ | not asked | not compared |",
      "",
      "### `prod`",
      "",
      "**Runner sets** ([what an edit does](https://github.com/acme/runners/blob/0123456789abcdef0123456789abcdef01234567/docs/how-edits-behave.md))",
      "",
      "| runner set | effect | because of | takes no new job |",
      "| --- | --- | --- | --- |",
      "| `a/set` | set is re-registered | `spec.runnerGroup` and 1 more | until the running jobs have ended |",
      "| `b/set` | listener restarts | `spec.minRunners` | some seconds |",
      "",
      "<details><summary>Warnings: 1</summary>",
      "",
      "- `arc:runner.image (base.yaml)` `images/unpinned`  ",
    ];
    assert.equal(text.split("\n").slice(0, lines.length).join("\n"), lines.join("\n"));
    assert.equal(
      text.slice(text.indexOf("<details><summary>Plan")),
      [
        "<details><summary>Plan: 1 to create, 1 to update, 1 to replace, 1 to delete</summary>",
        "",
        "```diff",
        "+ create Namespace new",
        "! update AutoscalingRunnerSet b (a, b, c, d, e and 1 more)",
        "! replace AutoscalingRunnerSet a (spec.runnerGroup)",
        "- delete Role old",
        "```",
        "",
        "</details>",
      ].join("\n"),
    );
    assert.match(
      text,
      /<summary>Before pulumi up: 1<\/summary>\n\n- `arc:imagePullToken` `secrets\/not-set` {2}\n {2}`is not set`\n/,
    );
  });

  it("tells problems, a check that could not run, a plan that failed, and one that nobody made.", () => {
    const problem = { id: "config/invalid", severity: "error" as const, path: "arc:orgs", message: "is missing" };
    const text = comment({
      previews: [
        { stack: "a", check: { report: { stack: "a", problems: [problem], warnings: [], beforeUp: [] } } },
        { stack: "b", check: { failed: "Pulumi.b.yaml is not YAML" } },
        { ...quiet("c"), engine: { ok: false, steps: [], counts: {}, errors: ["no `such` host"], seconds: 1 } },
        quiet("d"),
        { ...quiet("e"), engine: { ok: true, steps: [], counts: { same: 9 }, errors: [], seconds: 1 } },
      ],
      planned: ["d"],
      removed: ["old"],
    });
    assert.equal(
      text,
      [
        ...HEAD,
        "| stack | checks | plan | runner sets |",
        "| --- | --- | --- | --- |",
        "| `a` | ❌ 1 problem | not asked | not compared |",
        "| `b` | ❌ could not run | not asked | not compared |",
        "| `c` | ✅ | ❌ failed | not compared |",
        "| `d` | ✅ | ❌ could not run | not compared |",
        "| `e` | ✅ | no change | not compared |",
        "",
        "The stack file of `old` is deleted. Nothing is destroyed by that: run `pulumi destroy` before the file goes.",
        "",
        "### `a`",
        "",
        "**Problems** (1)",
        "",
        "- `arc:orgs` `config/invalid`  ",
        "  `is missing`",
        "",
        "### `b`",
        "",
        "**The check could not run:** `Pulumi.b.yaml is not YAML`",
        "",
        "### `c`",
        "",
        "**The plan failed**",
        "",
        "- ``no `such` host``",
      ].join("\n"),
    );
  });

  it("makes nothing of names and messages but code: no mention, no HTML, no link, no expression.", () => {
    const evil = "@acme/owners <img src=x> [x](https://e.example) ${{ secrets.KEY }} `` ` | -->\n## Title\n</details>";
    const problem = {
      id: evil,
      severity: "error" as const,
      path: evil,
      file: evil,
      message: evil,
      allowed: evil,
      fix: evil,
    };
    const set = { namespace: evil, name: evil, effect: SetEffect.Removed, fields: [evil], pause: Pause.None };
    const text = comment({
      previews: [
        {
          stack: evil,
          check: {
            report: {
              stack: evil,
              problems: [problem],
              warnings: [problem],
              beforeUp: [problem],
              changes: { against: evil, sets: [set], resources: [] },
            },
          },
          engine: {
            ok: false,
            steps: [{ op: "create", kind: evil, name: evil, fields: [evil] }],
            counts: {},
            errors: [evil],
            seconds: 1,
          },
        },
      ],
      removed: [evil],
    });
    // What is left when code is taken away: blocks first, then spans with fences of any length.
    const bare = text
      .replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, "")
      .replace(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, "CODE")
      .replace("<!-- arc-preview -->", "");
    for (const sign of ["@", "<img", "e.example", "${{", "## Title", "-->", "`"]) {
      assert.equal(bare.includes(sign), false, `${sign} in\n${bare}`);
    }
    assert.equal(bare.match(/<\/details>/g)?.length, 3);
    for (const row of bare.split("\n").filter((line) => line.startsWith("| CODE"))) {
      assert.equal(row.match(/\|/g)?.length, 5, row);
    }
  });

  it("is cut to what GitHub takes, entry by entry, and says so.", () => {
    const warning = (n: number) => ({
      id: "images/unpinned",
      severity: "warning" as const,
      path: `arc:orgs[${n}]`,
      message: "ü".repeat(350),
    });
    const many = Array.from({ length: 3_000 }, (_, n) => warning(n));
    const text = comment({
      previews: [{ stack: "prod", check: { report: { stack: "prod", problems: [], warnings: many, beforeUp: [] } } }],
    });
    assert.ok(Buffer.byteLength(text) <= 65_536, String(Buffer.byteLength(text)));
    assert.match(text, /<summary>Warnings: 3000<\/summary>/);
    assert.equal(text.match(/images\/unpinned/g)?.length, 50);
    assert.match(text, /\n- … and 2,950 more; the run has all of them\.\n/);
  });

  it("keeps the table of hundreds of stacks, then a part of it, and at last the link to the run.", () => {
    const previews = Array.from({ length: 400 }, (_, n) => ({
      stack: `stack-${n}`,
      check: { failed: "x".repeat(400) },
    }));
    const table = comment({ previews });
    assert.ok(Buffer.byteLength(table) <= 65_536);
    assert.equal(table.match(/\n\| `stack-/g)?.length, 400);
    assert.doesNotMatch(table, /###/);
    const part = comment({ previews }, 3_000);
    assert.equal(part.match(/\n\| `stack-/g)?.length, 20);
    assert.match(part, /\n380 more stacks: see the run; this comment has no room for them\.$/);
    assert.equal(comment({ previews }, 200), HEAD.slice(0, -1).join("\n"));
  });
});
