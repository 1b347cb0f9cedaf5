import * as assert from "node:assert/strict";
import { fencePlan } from "../../components/controller/version-fence";
import { fence, type FenceSettings, surveyed } from "../../components/controller/version-fence-steps";
import { ClusterDouble, sets } from "../support/fence-double";
import { blocksOf, readPage } from "../support/page";

const PAGE = readPage("docs/upgrading.md");
const CONTROLLER = "arc-systems/arc-gha-rs-controller";

describe("docs/upgrading.md", () => {
  const texts = blocksOf(PAGE).filter(({ language }) => language === "text");
  const shown = (heading: string) => {
    const found = texts.filter((block) => block.heading === heading);
    assert.equal(found.length, 1, heading);
    return found[0]!.text.trimEnd();
  };

  it("shows the plan as a preview prints it", () => {
    const { text } = fencePlan({ controller: CONTROLLER, from: "0.13.1", to: "0.14.2", sets: sets(3) });
    assert.equal(shown("What a preview says"), text);
  });

  it("shows the last line of an update, and what is said when a pod does not end", async () => {
    const told = await messagesOf(new ClusterDouble(sets(3)));
    assert.equal(shown("What an update does").replace(/0\.\d s/, "n s"), told.at(-1)!.replace(/0\.\d s/, "n s"));
    const held = new ClusterDouble(sets(3));
    held.podsLinger = Infinity;
    const page = shown("When it stops halfway").replace(
      "120 s: arc-gha-rs-controller-7c9d8b6f5-x2x4q",
      "0 s: controller-1",
    );
    assert.deepEqual((await messagesOf(held, 0)).at(-1), page);
  });

  it("shows the refusal, which names the section that it stands in", () => {
    const heading = "From or to a release before 0.12.1";
    const plan = fencePlan({ controller: CONTROLLER, from: "0.11.0", to: "0.14.2", sets: sets(3, "0.11.0") });
    assert.deepEqual(plan.refusals, [shown(heading)]);
    const anchor = heading
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-");
    assert.ok(plan.refusals[0]!.endsWith(`docs/upgrading.md#${anchor}.`), anchor);
  });
});

/** What the fence tells, its error included. */
async function messagesOf(cluster: ClusterDouble, timeoutSeconds = 1): Promise<string[]> {
  const settings: FenceSettings = { controller: CONTROLLER, to: "0.14.2", timeoutSeconds, pollMilliseconds: 1 };
  const told: string[] = [];
  const report = { info: (text: string) => void told.push(text), progress: () => {} };
  await fence(cluster, settings, await surveyed(cluster, settings), report).catch((error: Error) => {
    told.push(error.message);
  });
  return told;
}
