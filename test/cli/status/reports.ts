import type { DoctorReport } from "../../../cli/doctor/report";
import { type Finding, type Found, Harm } from "../../../cli/doctor/rule";
import { RULES } from "../../../cli/doctor/rules";
import type { SetRow } from "../../../cli/doctor/sets";

const DAY = 86_400;

/** A sound runner set, or one with a difference. */
export function setRow(name: string, changes: Partial<SetRow> = {}): SetRow {
  const org = name.replace(/-.*/, "");
  return {
    namespace: `${org}-ci`,
    name,
    org,
    phase: "Running",
    minRunners: 0,
    maxRunners: 10,
    current: 3,
    desired: 3,
    pending: 0,
    running: 3,
    failed: 0,
    listener: "Running",
    quotaCeiling: 16,
    secretAgeSeconds: 12 * DAY,
    version: "0.14.2",
    ...changes,
  };
}

/** A set that the stack has and the cluster has not. */
export function missingRow(name: string): SetRow {
  const { namespace, org } = setRow(name);
  return { namespace, name, org: org!, phase: "missing", listener: "missing" };
}

export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    id: "listener/missing",
    harm: Harm.Stops,
    set: "acme-ci/acme-runners",
    what: "acme-ci/acme-runners has no AutoscalingListener",
    evidence: ["phase Pending"],
    cause: "the controller makes no listener for the set, so nobody asks GitHub for its jobs",
    fix: ["kubectl get autoscalinglisteners -A"],
    docs: "docs/doctor.md#listenermissing",
    ...changes,
  };
}

/** Everything was seen, and nothing is wrong. */
export function report(changes: Partial<DoctorReport> = {}): DoctorReport {
  return {
    stack: "prod",
    server: "https://10.0.0.1:6443",
    at: "2026-11-21T23:09:05.123Z",
    version: "0.14.2",
    rules: 57,
    sets: [setRow("acme-runners"), setRow("globex-runners")],
    findings: [],
    unknown: [],
    ...changes,
  };
}

/** A platform on a bad day, as doctor tells it; the names are invented. */
export function badDay(): DoctorReport {
  return report({
    server: "https://k8s.ci.example:6443",
    rules: 93,
    sets: BAD_SETS,
    findings: [...BAD_FINDINGS],
    unknown: [
      {
        source: "github",
        why: "GITHUB_TOKEN is not set.",
        rules: ["github/not-installed", "github/runner-group-missing", "github/rate-limit"],
      },
      {
        source: "controllerLogs",
        why: 'pods "arc-gha-rs-controller" is forbidden: User "status-page" cannot get resource "pods/log" in API group "" in the namespace "arc-systems"',
        rules: ["log/version-mismatch"],
      },
    ],
  });
}

const BAD_SETS = [
  setRow("acme-runners", {
    ...{ minRunners: 2, maxRunners: 12, quotaCeiling: 10 },
    ...{ current: 9, desired: 12, running: 6, pending: 2, failed: 1 },
  }),
  setRow("globex-linux-large", {
    ...{ minRunners: 2, maxRunners: 8, current: 2, desired: 2, running: 2 },
    ...{ phase: "Pending", listener: "missing" },
  }),
  setRow("globex-linux-small", { current: 14, desired: 14, running: 14, maxRunners: 24, quotaCeiling: 24 }),
  setRow("initech-release-runners", {
    ...{ current: 0, desired: 0, running: 0, maxRunners: 4 },
    ...{ secretAgeSeconds: 200 * DAY },
  }),
  missingRow("umbrella-runners"),
];

/** A finding with what its rule says of all of them. */
function told(id: string, found: Found): Finding {
  const rule = RULES.find((each) => each.id === id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  const { harm, cause, issue } = rule;
  const docs = `docs/doctor.md#${id.replace("/", "")}`;
  return { id, harm, cause, ...(issue ? { issue } : {}), docs, ...found };
}

const BAD_FINDINGS: Finding[] = [
  told("listener/deadlock", {
    set: "globex-ci/globex-linux-large",
    what: "globex-ci/globex-linux-large has no listener, and gets none while its idle runners stay",
    evidence: ["phase Pending", "EphemeralRunnerSet globex-linux-large-x7k2p: replicas 2, 0 pending, 2 running"],
    fix: [
      "# what the controller does for another template; running jobs end first:",
      `kubectl -n globex-ci patch ephemeralrunnersets globex-linux-large-x7k2p --type=merge -p '{"spec":{"replicas":0,"patchID":0}}'`,
    ],
  }),
  told("set/missing", {
    set: "umbrella-ci/umbrella-runners",
    what: "umbrella-ci/umbrella-runners is in the stack and not in the cluster",
    evidence: ["there is no AutoscalingRunnerSet umbrella-ci/umbrella-runners"],
    fix: ["pulumi up --refresh"],
  }),
  told("runner/failed", {
    set: "acme-ci/acme-runners",
    what: "Runners of acme-ci/acme-runners failed for good: 1 of at most 12 runners is Failed",
    evidence: ["acme-runners-b6d4f-runner-9wq2x: TooManyPodFailures: Pod has failed to start more than 5 times: "],
    fix: ["kubectl -n acme-ci get ephemeralrunners", "bin/arc heal failed-runners --set acme-runners"],
  }),
  told("quota/full", {
    set: "acme-ci/acme-runners",
    what: "2 runners of acme-ci/acme-runners wait for room in the quota acme-ci/runners, which has some for 1",
    evidence: ["limits.cpu: 88 of 96 used; a runner takes 6", "the longest has waited for 9m"],
    fix: [
      "kubectl -n acme-ci describe resourcequota runners",
      "# raise the set's quota in the stack file, or lower maxRunners or the runner's resources, then:",
      "pulumi up",
    ],
  }),
  told("image/outdated", {
    set: "initech-ci/initech-release-runners",
    what: "The runner 2.331.0 of initech-ci/initech-release-runners is behind: its successor is there for 24 days, and GitHub may stop it in 6 days",
    evidence: ["image ghcr.io/initech/runner:2.331.0", "2.332.0 was published on 2026-10-28"],
    fix: [
      "# build or choose an image with a newer runner for initech-ci/initech-release-runners (arc:runner.image), then:",
      "pulumi up",
    ],
  }),
];

/** What nobody could name an object, and any message may hold. */
const HOSTILE = [
  "</p><script>alert(1)</script>",
  `"onmouseover="alert(1)`,
  "'><img src=https://evil.example/x onerror=alert(1)>",
  "</style></script></code></pre><!--",
  "&lt;b&gt;",
  "\u202egpj.exe\u0000\u001b[31m",
  "x".repeat(300),
].join(" ");

/** A report in which every text of the cluster is hostile, or the same with another text. */
export function hostile(text = HOSTILE): DoctorReport {
  const set = `${text}/${text}`;
  const found = { set, what: text, evidence: [text, text], fix: [`# ${text}`, text], cause: text };
  return report({
    server: text,
    version: text,
    stack: text,
    sets: [
      setRow("a-x", { namespace: text, name: text, org: text, phase: text, listener: text, version: "" }),
      setRow("b-x", { phase: text, listener: text, version: text }),
    ],
    findings: [finding(found), finding({ ...found, harm: Harm.Risk })],
    unknown: [{ source: "github", why: text, rules: ["github/app"] }],
  });
}
