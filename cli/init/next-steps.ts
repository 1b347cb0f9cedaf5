import type { Diagnostic } from "../../stacks/diagnostic";
import { type Answers, Credentials, Lookup, needsApp } from "./answers";

/** What is still to be done before runners run: commands, each with what it is for where that is not plain. */
export function nextSteps(answers: Answers, notSet: Diagnostic[]): string[] {
  const stack = answers.stack!;
  const writesVault = answers.credentials === Credentials.Vault;
  const looksUp = needsApp(answers) && answers.installationLookup === Lookup.Token;
  return [
    ...credentialSteps(answers),
    `pulumi stack init ${stack}`,
    ...notSet.map(({ path }) => secretCommand(path, stack)),
    ...(looksUp ? ["export GITHUB_TOKEN=…     # of an owner of the organisations"] : []),
    ...(writesVault ? ["export VAULT_ADDR=… VAULT_TOKEN=…"] : []),
    `pulumi up --stack ${stack}`,
  ];
}

/** What has to be there already, where this program does not make it. */
function credentialSteps({ credentials }: Answers): string[] {
  switch (credentials) {
    case Credentials.VaultFilled:
      return ['# the credentials have to be in Vault: docs/credentials.md, "Vault holds them already"'];
    case Credentials.Store:
      return ["# the store has to have the credentials: docs/credentials.md"];
    case Credentials.Secret:
      return ['# namespace and Secret have to be in the cluster: docs/credentials.md, "A Secret of your own"'];
    default:
      return [];
  }
}

/** `arc:githubTokens.acme` is an entry of a map, which Pulumi sets with `--path`. */
function secretCommand(path: string, stack: string): string {
  const isEntry = path.includes(".") || path.includes("[");
  const file = /key/i.test(path) ? "private-key.pem" : "token.txt";
  const key = path.includes("[") ? `'${path}'` : path;
  return `pulumi config set --stack ${stack} --secret ${isEntry ? "--path " : ""}${key} < ${file}`;
}
