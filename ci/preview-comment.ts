import { counted } from "../cli/terminal";
import { Pause } from "../components/runners/edit-effect";
import { changedSet, EFFECTS, type SetChange, touchedSets } from "../cli/preview/changes";
import { type Diagnostic, placeText } from "../stacks/diagnostic";
import { changesAnything } from "./engine";
import { countsText, errorLines, stepsBlock } from "./engine-text";
import { code, codeCell, fitting, folded, markdownTable } from "./markdown";
import type { StackPreview } from "./preview-report";

/** By it the comment is found again; GitHub does not show it. */
export const PREVIEW_MARKER = "<!-- arc-preview -->";

/** Characters that GitHub takes of a comment. */
export const COMMENT_LIMIT = 65_536;

export interface CommentInput {
  /** Commit that was looked at. */
  commit: string;
  /** Address of the repository. @example "https://github.com/acme/runners" */
  repository: string;
  /** Address of the run, where the whole text is. */
  run: string;
  previews: readonly StackPreview[];
  /** Stacks that there must be a plan of. */
  planned: readonly string[];
  /** Stacks whose stack file the pull request deletes. */
  removed: readonly string[];
}

/** The comment of a pull request: for each stack what the checks say, what the engine would do, what becomes of the sets. */
export function previewComment(input: CommentInput, limit = COMMENT_LIMIT): string {
  const whole = fitting((entries) => commentText(input, entries), limit);
  // Hundreds of stacks: the table of them is all that fits, and at last not even that.
  return whole ?? fitting((entries) => tableText(input, entries), limit) ?? head(input);
}

function head({ commit, run }: CommentInput): string {
  return `${PREVIEW_MARKER}\n## Preview at ${code(commit.slice(0, 10))}\n\n[The whole run](${run}).`;
}

function commentText(input: CommentInput, entries: number): string {
  const { previews, repository, commit } = input;
  const pages = `${repository}/blob/${commit}/docs`;
  const sections = previews.map((preview) => stackSection(preview, entries, pages));
  return [tableText(input, previews.length), ...sections].filter(Boolean).join("\n\n");
}

function tableText(input: CommentInput, rows: number): string {
  const { previews, removed } = input;
  const more = previews.length - rows;
  const table = markdownTable(
    ["stack", "checks", "plan", "runner sets"],
    previews
      .slice(0, rows)
      .map((preview) => [
        codeCell(preview.stack),
        checksCell(preview),
        planCell(preview, input.planned),
        setsCell(preview),
      ]),
  );
  return [
    head(input),
    previews.length ? table : "No stack changes.",
    ...(more > 0 ? [`${counted(more, "more stack")}: see the run; this comment has no room for them.`] : []),
    ...(removed.length
      ? [
          `The stack file of ${removed.map((stack) => code(stack)).join(", ")} is deleted. Nothing is destroyed by that: ` +
            "run `pulumi destroy` before the file goes.",
        ]
      : []),
  ].join("\n\n");
}

function checksCell({ check }: StackPreview): string {
  if ("failed" in check) return "❌ could not run";
  const { problems, warnings } = check.report;
  const parts = [
    ...(problems.length ? [`❌ ${counted(problems.length, "problem")}`] : []),
    ...(warnings.length ? [`⚠️ ${counted(warnings.length, "warning")}`] : []),
  ];
  return parts.join(", ") || "✅";
}

function planCell({ stack, engine }: StackPreview, planned: readonly string[]): string {
  if (!engine) return planned.includes(stack) ? "❌ could not run" : "not asked";
  if (!engine.ok) return "❌ failed";
  return changesAnything(engine) ? countsText(engine) : "no change";
}

function touched({ check }: StackPreview): SetChange[] | undefined {
  if ("failed" in check) return undefined;
  const { changes } = check.report;
  return changes && touchedSets(changes.sets);
}

function setsCell(preview: StackPreview): string {
  const sets = touched(preview);
  if (!sets) return "not compared";
  const each = EFFECTS.flatMap((effect) => {
    const count = sets.filter((set) => set.effect === effect).length;
    return count ? [`${effect}: ${count}`] : [];
  });
  return each.join(", ") || "nothing";
}

function stackSection(preview: StackPreview, entries: number, pages: string): string {
  const { check, engine } = preview;
  const report = "report" in check ? check.report : undefined;
  const parts = [
    ...("failed" in check ? [`**The check could not run:** ${code(check.failed)}`] : []),
    diagnosticsText("Problems", report?.problems ?? [], entries),
    engine && !engine.ok ? `**The plan failed**\n\n${errorLines(engine, entries)}` : "",
    setsText(touched(preview) ?? [], entries, pages),
    foldedDiagnostics("Warnings", report?.warnings ?? [], entries),
    foldedDiagnostics("Before pulumi up", report?.beforeUp ?? [], entries),
    engine?.steps.length ? folded(`Plan: ${countsText(engine)}`, stepsBlock(engine, entries)) : "",
  ].filter(Boolean);
  return parts.length ? [`### ${code(preview.stack)}`, ...parts].join("\n\n") : "";
}

function foldedDiagnostics(title: string, diagnostics: Diagnostic[], entries: number): string {
  if (!diagnostics.length) return "";
  return folded(`${title}: ${diagnostics.length}`, diagnosticLines(diagnostics, entries));
}

function diagnosticsText(title: string, diagnostics: Diagnostic[], entries: number): string {
  if (!diagnostics.length) return "";
  return `**${title}** (${diagnostics.length})\n\n${diagnosticLines(diagnostics, entries)}`;
}

function diagnosticLines(diagnostics: Diagnostic[], entries: number): string {
  const lines = diagnostics
    .slice(0, entries)
    .map(({ id, message, allowed, fix, ...place }) =>
      [
        `- ${code(placeText(place))} ${code(id)}`,
        `  ${code(message)}`,
        ...(allowed ? [`  allowed: ${code(allowed)}`] : []),
        ...(fix ? [`  fix: ${code(fix)}`] : []),
      ].join("  \n"),
    );
  return [...lines, ...leftOut(diagnostics.length - lines.length)].join("\n");
}

function setsText(sets: SetChange[], entries: number, pages: string): string {
  if (!sets.length) return "";
  const rows = sets
    .slice(0, entries)
    .map((set) => [codeCell(changedSet(set)), set.effect, fieldsCell(set.fields), pauseCell(set.pause)]);
  const table = markdownTable(["runner set", "effect", "because of", "takes no new job"], rows);
  return [
    `**Runner sets** ([what an edit does](${pages}/how-edits-behave.md))`,
    ...(rows.length ? [table] : []),
    ...leftOut(sets.length - rows.length),
  ].join("\n\n");
}

function fieldsCell([first, ...others]: string[]): string {
  if (first === undefined) return "";
  return `${codeCell(first)}${others.length ? ` and ${others.length} more` : ""}`;
}

function pauseCell(pause: Pause): string {
  return pause === Pause.None ? "" : pause;
}

function leftOut(count: number): string[] {
  return count > 0 ? [`- … and ${count.toLocaleString("en")} more; the run has all of them.`] : [];
}
