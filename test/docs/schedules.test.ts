import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { UpdateStrategy } from "../../components";
import { schedulePatch } from "../../components/runners/schedule";
import { SCHEDULE_RESOURCES } from "../../components/runners/schedule-job";
import { CHECKS } from "../../stacks/checks";
import { checkStack } from "../../stacks/config/load";
import { PRIVATE_KEY, rawOf, soundValues, type Values } from "../support/checked-stack";

const PAGE = readFileSync(path.join(__dirname, "../../docs/schedules.md"), "utf8");

describe("docs/schedules.md", () => {
  it("has an example without a single problem or warning.", () => {
    const [, example] = /^```yaml\n([\s\S]*?)^```$/m.exec(PAGE)!;
    const { config } = parse(example!) as { config: Values };
    const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^arc:/, ""), value]));
    const raw = rawOf({ ...soundValues(), githubAppPrivateKey: PRIVATE_KEY, ...own });
    const { config: read, diagnostics } = checkStack(raw);
    assert.deepEqual(diagnostics, []);
    assert.equal(read?.sets[0]!.args.schedules?.length, 3);
  });

  it("shows the patches as they are sent.", () => {
    const schedule = { cron: "0 7 * * 1-5", minRunners: 4 };
    const patches = Object.values(UpdateStrategy).map((strategy) => JSON.stringify(schedulePatch(schedule, strategy)));
    const row = PAGE.split("\n").find((line) => line.startsWith("| patch |"));
    assert.equal(row, `| patch | ${patches.map((patch) => `\`${patch}\``).join(" | ")} |`);
  });

  it("says what a pod takes of the quota.", () => {
    const { requests, limits } = SCHEDULE_RESOURCES;
    const said = PAGE.replaceAll("\n", " ");
    assert.ok(
      said.includes(
        `requests ${requests.cpu} of CPU and ${requests.memory} of memory, at most ${limits.cpu} and ${limits.memory},`,
      ),
    );
  });

  it("names checks that are there.", () => {
    const named = [...PAGE.matchAll(/checks\.md#schedule(\w+)/g)].map(([, name]) => `schedule/${name}`);
    assert.deepEqual(named, ["schedule/eventual", "schedule/bounds"]);
    assert.deepEqual(
      named.filter((id) => !CHECKS.some((check) => check.id === id)),
      [],
    );
  });
});
