import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { visible } from "../../../cli/visible";
import { failurePage, statusPage } from "../../../cli/status/page";
import { ROOT } from "../../support/arc";
import { badDay, finding, hostile, report, setRow } from "./reports";

const GOLDEN = path.join(ROOT, "test/golden/status.html");
const FAILURE = { stack: "prod", at: "2026-11-21T23:09:05.123Z", why: "https://10.0.0.1:6443 cannot be reached" };

/** All tags of a page, without its style and script. */
function tagsOf(page: string): string[] {
  return bare(page).match(/<[a-z!][^>]*>/gi)!;
}

/** The page with marks in place of its style, script and what depends on them. */
function bare(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, "<style>…</style>")
    .replace(/<script>[\s\S]*?<\/script>/, "<script>…</script>")
    .replace(/sha256-[\w+/=]+/g, "sha256-…");
}

/** What a reader is shown, entities decoded. */
function textOf(page: string): string {
  const body = bare(page).replace(/[\s\S]*<body>/, "");
  const names: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return body.replace(/<[^>]*>/g, "").replace(/&(lt|gt|quot|#39|amp);/g, (_all, name: string) => names[name]!);
}

describe("The status page", () => {
  it("is exactly the golden page, style and script aside: UPDATE_GOLDEN=1 renews it", () => {
    const sets = [
      setRow("acme-runners", { desired: 4, quotaCeiling: 6 }),
      setRow("globex-runners", { listener: "missing" }),
    ];
    const found = finding({
      set: "globex-ci/globex-runners",
      what: "globex-ci/globex-runners has no AutoscalingListener",
      issue: "actions/actions-runner-controller#4432",
      fix: ["# first look", "kubectl get autoscalinglisteners -A"],
    });
    const unknown = [{ source: "github" as const, why: "GITHUB_TOKEN is not set", rules: ["github/app"] }];
    const page = bare(statusPage(report({ sets, findings: [found], unknown }), {}));
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(GOLDEN, page);
    assert.equal(page, readFileSync(GOLDEN, "utf8"));
  });

  const pages: [string, string][] = [
    ["of a bad day", statusPage(badDay(), { docs: "https://git.example/arc" })],
    ["of a sound platform", statusPage(report(), { refreshSeconds: 60 })],
    ["without a cluster", failurePage(FAILURE, {})],
    ["of hostile objects", statusPage(hostile(), {})],
  ];
  for (const [which, page] of pages) {
    describe(which, () => {
      it("loads nothing: what has an address is a link that somebody follows, or the icon that it holds itself", () => {
        const addressed = tagsOf(page).filter((tag) =>
          /\s(src|href|srcset|action|data|poster|xlink:href|style|on\w+)=/.test(tag),
        );
        const kinds = addressed.map((tag) => tag.replace(/href="(#|https:|data:image\/svg\+xml,)[^"]*"/, "href=$1"));
        const allowed = [
          '<a href=https: rel="noreferrer">',
          /^<a (class="\w+" )?href=#>$/,
          "<use href=#>",
          '<link rel="icon" href=data:image/svg+xml,>',
        ];
        for (const tag of kinds)
          assert.ok(
            allowed.some((each) => (typeof each === "string" ? each === tag : each.test(tag))),
            tag,
          );
        const [style] = /<style>[\s\S]*?<\/style>/.exec(page)!;
        assert.deepEqual(style.match(/@import|url\((?!#)[^)]*\)/g), null);
      });

      it("lets run and load nothing but its own style and script, by their digests", () => {
        const digest = (tag: string) => {
          const [, text] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)!;
          return `sha256-${createHash("sha256").update(text!).digest("base64")}`;
        };
        const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)!;
        assert.deepEqual(policy!.replaceAll("&#39;", "'").split("; "), [
          "default-src 'none'",
          `style-src '${digest("style")}'`,
          `script-src '${digest("script")}'`,
          "img-src data:",
          "base-uri 'none'",
          "form-action 'none'",
        ]);
        assert.equal(page.match(/<style/g)!.length, 1);
        assert.equal(page.match(/<script/g)!.length, 1);
        assert.deepEqual(page.match(/\sstyle="/), null);
      });

      it("names each place once, and leads to no place that it has not", () => {
        const ids = [...bare(page).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!);
        assert.deepEqual([...new Set(ids)], ids);
        const uses = [...bare(page).matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g)].map(([, id]) => id!);
        assert.deepEqual(
          uses.filter((id) => !ids.includes(id)),
          [],
        );
      });
    });
  }

  it("shows hostile names and messages as what they are: the tags are those of the same page with harmless ones", () => {
    const shape = (page: string) => tagsOf(page).map((tag) => tag.replace(/"[^"]*"/g, '""'));
    assert.deepEqual(shape(statusPage(hostile(), {})), shape(statusPage(hostile("harmless"), {})));
    const text = textOf(statusPage(hostile(), {}));
    for (const word of ["</p><script>alert(1)</script>", `"onmouseover="alert(1)`, "<!--", "</style>", "&lt;b&gt;"])
      assert.ok(text.includes(word), word);
    assert.ok(text.includes(String.raw`\u{202e}`));
    assert.equal(visible(statusPage(hostile(), {})), statusPage(hostile(), {}));
  });

  it("says the verdict first: in the title, in the tab's icon and in the only first heading", () => {
    const page = statusPage(badDay(), {});
    assert.match(page, /<title>✗ 2 of 5 runner sets take no jobs · prod<\/title>/);
    assert.match(page, /<link rel="icon" href="data:image\/svg\+xml,[^"]*%23c62828/);
    assert.deepEqual(page.match(/<h1>.*?<\/h1>/g), ["<h1>2 of 5 runner sets take no jobs</h1>"]);
    const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    levels.forEach((level, index) => assert.ok(level <= (levels[index - 1] ?? 0) + 1, levels.join()));
  });

  it("tells all that the report tells", () => {
    const { findings, unknown, sets, server } = badDay();
    const text = textOf(statusPage(badDay(), {}));
    const told = [
      server,
      ...sets.flatMap(({ namespace, name }) => [namespace, name]),
      ...findings.flatMap((each) => [
        each.what,
        each.cause,
        each.id,
        each.docs,
        each.harm,
        each.issue ?? "",
        ...each.evidence,
      ]),
      ...findings.map(({ fix }) => fix.join("\n")),
      ...unknown.flatMap(({ why, rules }) => [why, ...rules]),
    ];
    for (const words of told) assert.ok(text.toLowerCase().includes(words.toLowerCase()), words);
  });

  it("says unknown, never sound, of what was not seen", () => {
    const { namespace, name, phase } = setRow("acme-runners");
    const page = statusPage(report({ sets: [{ namespace, name, phase }, setRow("globex-runners")] }), {});
    const text = textOf(page);
    for (const count of ["running", "pending", "failed"]) assert.match(text, new RegExp(`${count}\\s*at least \\d`));
    assert.match(text, /\? running, \? pending, \? failed/);
    assert.match(page, /<svg class="bar unseen"/);
    assert.equal(page.match(/<tr role="row" class="unknown">/g)!.length, 1);
    const unknown = [{ source: "github" as const, why: "GITHUB_TOKEN is not set", rules: ["github/app"] }];
    const partly = statusPage(report({ unknown }), {});
    assert.match(partly, /<header class="verdict unknown">/);
    assert.doesNotMatch(bare(partly), /class="(verdict |icon )?ok"/);
  });

  it("says of many findings of one kind the cause once, and folds all but the first", () => {
    const findings = Array.from({ length: 12 }, (_, index) => finding({ what: `set-${index} has none` }));
    const page = bare(statusPage(report({ findings }), {}));
    assert.equal(page.match(/<article/g)!.length, 1);
    assert.equal(page.split(findings[0]!.cause).length - 1, 1);
    assert.equal(page.match(/<details>\s*<summary>set-/g)!.length, 11);
    assert.match(page, /The same in 11 other places/);
    const few = bare(statusPage(report({ findings: findings.slice(0, 3) }), {}));
    assert.equal(few.match(/<details>/g), null);
    assert.equal(few.match(/<div class="another">/g)!.length, 2);
  });

  it("is loaded anew only when somebody renews it, and then soon says that nobody does", () => {
    assert.doesNotMatch(statusPage(report(), {}), /http-equiv="refresh"/);
    assert.match(statusPage(report(), {}), / data-old="3600">2026-11-21 23:09:05 UTC</);
    const watched = statusPage(report(), { refreshSeconds: 30 });
    assert.match(watched, /<meta http-equiv="refresh" content="30">/);
    assert.match(watched, / data-old="90">/);
    assert.match(statusPage(report(), { refreshSeconds: 5 }), / data-old="60">/);
  });

  it("knows nothing when the cluster could not be read, and says why", () => {
    const page = failurePage({ ...FAILURE, why: "<b>401</b>" }, { refreshSeconds: 30 });
    assert.match(page, /<header class="verdict unknown">/);
    assert.match(
      page,
      /<h1>Nothing is known: the cluster could not be read<\/h1>\s*<p class="basis">&lt;b&gt;401&lt;\/b&gt;<\/p>/,
    );
    assert.match(page, /<meta http-equiv="refresh" content="30">/);
    assert.doesNotMatch(page, /<table|<section/);
  });
});
