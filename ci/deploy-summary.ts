import type { Finding } from "../cli/doctor/rule";
import { counted } from "../cli/terminal";
import { changesAnything, type EngineRun } from "./engine";
import { countsText, errorLines, stepsBlock } from "./engine-text";
import { type Health, isHealthy } from "./health";
import { code, fitting, folded } from "./markdown";
import { type NextStep, nextSteps } from "./next-step";

/** Where links lead. @example { docs: "https://github.com/acme/runners/blob/0123abc/docs" } */
export interface Pages {
  docs: string;
}

/** The plan of a deployment, as whoever approves it reads it. */
export function planSummary(stack: string, engine: EngineRun, pages: Pages, limit: number): string {
  if (!engine.ok) return failure(`The plan for ${code(stack)} failed; nothing was changed`, engine, pages, limit);
  if (!changesAnything(engine)) return `## ${code(stack)} is up to date\n\nThere is nothing to deploy.`;
  const title = `## Plan for ${code(stack)}: ${countsText(engine)}`;
  return whole((entries) => [title, stepsBlock(engine, entries)].join("\n\n"), title, limit);
}

/** What a deployment came to, and what is safe to do next. */
export function deploySummary(
  stack: string,
  outcome: { engine?: EngineRun; health?: Health; stale?: string },
  pages: Pages,
  limit: number,
): string {
  const { engine, health, stale } = outcome;
  if (stale !== undefined) {
    const next = { text: "Run all jobs again: that makes a new plan, to be approved anew.", page: "ci.md#the-plan" };
    return [`## ❌ ${code(stack)} was not deployed; nothing was changed`, code(stale), nextText([next], pages)].join(
      "\n\n",
    );
  }
  if (engine && !engine.ok) {
    return failure(`The update of ${code(stack)} did not end well; it is in part done`, engine, pages, limit);
  }
  const done = engine && changesAnything(engine) ? countsText(engine) : "no change";
  const title =
    health && !isHealthy(health)
      ? `## ❌ ${code(stack)} is deployed (${done}), and not all is well`
      : `## ✅ ${code(stack)} is deployed: ${done}`;
  return whole(
    (entries) =>
      [
        title,
        ...(health ? [healthText(health, entries, pages)] : []),
        ...(engine?.steps.length ? [folded(counted(engine.steps.length, "step"), stepsBlock(engine, entries))] : []),
      ].join("\n\n"),
    title,
    limit,
  );
}

/** A command that could not do its work at all, such as a log-in that was refused. */
export function crashSummary(command: string, message: string, pages: Pages): string {
  const begun = command === "apply" ? "The log says whether the update had begun." : "Nothing was changed.";
  const next = nextText(nextSteps([message]), pages);
  return [`## ❌ ${code(`ci/run ${command}`)} could not do its work`, `${begun} ${code(message, 1_000)}`, next].join(
    "\n\n",
  );
}

function failure(title: string, engine: EngineRun, pages: Pages, limit: number): string {
  const head = `## ❌ ${title}`;
  return whole(
    (entries) =>
      [
        head,
        errorLines(engine, entries),
        nextText(nextSteps(engine.errors), pages),
        ...(engine.steps.length
          ? [folded(`What was done or begun: ${counted(engine.steps.length, "step")}`, stepsBlock(engine, entries))]
          : []),
      ].join("\n\n"),
    head,
    limit,
  );
}

function nextText(steps: readonly NextStep[], { docs }: Pages): string {
  return [
    "**Next**",
    "",
    ...steps.map(({ text, page }) => `- ${text} ([${page.split("#")[0]}](${docs}/${page}))`),
  ].join("\n");
}

/** What doctor found, for a summary. */
export function healthText(health: Health, entries: number, pages: Pages): string {
  if (health.failed !== undefined) {
    const next = { text: "Look yourself: `bin/arc doctor`. The deployment itself is done.", page: "doctor.md" };
    return [`**Doctor could not look:** ${code(health.failed, 1_000)}`, nextText([next], pages)].join("\n\n");
  }
  const { bad, others, unseen } = health;
  const parts = [
    bad.length ? `**Doctor: ${counted(bad.length, "finding")}**\n\n${findingLines(bad, entries)}` : "",
    others.length ? folded(`Doctor: ${counted(others.length, "remark")}`, findingLines(others, entries)) : "",
    unseen.length ? folded(`Not seen: ${unseen.length}`, unseen.map((each) => `- ${code(each)}`).join("\n")) : "",
    bad.length
      ? nextText(
          [{ text: "Each finding has its commands; the runbook leads on from the symptom.", page: "runbook.md" }],
          pages,
        )
      : "",
  ].filter(Boolean);
  return parts.length ? parts.join("\n\n") : "Doctor finds nothing wrong.";
}

function findingLines(findings: readonly Finding[], entries: number): string {
  const lines = findings
    .slice(0, entries)
    .map(({ id, set, what, fix }) =>
      [
        `- ${code(id)}${set ? ` ${code(set)}` : ""}  \n  ${code(what)}`,
        ...fix.slice(0, 3).map((command) => `  ${code(command)}`),
      ].join("  \n"),
    );
  const more = findings.length - lines.length;
  return [...lines, ...(more > 0 ? [`- … and ${more} more; \`bin/arc doctor\` lists all`] : [])].join("\n");
}

function whole(build: (entries: number) => string, otherwise: string, limit: number): string {
  return fitting(build, limit) ?? otherwise;
}
