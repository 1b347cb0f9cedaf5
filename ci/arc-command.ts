import { execFile } from "node:child_process";
import path from "node:path";
import type { DoctorReport } from "../cli/doctor/report";
import { ExitCode } from "../cli/exit-code";
import type { PreviewReport } from "../cli/preview/report";
import { redacted } from "./redacted";

/** What a command of `bin/arc` found, or why it could not look. */
export type Answer<R> = { report: R } | { failed: string };

/** `arc preview`, as a process of its own, as people run it. @param against file with an exported state */
export function arcPreview(root: string, stack: string, against?: string): Promise<Answer<PreviewReport>> {
  return arc(root, ["preview", "--stack", stack, "--json", ...(against ? ["--against", against] : [])]);
}

/** `arc doctor`. */
export function arcDoctor(root: string, stack: string): Promise<Answer<DoctorReport>> {
  return arc(root, ["doctor", "--stack", stack, "--json"]);
}

function arc<R>(root: string, args: string[]): Promise<Answer<R>> {
  const program = path.join(__dirname, "..", "bin", "arc");
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        const status = error ? error.code : ExitCode.Ok;
        // Problems are an answer too; only a command that could not do its work has none.
        if (status === ExitCode.Ok || status === ExitCode.Problems) resolve({ report: JSON.parse(stdout) as R });
        else resolve({ failed: redacted(stderr.trim() || (error?.message ?? "it said nothing")) });
      },
    );
  });
}
