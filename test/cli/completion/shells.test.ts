import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { arc, ROOT } from "../../support/arc";

const FLEET = path.join(ROOT, "docs/examples/fleet");

/** Runs a script in a shell that is on this machine. */
function run(shell: string, args: string[], script: string): string {
  const { stdout, stderr, error } = spawnSync(shell, [...args, "-c", script], { cwd: ROOT, encoding: "utf8" });
  assert.equal(error, undefined);
  assert.equal(stderr, "");
  return stdout;
}

function isHere(shell: string): boolean {
  return spawnSync(shell, ["-c", "true"]).error === undefined;
}

describe("The completion of a shell", function () {
  this.timeout(60_000);
  // The first call after a change of the sources reads all commands.
  before(() => arc(["complete", "--", ""]));

  it("works in bash, for bin/arc as for arc, also with = in a word, and leaves files to bash", function () {
    if (!isHere("bash")) this.skip();
    const lines = run(
      "bash",
      ["--norc", "--noprofile"],
      `script=$(bin/arc completion bash); eval "$script"; eval "$script"
       at() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _arc_complete; echo "\${COMPREPLY[*]}"; }
       at bin/arc add
       at bin/arc preview -C '${FLEET}' --stack ''
       at bin/arc preview -C '${FLEET}' --stack = u
       at bin/arc doctor -C '${FLEET}' -s eu1 --set acme-
       at bin/arc preview --against READ
       complete -p arc`,
    );
    assert.deepEqual(lines.trimEnd().split("\n"), [
      "add-org add-set",
      "eu1 us1",
      "us1",
      "acme-default acme-large acme-eu",
      "",
      "complete -F _arc_complete arc",
    ]);
  });

  it("works in zsh", function () {
    if (!isHere("zsh")) this.skip();
    // Outside of its line editor zsh cannot complete: the parts that it would call are written down instead.
    const lines = run(
      "zsh",
      ["-f"],
      `compdef() { echo "compdef $*"; }; _files() { echo "files $*"; }; _describe() { print -l -- $found; }
       source <(bin/arc completion zsh)
       at() { words=("$@"); CURRENT=$#; _arc; }
       at bin/arc add-s
       at bin/arc preview --against READ
       at bin/arc preview -C '${FLEET}' --stack ''`,
    );
    assert.deepEqual(lines.trimEnd().split("\n"), [
      "compdef _arc arc",
      "add-set:Add a runner set to an organisation of a stack file",
      "files ",
      "eu1",
      "us1",
    ]);
  });

  it("works in fish", function () {
    if (!isHere("fish")) this.skip();
    const lines = run(
      "fish",
      ["--no-config"],
      `bin/arc completion fish | source
       complete -C 'bin/arc preview -C ${FLEET} --stack '
       complete -C 'bin/arc preview -C ${FLEET} --stack=u'
       complete -C 'bin/arc preview --against READ'`,
    );
    assert.deepEqual(lines.trimEnd().split("\n"), ["eu1", "us1", "--stack=us1", "README.md"]);
  });

  it("is no answer but usage for another shell", () => {
    const { status, stderr } = arc(["completion", "tcsh"]);
    assert.equal(status, 2);
    assert.match(stderr, /Allowed choices are bash, zsh, fish\./);
  });
});
