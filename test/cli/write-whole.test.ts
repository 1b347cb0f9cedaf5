import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../../cli/write-whole";
import { StackFileError } from "../../cli/stack-file";
import { filesBelow, temporaryFolder } from "../support/arc";

describe("Writing a file whole", () => {
  const folder = temporaryFolder();
  after(() => folder.remove());
  const at = (...names: string[]) => path.join(folder.path, ...names);

  it("makes the folders, takes the place of an older file, and leaves nothing else", async () => {
    await writeWhole(at("new", "deep", "index.html"), "first, and longer");
    await writeWhole(at("new", "deep", "index.html"), "second");
    assert.deepEqual(filesBelow(at("new")), { "deep/index.html": "second" });
  });

  it("shows a reader the old file or the new one, never a part", async () => {
    const file = at("read", "index.html");
    const texts = ["a".repeat(1_000_000), "b".repeat(1_000_000)];
    await writeWhole(file, texts[0]!);
    let isWriting = true;
    const writing = (async () => {
      for (let turn = 0; turn < 20; turn++) await writeWhole(file, texts[turn % 2]!);
      isWriting = false;
    })();
    let reads = 0;
    while (isWriting) {
      assert.ok(texts.includes(readFileSync(file, "utf8")));
      reads++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writing;
    assert.ok(reads > 5, `${reads} reads`);
  });

  it("says what is in the way in one sentence, and leaves no temporary file behind", async () => {
    mkdirSync(at("folder"));
    writeFileSync(at("file"), "");
    const refused = (file: string, why: string) =>
      assert.rejects(writeWhole(file, "x"), (error) => {
        assert.ok(error instanceof StackFileError);
        assert.equal(error.message, `${file} cannot be written: ${why}`);
        return true;
      });
    const inside = at("folder", "index.html");
    await refused(at("folder"), `it is a folder; name a file in it, such as ${inside}.`);
    await refused(at("file", "index.html"), `${at("file")} is a file, not a folder.`);
    await refused(at("file", "deeper", "index.html"), `${at("file", "deeper")} is a file, not a folder.`);
    assert.deepEqual(readdirSync(folder.path).sort(), ["file", "folder", "new", "read"]);
  });
});
