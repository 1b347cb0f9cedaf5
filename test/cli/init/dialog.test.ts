import * as assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { Init } from "../../../cli/commands/init";
import type { Answers } from "../../../cli/init/answers";
import { ask } from "../../../cli/init/dialog";
import { projectFolder } from "../../support/project-folder";

const ENTER = "\r";
const DOWN = "\u001b[B";
const CTRL_C = "\u0003";
const BACK = "\u007f";

describe("The questions of arc init", function () {
  this.timeout(30_000);
  const folder = projectFolder();
  after(() => folder.remove());

  /** What comes of typing, and what was shown; each entry is typed after the question before it has been drawn. */
  async function typed(keys: string[], given: Answers = {}) {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = "";
    output.setEncoding("utf8").on("data", (text: string) => (shown += text));
    const init = new Init({ root: folder.path, given, force: false });
    const asked = ask(
      (answers) => init.open(answers),
      given,
      (question, text, answers) => init.problem(question, text, answers),
      { input, output },
    );
    for (const key of keys) {
      await sleep(200);
      input.write(key);
    }
    const answers = await Promise.race([asked, sleep(10_000)]);
    input.end();
    return { answers, shown: stripVTControlCharacters(shown) };
  }

  const KNOWN: Answers = {
    set: "runners",
    namespace: "runners",
    containerMode: "dind",
    image: "ghcr.io/acme/runner:1.0",
    minRunners: "0",
    maxRunners: "3",
    controllerVersion: "0.14.2",
    quota: "none",
  };

  it("are asked one after the other, what flags said already apart; Enter takes the default", async () => {
    const keys = [ENTER, "acme", ENTER, DOWN, ENTER, ENTER];
    const { answers, shown } = await typed(keys, KNOWN);
    assert.deepEqual(answers, {
      ...KNOWN,
      stack: "prod",
      org: "acme",
      credentials: "vault-filled",
      vaultServer: "https://vault.vault.svc:8200",
    });
    const order = ["Name of the stack", "GitHub organisations", "Where the credentials", "Address of Vault"];
    assert.deepEqual(
      [...order].sort((a, b) => shown.indexOf(a) - shown.indexOf(b)),
      order,
    );
    assert.doesNotMatch(shown, /Image of the runners|Quota|GitHub App/);
  });

  it("say at once what is wrong with an answer, and ask again", async () => {
    const keys = ["ac_me", ENTER, BACK, BACK, BACK, "me", ENTER];
    const { answers, shown } = await typed(keys, { ...KNOWN, stack: "new", credentials: "secret", secretName: "own" });
    assert.match(shown, /"ac_me" is not the login of a GitHub organisation; allowed: 1 to 39 letters/);
    assert.equal((answers as Answers).org, "acme");
  });

  it("end with nothing at Ctrl-C", async () => {
    assert.equal((await typed([ENTER, "acme", CTRL_C], KNOWN)).answers, undefined);
  });
});
