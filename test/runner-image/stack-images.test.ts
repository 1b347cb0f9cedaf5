import assert from "node:assert/strict";
import { stackFilesOf, withImage } from "../../runner-image/stack-images";
import { isImageOf } from "../../stacks/config/runner-image";
import { Project, digest } from "./support/project";

const NAME = "ghcr.io/acme/runner";
const NEW = `${NAME}:2.338.0@${digest("a")}`;

describe("The name of an image", () => {
  it("is compared without tag and digest", () => {
    const same = [NAME, `${NAME}:latest`, `${NAME}@${digest("b")}`, `${NAME}:1@${digest("b")}`];
    for (const reference of same) assert.ok(isImageOf(reference, NAME), reference);
    const others = [`${NAME}-gpu`, `${NAME}/x`, "acme/runner", `x/${NAME}`, `https://${NAME}`, `${NAME}:`, ""];
    for (const reference of others) assert.ok(!isImageOf(reference, NAME), reference);
    assert.ok(isImageOf("localhost:5000/runner", "localhost:5000/runner"));
  });
});

describe("A stack file that gets a build", () => {
  it("has it wherever it names the image, and is the same otherwise, byte for byte", () => {
    const before = [
      "# ghcr.io/acme/runner:latest in a comment",
      "config:",
      "  arc:runner:   # the template",
      "    image: ghcr.io/acme/runner:latest   # weekly",
      '    docker: {image: "docker:28-dind",   mode: sidecar }',
      "  arc:sizes:",
      `    s: { image: 'ghcr.io/acme/runner@${digest("b")}', x: 1 }`,
      "    m:",
      '      image: "ghcr.io/acme/runner"',
      "    l: { image: ghcr.io/acme/runner-gpu:1 }",
      "  arc:orgs:",
      "  - name: acme",
      "    runnerSets:",
      "      - name: a",
      "        runner:",
      "          podTemplate: { spec: { containers: [ { name: runner, image: &own ghcr.io/acme/runner:2.330.0 }, {name: x, image: *own} ] } }",
      "  ghcr.io/acme/runner:latest: a key",
      "  note: see ghcr.io/acme/runner:latest",
      "",
      "",
    ].join("\n");
    const { text, changes } = withImage(before, "Pulumi.prod.yaml", NAME, NEW);
    const expected = before
      .replace("image: ghcr.io/acme/runner:latest   #", `image: ${NEW}   #`)
      .replace(`'ghcr.io/acme/runner@${digest("b")}'`, `'${NEW}'`)
      .replace('"ghcr.io/acme/runner"', `"${NEW}"`)
      .replace("&own ghcr.io/acme/runner:2.330.0", `&own ${NEW}`);
    assert.equal(text, expected);
    assert.deepEqual(
      changes.map(({ file, line, before: old, after }) => [file, line, old, after]),
      [
        ["Pulumi.prod.yaml", 4, "ghcr.io/acme/runner:latest", NEW],
        ["Pulumi.prod.yaml", 7, `ghcr.io/acme/runner@${digest("b")}`, NEW],
        ["Pulumi.prod.yaml", 9, "ghcr.io/acme/runner", NEW],
        ["Pulumi.prod.yaml", 16, "ghcr.io/acme/runner:2.330.0", NEW],
      ],
    );
    assert.deepEqual(withImage(text, "Pulumi.prod.yaml", NAME, NEW), { text, changes: [] });
  });

  it("keeps the line ends of Windows", () => {
    const before = "config:\r\n  arc:runner:\r\n    image: ghcr.io/acme/runner:1\r\n";
    assert.equal(withImage(before, "f", NAME, NEW).text, before.replace("ghcr.io/acme/runner:1", NEW));
  });

  it("is refused when it is no YAML", () => {
    assert.throws(() => withImage("a: [", "Pulumi.x.yaml", NAME, NEW), /^\w*Error: Pulumi\.x\.yaml is not YAML/);
  });
});

describe("The files of the stacks", () => {
  it("are the stack files and the bases that they extend, each once", () => {
    const project = new Project({
      "Pulumi.a.yaml": "config:\n  arc:extends: base.yaml\n",
      "Pulumi.b.yaml": "config:\n  arc:extends: [./base.yaml]\n",
      "Pulumi.c.yaml": "config: {}\n",
      "base.yaml": "config: {}\n",
      "other.yaml": "config: {}\n",
    });
    try {
      assert.deepEqual(stackFilesOf(project.root), ["Pulumi.a.yaml", "Pulumi.b.yaml", "Pulumi.c.yaml", "base.yaml"]);
    } finally {
      project.remove();
    }
  });
});
