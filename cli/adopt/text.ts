import { quoted } from "../../stacks/diagnostic";
import { diagnosticsText } from "../preview/text";
import { counted, type Terminal, wrap } from "../terminal";
import type { Difference } from "./differences";
import { forgetCommand } from "./helm";
import { type AdoptedObject, type AdoptReport, Outcome } from "./report";

/** Lines of a list that are shown before the rest is only counted. */
const SHOWN = 40;
/** Differences of one object. */
const FIELDS_SHOWN = 12;

/** The report as a person reads it. */
export function adoptText(report: AdoptReport, terminal: Terminal): string {
  const { paint } = terminal;
  const heading = [`arc adopt · stack ${report.stack}`, report.version && `ARC ${report.version}`, report.server];
  return [
    paint.bold(heading.filter(Boolean).join(" · ")),
    diagnosticsText("Problems", report.problems, paint.red("✗"), terminal),
    ...(report.problems.length ? [paint.red("The cluster was not read.")] : sections(report, terminal)),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function sections(report: AdoptReport, terminal: Terminal): string[] {
  return [
    obstaclesText(report, terminal),
    adoptedText(report, terminal),
    createdText(report, terminal),
    leftAloneText(report, terminal),
    releasesText(report, terminal),
    nextText(report, terminal),
  ];
}

function obstaclesText({ obstacles }: AdoptReport, { paint, width }: Terminal): string {
  if (!obstacles.length) return "";
  return [
    `${paint.bold("In the way")} (${obstacles.length})`,
    ...obstacles.map(({ object, message, fix }) =>
      [
        `  ${paint.red("✗")} ${paint.bold(object)}`,
        wrap(message, width, "    "),
        wrap(`${paint.dim("fix:")} ${fix}`, width, "    "),
      ].join("\n"),
    ),
  ].join("\n");
}

function adoptedText({ adopted }: AdoptReport, terminal: Terminal): string {
  const { paint } = terminal;
  const same = adopted.filter(({ outcome }) => outcome === Outcome.Nothing).length;
  const changed = adopted.filter(({ outcome }) => outcome !== Outcome.Nothing);
  const title = `${paint.bold("To adopt")}  ${counted(adopted.length, "object")}; the first pulumi up changes ${changed.length} and leaves ${same} as they are`;
  const shown = changed.slice(0, SHOWN).flatMap((object) => objectLines(object, terminal));
  return [title, ...shown, ...more(changed.length - SHOWN, "object", terminal)].join("\n");
}

function objectLines({ object, outcome, differences, effect, pause, others }: AdoptedObject, terminal: Terminal) {
  const { paint, width } = terminal;
  const replaced = outcome === Outcome.Replaced;
  const pauses =
    pause && pause !== "none" ? ` (no new job for it ${pause === "some seconds" ? "for some seconds" : pause})` : "";
  return [
    `  ${replaced ? paint.red("±") : paint.yellow("~")} ${paint.bold(object)}${replaced ? paint.red("  replaced") : ""}`,
    ...(effect ? [wrap(`${effect}${pauses}`, width, "    ")] : []),
    ...differences.slice(0, FIELDS_SHOWN).map((difference) => `    ${fieldText(difference, width - 4, terminal)}`),
    ...more(differences.length - FIELDS_SHOWN, "field", terminal, "    "),
    ...(others.length
      ? [
          wrap(
            `${others.join(", ")} has set some of these fields too: pulumi up stops there with a conflict`,
            width,
            "    ",
          ),
        ]
      : []),
  ];
}

function fieldText({ path, kind, before, after }: Difference, width: number, { paint }: Terminal): string {
  const mark = { change: "~", add: "+", remove: "-" }[kind];
  const values = { change: `${quoted(before)} → ${quoted(after)}`, add: quoted(after), remove: quoted(before) }[kind];
  const line = `${mark} ${path}  ${paint.dim(values)}`;
  return `${mark} ${path}  ${values}`.length > width ? `${mark} ${path}` : line;
}

function createdText({ created, crds, elsewhere }: AdoptReport, terminal: Terminal): string {
  const lines = [
    ...created.slice(0, SHOWN).map((object) => `  + ${object}`),
    ...more(created.length - SHOWN, "object", terminal),
    ...(crds.planned
      ? [
          `  + ${counted(crds.planned, "CustomResourceDefinition")}, ${crds.found} of which are there and taken over as they are created`,
        ]
      : []),
    ...Object.entries(elsewhere).map(
      ([kind, count]) => `  + ${count} × ${kind}, not looked at: what is there already is overwritten`,
    ),
  ];
  return [`${terminal.paint.bold("Created")}  ${counted(created.length, "object")}`, ...lines].join("\n");
}

function leftAloneText({ leftAlone }: AdoptReport, terminal: Terminal): string {
  if (!leftAlone.length) return "";
  return [
    `${terminal.paint.bold("Left alone")} (${leftAlone.length})`,
    ...leftAlone.slice(0, SHOWN).map(({ object, note }) => `  · ${object}${note ? `: ${note}` : ""}`),
    ...more(leftAlone.length - SHOWN, "object", terminal),
  ].join("\n");
}

function releasesText({ releases }: AdoptReport, { paint }: Terminal): string {
  if (!releases.length) return "";
  return [
    `${paint.bold("Helm releases")} (${releases.length})`,
    ...releases.map(
      ({ name, namespace, chart, objects, records }) =>
        `  · ${namespace}/${name}  ${[chart, counted(objects, "object"), counted(records, "record")].filter(Boolean).join(", ")}`,
    ),
  ].join("\n");
}

function nextText(report: AdoptReport, { paint, width }: Terminal): string {
  if (report.obstacles.length) {
    return paint.red(`${counted(report.obstacles.length, "thing")} in the way; no import file was written.`);
  }
  const { importFile, stack } = report;
  if (!importFile) return paint.green("✓ nothing to adopt");
  const steps = [
    ...handOverStep(report),
    ...(importFile.sameCluster.length ? [["Let Pulumi work on the same cluster.", ...importFile.sameCluster]] : []),
    ...(importFile.providersFirst.length
      ? [
          [
            "Make the provider: its kubeconfig is no matter for a file.",
            ...importFile.providersFirst.map((urn) => `pulumi up --stack ${stack} --target '${urn}'`),
          ],
        ]
      : []),
    [
      "Import: it reads the objects into the stack's state and changes nothing.",
      `pulumi import --stack ${stack} --file ${importFile.path} --protect=false --generate-code=false --yes`,
    ],
    [
      "Look, then deploy: the preview must show no replace and no delete.",
      `pulumi preview --stack ${stack} --diff && pulumi up --stack ${stack}`,
    ],
    ...(report.releases.length
      ? [
          [
            "Make Helm forget its releases. Never helm uninstall: it deletes by its own record, whatever annotations the objects have.",
            ...report.releases.map(forgetCommand),
          ],
        ]
      : []),
  ];
  return [
    `${paint.green("✓")} ${counted(importFile.objects, "object")} in ${paint.bold(importFile.path)}`,
    "",
    paint.bold("Next"),
    ...steps.flatMap(([text, ...commands], index) => [
      `  ${index + 1}. ${wrap(text!, width, "     ").trimStart()}`,
      ...commands.map((command) => `     ${paint.dim("$")} ${command}`),
    ]),
  ].join("\n");
}

function handOverStep({ handOver, stack }: AdoptReport): string[][] {
  const tools = Object.entries(handOver.tools).map(([tool, objects]) => `${tool} (${objects})`);
  if (!handOver.objects || handOver.done) return [];
  return [
    [
      `Hand over the fields of ${counted(handOver.objects, "object")} that were set by ${tools.join(", ")}. It changes metadata.managedFields, and a Deployment's strategy where the stack has another; nothing restarts. Without it pulumi stops at conflicts, and what the stack does not say would stay for ever.`,
      `bin/arc adopt --stack ${stack} --hand-over`,
    ],
  ];
}

function more(count: number, noun: string, { paint }: Terminal, indent = "  "): string[] {
  return count > 0 ? [paint.dim(`${indent}… and ${counted(count, `more ${noun}`)}; --json lists all`)] : [];
}
