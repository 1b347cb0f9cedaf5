import * as pulumi from "@pulumi/pulumi";
import projectProgram = require("../../../../index");
import { IMPATIENT_PROGRAM, type Impatience } from "./impatience";

/** The project's program with shorter waits: its own are as long as a busy cluster or the longest job may take. */
export = () => {
  const { ready, gone, vaultToken } = JSON.parse(process.env[IMPATIENT_PROGRAM]!) as Impatience;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (/:(ExternalSecret|ClusterSecretStore)$/.test(type)) {
      return { props, opts: { ...opts, customTimeouts: { create: `${ready}s`, update: `${ready}s` } } };
    }
    if (type.endsWith(":AutoscalingRunnerSet")) {
      return { props, opts: { ...opts, customTimeouts: { delete: `${gone}s` } } };
    }
    const limited = type === "pulumi:providers:vault" && vaultToken;
    return limited ? { props: { ...props, token: pulumi.secret(limited) }, opts } : undefined;
  });
  return projectProgram();
};
