import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { packageSchema, type PackageSchema } from "../support/package-schema";
import { breakingChanges } from "../support/schema-changes";

/** The schema of each release, as `test/golden/package-schema.json` was when it was made. */
const RELEASES = path.join(__dirname, "schemas");
const released = (file: string) => JSON.parse(readFileSync(path.join(RELEASES, file), "utf8")) as PackageSchema;

/** Breaking changes that a release was allowed, each named in CHANGELOG.md, by the release before them. */
const ALLOWED: Record<string, string[]> = {};

describe("The schema of the component package, beside those of its releases", function () {
  this.timeout(60_000); // TypeScript reads all of the components and of the provider SDKs' types.

  let schema: PackageSchema;
  before(async () => {
    schema = await packageSchema();
  });

  for (const file of readdirSync(RELEASES)) {
    const version = path.basename(file, ".json");
    it(`breaks no program that was written against ${version}`, () => {
      assert.equal(released(file).version, version);
      assert.deepEqual(breakingChanges(released(file), schema), ALLOWED[version] ?? []);
    });
  }

  it("is told apart from an older one in every way that breaks a program", () => {
    const older = released("0.1.0.json");
    const edits: [string, (newer: PackageSchema) => void][] = [
      ["component PullSecret is gone", ({ resources }) => delete resources["arc:index:PullSecret"]],
      [
        "input RunnerPlatform.denyIngress is gone",
        ({ resources }) => delete resources["arc:index:RunnerPlatform"]!.inputProperties.denyIngress,
      ],
      [
        "input RunnerPlatform.imagePull must be given now",
        ({ resources }) => resources["arc:index:RunnerPlatform"]!.requiredInputs.push("imagePull"),
      ],
      [
        "input RunnerPlatform.denyIngress was boolean and is string",
        ({ resources }) => (resources["arc:index:RunnerPlatform"]!.inputProperties.denyIngress!.type = "string"),
      ],
      [
        "input RunnerPlatform.apiServerAddress takes no output any more",
        ({ resources }) => (resources["arc:index:RunnerPlatform"]!.inputProperties.apiServerAddress!.plain = true),
      ],
      [
        "output RunnerPlatform.runnerSets was RunnerSetSummary[] and is map of RunnerSetSummary",
        ({ resources }) => {
          const { runnerSets } = resources["arc:index:RunnerPlatform"]!.properties;
          resources["arc:index:RunnerPlatform"]!.properties.runnerSets = {
            type: "object",
            additionalProperties: runnerSets!.items!,
          };
        },
      ],
      ["type ScheduleArgs is gone", ({ types }) => delete types["arc:index:ScheduleArgs"]],
      [
        "field RunnerPodArgs.command was string[] and is string",
        ({ types }) => (types["arc:index:RunnerPodArgs"]!.properties!.command = { type: "string" }),
      ],
      [
        "field OrganizationArgs.installationId must be given now",
        ({ types }) => types["arc:index:OrganizationArgs"]!.required!.push("installationId"),
      ],
      ['value Auth "token" is gone', ({ types }) => types["arc:index:Auth"]!.enum!.pop()],
      [
        "value Auth.Token is called Auth.PersonalAccessToken now",
        ({ types }) => (types["arc:index:Auth"]!.enum!.at(-1)!.name = "PersonalAccessToken"),
      ],
    ];
    for (const [change, edit] of edits) {
      const newer = structuredClone(older);
      edit(newer);
      assert.deepEqual(breakingChanges(older, newer), [change]);
    }
  });

  it("may have more than an older one: components, inputs that may be left out, outputs, types, values", () => {
    const older = released("0.1.0.json");
    const newer = structuredClone(older);
    const platform = newer.resources["arc:index:RunnerPlatform"]!;
    newer.resources["arc:index:Another"] = structuredClone(platform);
    platform.inputProperties.another = { type: "string" };
    platform.properties.another = { type: "string" };
    newer.types["arc:index:Auth"]!.enum!.push({ name: "Another", value: "another" });
    newer.types["arc:index:RunnerSetSummary"]!.properties!.another = { type: "string" };
    newer.types["arc:index:RunnerSetSummary"]!.required!.push("another");
    assert.deepEqual(breakingChanges(older, newer), []);
  });
});
