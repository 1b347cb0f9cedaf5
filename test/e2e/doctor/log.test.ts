import { Printer } from "../../../cli/doctor/logs/lines";
import {
  controllerLine,
  listenerEnd,
  listenerLine,
  LogFormat,
  runnerLine,
  setLine,
} from "../../cli/doctor/logs/printed";
import { HARMLESS, type Sample, SAMPLES } from "../../cli/doctor/logs/samples";
import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { encoded } from "./support/healthy";
import { addEvent, listenerOf, listenerPodOf, setOf } from "./support/members";
import { ACME, GLOBEX } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const CONTROLLER_POD = "arc-systems/arc-gha-rs-controller-6d5f";
const [NAMESPACE = "", SET = ""] = ACME.split("/");
const RUNNER = "globex-runners-x7k2p-runner-7k2p1";
const RENEW = [`bin/arc heal external-secrets --set ${ACME}`, `bin/arc heal listener --set ${ACME}`];
/** Samples that need more than their lines to be a finding. */
const CONDITIONAL = ["log/version-mismatch", "log/session-conflict"];

function print(world: World, pod: string, container: string, ...lines: string[]): void {
  const key = `${pod}/${container}`;
  world.logs.set(key, [...(world.logs.get(key)?.split("\n") ?? []), ...lines].join("\n"));
}

/** Lets the printer of a sample write it so many seconds ago. */
function say(
  world: World,
  { printer, logged, text = "" }: Sample,
  seconds: number,
  format: LogFormat = LogFormat.Text,
) {
  const at = world.ago(seconds);
  if (logged) return print(world, CONTROLLER_POD, "manager", controllerLine(format, at, logged));
  if (printer === Printer.Runner) {
    const line = text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/, at.replace("T", " "));
    return print(world, GLOBEX.replace(/\/.*/, `/${RUNNER}`), "runner", line);
  }
  print(world, `arc-systems/${listenerOf(world, ACME).metadata.name}`, "listener", listenerEnd(at, text));
}

const sample = (id: string, index = 0) => SAMPLES[id]![index]!;
const listenerSays = (world: World, line: string) =>
  print(world, `arc-systems/${listenerOf(world, ACME).metadata.name}`, "listener", line);

