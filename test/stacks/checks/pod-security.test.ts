import assert from "node:assert/strict";
import { check, found, type Values, withSets } from "../../support/checked-stack";

const values = (runner: Values, ...sets: Values[]): Values => ({
  ...withSets(...sets),
  runner: { image: "r:1", docker: { image: "d:1" }, ...runner },
});

describe("pod/security-level", () => {
  const ID = "pod/security-level";
  const finding = (set: string, level: string, reasons: string, allowed: string, index = 0) => ({
    severity: "error",
    path: `arc:orgs[0].runnerSets[${index}].podSecurity`,
    message: `${level} refuses the pods of ${set}, each of whose runners would end as Failed: ${reasons}`,
    allowed,
    fix: `set podSecurity to ${allowed.split(", ").at(-1)!}, or change the pod`,
  });
  const PRIVILEGED = "container dind sets securityContext.privileged to true";

  it("refuses a level under which the pods do not start.", () => {
    assert.deepEqual(check(values({}, { name: "a", podSecurity: "baseline" })), [
      { id: ID, ...finding("a", "baseline", PRIVILEGED, "privileged") },
    ]);
  });

  it("names the first three reasons, counts the others, and the levels that do.", () => {
    const reasons = [
      "neither container runner nor the pod sets securityContext.runAsNonRoot to true",
      "container runner does not set securityContext.allowPrivilegeEscalation to false",
      "container runner does not set securityContext.capabilities.drop to [ALL]",
      "and 1 more",
    ];
    assert.deepEqual(found(ID, values({ containerMode: "none" }, { name: "a", podSecurity: "restricted" })), [
      finding("a", "restricted", reasons.join("; "), "privileged, baseline"),
    ]);
  });

  it("holds for all sets of the namespace, at the one that gives the level.", () => {
    const plain = { containerMode: "none" };
    const sets = [
      { name: "a", namespace: "n" },
      { name: "b", namespace: "n", podSecurity: "baseline", runner: plain },
      { name: "c" },
    ];
    assert.deepEqual(found(ID, values({}, ...sets)), [finding("a", "baseline", PRIVILEGED, "privileged", 1)]);
  });

  it("looks at the pod with its patch.", () => {
    const podTemplate = { spec: { hostNetwork: true } };
    const sets = [{ name: "a", podSecurity: "baseline" }];
    assert.deepEqual(found(ID, values({ containerMode: "none" }, ...sets)), []);
    assert.deepEqual(found(ID, values({ containerMode: "none", podTemplate }, ...sets)), [
      finding("a", "baseline", "the pod sets hostNetwork to true", "privileged"),
    ]);
  });

  it("is silent without a level, under privileged, and where the namespaces are there already.", () => {
    assert.deepEqual(check(values({}, { name: "a" }, { name: "b", podSecurity: "privileged" })), []);
    const tenant = { createNamespaces: false };
    assert.deepEqual(found(ID, { ...values({}, { name: "a", podSecurity: "baseline" }), tenant }), []);
  });
});

describe("pod/security-conflict", () => {
  const ID = "pod/security-conflict";

  it("refuses two levels for one namespace, and takes the same twice.", () => {
    const set = (name: string, podSecurity?: string) => ({
      name,
      namespace: "n",
      ...(podSecurity ? { podSecurity } : {}),
    });
    const plain = { containerMode: "none" };
    assert.deepEqual(
      check(values(plain, set("a"), set("b", "baseline"), set("c", "privileged"), set("d", "baseline"))),
      [
        {
          id: ID,
          severity: "error",
          path: "arc:orgs[0].runnerSets[2].podSecurity",
          message:
            "privileged differs from the baseline of b (arc:orgs[0].runnerSets[1].podSecurity), which shares the namespace n",
          allowed: "one level for each namespace",
          fix: "give podSecurity at one of the sets only; it holds for the namespace",
        },
      ],
    );
    const apart = { name: "e", podSecurity: "privileged" };
    assert.deepEqual(check(values(plain, set("a", "baseline"), apart)), []);
  });
});
