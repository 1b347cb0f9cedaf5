import { Pause } from "../../components/runners/edit-effect";
import { counted, type Terminal, table } from "../terminal";
import {
  ChangeKind,
  type ChangesReport,
  changedSet,
  type ResourceChange,
  type SetChange,
  touchedSets,
} from "./changes";

/** Sets that are shown before the rest is only counted. */
const SHOWN = 40;

/** What differs from a state, as a person reads it. */
export function changesText({ against, sets, resources }: ChangesReport, terminal: Terminal): string {
  const { paint } = terminal;
  return [
    `${paint.bold("Changes")}  against ${against}`,
    ...setLines(sets, terminal),
    ...Object.values(ChangeKind).map((change) => `  ${change}: ${kindsText(resources, change)}`),
    paint.dim("  Secrets are not compared."),
  ].join("\n");
}

function setLines(sets: SetChange[], terminal: Terminal): string[] {
  const touched = touchedSets(sets);
  const rows = touched.slice(0, SHOWN).map((set) => [changedSet(set), set.effect, fieldsText(set.fields)]);
  const more = touched.length - rows.length;
  const rest = sets.length - touched.length;
  return [
    ...(rows.length ? [table(["set", "effect", "because of"], rows, [], terminal)] : []),
    ...(more ? [terminal.paint.dim(`  … and ${more} more; --json lists all`)] : []),
    ...[Pause.JobsEnd, Pause.IdleRunnersDeleted].flatMap((pause) => pauseText(touched, pause)),
    ...(rest ? [`  ${rows.length ? counted(rest, "other set") : counted(rest, "set")}: nothing`] : []),
  ];
}

function fieldsText([first, ...others]: string[]): string {
  return `${first ?? ""}${others.length ? ` and ${others.length} more` : ""}`;
}

function pauseText(sets: SetChange[], pause: Pause): string[] {
  const count = sets.filter((set) => set.pause === pause).length;
  return count ? [`  ${counted(count, "set")} ${count === 1 ? "takes" : "take"} no new job ${pause}`] : [];
}

/** `Namespace 1, Role 2` */
function kindsText(resources: ResourceChange[], change: ChangeKind): string {
  const kinds = resources.filter((resource) => resource.change === change).map(({ kind }) => kind);
  const each = [...new Set(kinds)].sort().map((kind) => `${kind} ${kinds.filter((other) => other === kind).length}`);
  return each.join(", ") || "nothing";
}