describe("Doctor, about the logs of ARC", () => {
  for (const [index, [id, samples]] of Object.entries(SAMPLES)
    .filter(([each]) => !CONDITIONAL.includes(each))
    .entries()) {
    it(`finds ${id}, once for all lines of it`, async () => {
      for (const said of samples) {
        const diagnosis = await diagnosed((world) => {
          world.lookAfter(1200);
          for (const seconds of [900, 600, 300]) {
            say(world, said, seconds, index % 2 ? LogFormat.Json : LogFormat.Text);
          }
        });
        const isAboutSet =
          said.logged === undefined || Object.keys(said.logged.fields).some((key) => /runner/i.test(key));
        const set = said.printer === Printer.Runner ? GLOBEX : ACME;
        assertFindings(diagnosis, [{ id, ...(isAboutSet ? { set } : {}) }]);
      }
    });
  }

  it("says what, how often, when and where, with the last line and what mends it", async () => {
    const refused = sample("log/app-refused");
    const times: string[] = [];
    const diagnosis = await diagnosed((world) => {
      times.push(world.ago(840), world.ago(60));
      for (const seconds of [840, 400, 60]) {
        say(world, refused, seconds);
        const { error = "" } = refused.logged!;
        const repeated = { ...setLine(NAMESPACE, SET, "Reconciler error", error), logger: "" };
        print(world, CONTROLLER_POD, "manager", controllerLine(LogFormat.Text, world.ago(seconds), repeated));
      }
    });
    assertFindings(diagnosis, [
      {
        id: "log/app-refused",
        set: ACME,
        harm: "takes no jobs",
        what: `GitHub does not know the App or the key of ${ACME}`,
        evidence: [
          `3 lines from ${times[0]} to ${times[1]} in the log of ${CONTROLLER_POD}`,
          /^Reconciler error: failed to create new actions service request: .*failed\(status="401 Unauthorized"/,
        ],
        fix: ["# compare app id and key with the App's settings on GitHub; then:", ...RENEW],
      },
    ]);
  });

  it("tells each set its own trouble", async () => {
    const diagnosis = await diagnosed((world) => {
      say(world, sample("log/url-invalid"), 60);
      const [namespace = "", name = ""] = GLOBEX.split("/");
      const { message, error = "" } = sample("log/owner-unknown").logged!;
      print(
        world,
        CONTROLLER_POD,
        "manager",
        controllerLine(LogFormat.Text, world.ago(60), setLine(namespace, name, message, error)),
      );
    });
    assertFindings(diagnosis, [
      { id: "log/owner-unknown", set: GLOBEX },
      { id: "log/url-invalid", set: ACME },
    ]);
  });

  it("is quiet about lines of more than twenty minutes ago, and of those without a time before the last fifty", async () => {
    const old = await diagnosed((world) => say(world, sample("log/app-refused"), 1210));
    assertFindings(old, []);
    const out = "fatal error: runtime: out of memory";
    const fresh = await diagnosed((world) => listenerSays(world, [out, ...Array(49).fill("goroutine 1")].join("\n")));
    assertFindings(fresh, [{ id: "log/out-of-memory", set: ACME }]);
    const long = await diagnosed((world) => listenerSays(world, [out, ...Array(50).fill("goroutine 1")].join("\n")));
    assertFindings(long, []);
  });

  it("is quiet once it works again", async () => {
    const registered = { ...setLine(NAMESPACE, SET, "Created/Reused a runner scale set"), severity: "INFO" as const };
    const github = await diagnosed((world) => {
      say(world, sample("log/app-refused"), 120);
      print(world, CONTROLLER_POD, "manager", controllerLine(LogFormat.Json, world.ago(60), registered));
    });
    assertFindings(github, []);
    const runner = runnerLine(NAMESPACE, `${SET}-x7k2p-runner-zzzzz`, "Created ephemeral runner pod");
    const pod = await diagnosed((world) => {
      for (const seconds of [180, 120]) say(world, sample("log/quota-exceeded"), seconds);
      print(world, CONTROLLER_POD, "manager", controllerLine(LogFormat.Text, world.ago(60), runner));
    });
    assertFindings(pod, []);
    const listener = await diagnosed((world) => {
      say(world, sample("log/app-refused", 1), 120);
      listenerSays(world, listenerLine(LogFormat.Text, world.ago(60), "Getting next message", { lastMessageID: "7" }));
    });
    assertFindings(listener, []);
  });

  it("is quiet about retries that helped, and about the first ones", async () => {
    const url = "https://api.github.com/app/installations/41/access_tokens";
    const failed = (world: World, times: number) => {
      for (let attempt = 0; attempt < times; attempt++) {
        const error = `Post "${url}": dial tcp 140.82.121.6:443: i/o timeout`;
        listenerSays(world, listenerLine(LogFormat.Json, world.ago(90 - attempt), "request failed", { error, url }));
      }
    };
    assertFindings(await diagnosed((world) => failed(world, 2)), []);
    assertFindings(await diagnosed((world) => failed(world, 3)), [{ id: "log/unreachable", set: ACME }]);
    const helped = await diagnosed((world) => {
      failed(world, 4);
      listenerSays(world, listenerLine(LogFormat.Json, world.ago(60), "Getting next message"));
    });
    assertFindings(helped, []);
  });

  it("is quiet about lines that are part of a day's work, however often they come", async () => {
    const diagnosis = await diagnosed((world) => {
      for (const harmless of HARMLESS) for (const seconds of [90, 60, 30]) say(world, harmless, seconds);
    });
    assertFindings(diagnosis, []);
  });

  it("is quiet about a pod that is told to end", async () => {
    const diagnosis = await diagnosed((world) => {
      const pod = world.get("Pod", CONTROLLER_POD);
      pod.metadata.finalizers = ["example.com/held"];
      pod.deleting = true;
      for (const seconds of [90, 60]) say(world, sample("log/secret-unreadable"), seconds);
      // Another one has taken over.
      const { name: _name, finalizers: _finalizers, ...metadata } = pod.metadata;
      world.add({
        ...structuredClone(pod),
        metadata: { ...metadata, name: "arc-gha-rs-controller-7e6a" },
        deleting: false,
      });
    });
    assertFindings(diagnosis, []);
  });

  it("does not blame the Secret for an API server that was down", async () => {
    const down = HARMLESS.find(({ logged }) => logged?.error?.startsWith("Patch "))!;
    const during = await diagnosed((world) => {
      for (const seconds of [300, 290, 280]) say(world, sample("log/secret-unreadable"), seconds);
      say(world, down, 270);
      say(world, sample("log/secret-unreadable"), 250);
    });
    assertFindings(during, []);
    const since = await diagnosed((world) => {
      say(world, down, 270);
      for (const seconds of [230, 200]) say(world, sample("log/secret-unreadable"), seconds);
    });
    assertFindings(since, [{ id: "log/secret-unreadable", set: ACME }]);
  });

  it("leaves it to the objects where they say the same", async () => {
    const diagnosis = await diagnosed((world) => {
      const secret = world.get("Secret", `${NAMESPACE}/github-token`);
      secret.data = { ...(secret.data as object), ...encoded({ github_token: "not-a-real-token" }) };
      say(world, sample("log/app-and-token"), 60);
    });
    assertFindings(diagnosis, [{ id: "secret/app-and-token", set: ACME }]);
  });

  it("takes the place of what says only that something fails", async () => {
    const unregistered = (world: World) => {
      delete setOf(world, ACME).metadata.annotations!["runner-scale-set-id"];
      Object.assign(setOf(world, ACME).status!, { phase: "Pending" });
    };
    assertFindings(await diagnosed(unregistered), [{ id: "set/unregistered", set: ACME }]);
    const known = await diagnosed((world) => {
      unregistered(world);
      say(world, sample("log/owner-unknown"), 60);
    });
    assertFindings(known, [{ id: "log/owner-unknown", set: ACME }]);
  });

  it("says why a listener ends again and again", async () => {
    const crashing = (world: World) => {
      for (let index = 0; index < 6; index++) {
        addEvent(world, listenerPodOf(world, ACME), "Started", 30 + 60 * index, `uid-${index}`);
      }
    };
    assertFindings(await diagnosed(crashing), [{ id: "listener/crash-looping", set: ACME }]);
    const known = await diagnosed((world) => {
      crashing(world);
      say(world, sample("log/scale-set-gone"), 20);
    });
    assertFindings(known, [
      {
        id: "log/scale-set-gone",
        set: ACME,
        harm: "loses jobs or sets",
        fix: [
          "# not in an outage of GitHub; the controller registers the set anew:",
          `kubectl -n ${NAMESPACE} annotate autoscalingrunnersets ${SET} runner-scale-set-id-`,
          `kubectl -n ${NAMESPACE} delete ephemeralrunnersets -l actions.github.com/scale-set-name=${SET}`,
          `bin/arc heal listener --set ${ACME}`,
        ],
      },
    ]);
  });

  it("finds a session of somebody else only when listener after listener does not get one", async () => {
    const made = (world: World, ...ages: number[]) => {
      const { name, namespace } = listenerOf(world, ACME).metadata;
      const fields = { version: "0.14.2", autoscalinglistener: { name, namespace } };
      for (const seconds of ages) {
        const logged = {
          logger: "AutoscalingListener",
          severity: "INFO" as const,
          message: "Creating a listener pod",
          fields,
        };
        print(world, CONTROLLER_POD, "manager", controllerLine(LogFormat.Text, world.ago(seconds), logged));
      }
      say(world, sample("log/session-conflict"), 20);
    };
    assertFindings(await diagnosed((world) => made(world, 30)), []);
    assertFindings(await diagnosed((world) => made(world, 90, 60, 30)), []);
    assertFindings(await diagnosed((world) => made(world, 400, 200, 30)), [{ id: "log/session-conflict", set: ACME }]);
  });

  it("says that the controller deleted a set for its label, while it is gone", async () => {
    const gated = (world: World) => say(world, sample("log/version-mismatch"), 60);
    assertFindings(await diagnosed(gated), []);
    const lost = await diagnosed((world) => {
      for (const each of world.all().reverse()) {
        const of = each.metadata.labels?.["actions.github.com/scale-set-name"];
        if (of !== SET) continue;
        world.remove(each.kind, `${each.metadata.namespace}/${each.metadata.name}`);
      }
      gated(world);
    });
    assertFindings(lost, [
      { id: "log/version-mismatch", set: ACME, harm: "loses jobs or sets", fix: ["pulumi up --refresh"] },
    ]);
  });
});

describe("Doctor, about one set that holds up all others", () => {
  const attempts = (world: World, ...ages: number[]) => {
    for (const seconds of ages) say(world, sample("log/proxy-unreachable"), seconds);
  };
  const waiting = (world: World) => {
    delete setOf(world, GLOBEX).metadata.annotations!["runner-scale-set-id"];
    Object.assign(setOf(world, GLOBEX).status!, { phase: "Pending" });
  };

  it("finds attempts at one URL back to back while another set waits, and says no more of that one", async () => {
    const diagnosis = await diagnosed((world) => {
      waiting(world);
      attempts(world, 65, 35, 20);
    });
    assertFindings(diagnosis, [
      {
        id: "log/one-set-holds-up-all",
        harm: "takes no jobs",
        what: `${ACME} cannot reach https://api.github.com, and meanwhile ${GLOBEX} must wait`,
        evidence: [/^3 lines from \S+ to \S+ in the log of arc-systems\//, `${GLOBEX} waits: phase Pending`],
        fix: ["# mend what keeps that set from GitHub, or take it out of the stack file until then:", "pulumi up"],
      },
      { id: "log/proxy-unreachable", set: ACME },
    ]);
  });

  it("leaves it alone when nobody waits, or when the attempts leave time for others", async () => {
    const nobody = await diagnosed((world) => attempts(world, 65, 35, 20));
    assertFindings(nobody, [{ id: "log/proxy-unreachable", set: ACME }]);
    const seldom = await diagnosed((world) => {
      waiting(world);
      attempts(world, 900, 500, 20);
    });
    assertFindings(seldom, [
      { id: "set/unregistered", set: GLOBEX },
      { id: "log/proxy-unreachable", set: ACME },
    ]);
  });

  it("does not say that a set waits which has a trouble of its own", async () => {
    const [namespace = "", name = ""] = GLOBEX.split("/");
    const diagnosis = await diagnosed((world) => {
      waiting(world);
      attempts(world, 65, 35);
      const { message, error = "" } = sample("log/url-invalid").logged!;
      const own = setLine(namespace, name, message, error);
      print(world, CONTROLLER_POD, "manager", controllerLine(LogFormat.Text, world.ago(20), own));
    });
    assertFindings(diagnosis, [
      { id: "log/url-invalid", set: GLOBEX },
      { id: "log/proxy-unreachable", set: ACME },
    ]);
  });
});
