import { quoted } from "../diagnostic";
import type { Check, Finding } from "./check";
import { namespacePlaces } from "./places";

export const singleNamespace: Check = {
  id: "controller/single-namespace",
  run: ({ config }) => {
    const { watchSingleNamespace: watched } = config.settings.controller;
    if (watched === undefined) return [];
    return config.sets
      .filter(({ args }) => args.namespace !== watched)
      .map((set) => ({
        severity: "error",
        at: [...set.path, "namespace"],
        from: [["controller", "watchSingleNamespace"], ...namespacePlaces(set)],
        message: `the controller serves namespace ${watched} alone: ${set.args.name} in ${set.args.namespace} would never get a listener`,
        allowed: watched,
        fix: "move the set there, give its namespace a controller of its own in another stack, or remove arc:controller.watchSingleNamespace",
      }));
  },
};

/** Labels that the controller puts on what it makes, and what is lost without them (`resourcebuilder.go`). */
const OWN_LABELS: { prefix: string; severity: Finding["severity"]; loss: string }[] = [
  {
    prefix: "actions.github.com/",
    severity: "error",
    loss: "the controller's metrics and kubectl could no longer tell which set a runner belongs to",
  },
  {
    prefix: "auto-scaling-listener-",
    severity: "error",
    loss: "the controller would no longer see a change of a listener's Role and binding",
  },
  {
    prefix: "app.kubernetes.io/",
    severity: "warning",
    loss: "monitoring and network policies could no longer tell listeners and runners by part-of and component",
  },
];

export const excludedPrefix: Check = {
  id: "controller/excluded-prefix",
  run: ({ config }) =>
    (config.settings.controller.excludeLabelPropagationPrefixes ?? []).flatMap((excluded, index): Finding[] => {
      const own = OWN_LABELS.find(({ prefix }) => prefix.startsWith(excluded) || excluded.startsWith(prefix));
      if (!own) return [];
      return [
        {
          severity: own.severity,
          at: ["controller", "excludeLabelPropagationPrefixes", index],
          message: `${quoted(excluded)} takes the controller's own labels ${own.prefix}… off what it makes: ${own.loss}`,
          allowed: "prefixes of other tools' labels, as in argocd.argoproj.io/instance",
          fix: "write the labels of the other tool out, for example argocd.argoproj.io/instance",
        },
      ];
    }),
};
