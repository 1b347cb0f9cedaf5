import * as assert from "node:assert/strict";
import { mergeKeyOf, strategicMerge } from "../../../../components/runners/pod/merge";

const merged = (base: unknown, patch: unknown) => strategicMerge(base, patch);

describe("strategicMerge", () => {
  describe("maps and scalars", () => {
    it("merges maps at every depth, replaces scalars, and keeps the order of the fields that were there", () => {
      const base = { metadata: { labels: { a: "1", b: "2" } }, spec: { hostNetwork: false, dnsPolicy: "Default" } };
      const patch = { spec: { priority: 1, hostNetwork: true }, metadata: { labels: { b: "3" } } };
      assert.equal(
        JSON.stringify(merged(base, patch)),
        '{"metadata":{"labels":{"a":"1","b":"3"}},"spec":{"hostNetwork":true,"dnsPolicy":"Default","priority":1}}',
      );
    });

    it("removes a field that the patch sets to null, and leaves nothing for one that was not there", () => {
      assert.deepEqual(
        merged({ a: 1, b: { c: 2, d: 3 } }, { a: null, b: { c: null }, e: null, f: { g: null, h: 1 } }),
        {
          b: { d: 3 },
          f: { h: 1 },
        },
      );
    });

    it("replaces a value of another type: text by a map, a map by a list", () => {
      assert.deepEqual(merged({ a: "x", b: { c: 1 } }, { a: { d: 1 }, b: [1] }), { a: { d: 1 }, b: [1] });
    });

    it("replaces a map with $patch: replace, and empties it with $patch: delete", () => {
      const base = { nodeSelector: { disk: "ssd", zone: "a" }, affinity: { nodeAffinity: {} } };
      const patch = { nodeSelector: { $patch: "replace", zone: "b" }, affinity: { $patch: "delete" } };
      assert.deepEqual(merged(base, patch), { nodeSelector: { zone: "b" }, affinity: {} });
    });

    it("gives the base for a patch that is absent, null or empty", () => {
      const base = { spec: { containers: [{ name: "runner" }] } };
      for (const patch of [undefined, null, {}]) assert.deepEqual(merged(base, patch), base);
    });
  });

  describe("lists", () => {
    const LISTS = {
      containers: "name",
      initContainers: "name",
      ephemeralContainers: "name",
      volumes: "name",
      imagePullSecrets: "name",
      resourceClaims: "name",
      schedulingGates: "name",
      env: "name",
      ports: "containerPort",
      volumeMounts: "mountPath",
      volumeDevices: "devicePath",
      hostAliases: "ip",
      topologySpreadConstraints: "topologyKey",
    };

    for (const [list, key] of Object.entries(LISTS)) {
      it(`merges ${list} by ${key}`, () => {
        const base = { [list]: [{ [key]: "a", kept: 1 }, { [key]: "b" }] };
        assert.deepEqual(merged(base, { [list]: [{ [key]: "b", added: 2 }] }), {
          [list]: [
            { [key]: "a", kept: 1 },
            { [key]: "b", added: 2 },
          ],
        });
        assert.equal(mergeKeyOf(list), key);
      });
    }

    it("replaces every other list: tolerations, arguments, envFrom, items of a ConfigMap", () => {
      for (const list of ["tolerations", "args", "envFrom", "items", "sysctls"]) {
        assert.deepEqual(merged({ [list]: [{ name: "a" }, { name: "b" }] }, { [list]: [{ name: "c" }] }), {
          [list]: [{ name: "c" }],
        });
        assert.equal(mergeKeyOf(list), undefined);
      }
    });

    it("merges into a container's own lists", () => {
      const base = { containers: [{ name: "runner", env: [{ name: "A", value: "1" }], args: ["x"] }] };
      const patch = { containers: [{ name: "runner", env: [{ name: "A", value: "2" }], args: ["y"] }] };
      assert.deepEqual(merged(base, patch), {
        containers: [{ name: "runner", env: [{ name: "A", value: "2" }], args: ["y"] }],
      });
    });

    const names = (base: string[], patch: string[]) => {
      const list = (of: string[]) => ({ env: of.map((name) => ({ name })) });
      const { env } = strategicMerge(list(base), list(patch));
      return env.map(({ name }) => name).join(" ");
    };

    it("puts a new element first, as Kubernetes does, unless the patch names an old one before it", () => {
      assert.equal(names(["a", "b"], ["new"]), "new a b");
      assert.equal(names(["a", "b"], ["b", "new"]), "a b new");
      assert.equal(names(["a", "b"], ["a", "new"]), "a new b");
      assert.equal(names(["a", "b", "c"], ["new", "b"]), "new a b c");
    });

    it("takes the patch's order for the elements that the patch names", () => {
      assert.equal(names(["a", "b", "c"], ["c", "a"]), "b c a");
      assert.equal(names([], ["b", "a"]), "b a");
      assert.equal(names(["a", "b"], []), "a b");
    });

    it("patches the first of two elements with one key and keeps the other, as with a port's two protocols", () => {
      const base = { ports: [{ containerPort: 53 }, { containerPort: 53, protocol: "UDP" }, { containerPort: 80 }] };
      assert.deepEqual(merged(base, { ports: [{ containerPort: 53, name: "dns" }] }), {
        ports: [{ containerPort: 53, name: "dns" }, { containerPort: 53, protocol: "UDP" }, { containerPort: 80 }],
      });
    });

    it("removes the element that $patch: delete names, and ignores one that is not there", () => {
      const base = { containers: [{ name: "runner" }, { name: "dind" }] };
      const gone = (name: string) => ({ containers: [{ name, $patch: "delete" }] });
      assert.deepEqual(merged(base, gone("dind")), { containers: [{ name: "runner" }] });
      assert.deepEqual(merged(base, gone("nobody")), base);
      assert.deepEqual(merged({}, gone("nobody")), { containers: [] });
    });

    it("replaces the list with an element { $patch: replace }, whatever stands beside it", () => {
      const base = { env: [{ name: "A", value: "1" }, { name: "B" }] };
      const patch = { env: [{ $patch: "replace" }, { name: "A", $patch: "delete" }, { name: "C", value: "3" }] };
      assert.deepEqual(merged(base, patch), { env: [{ name: "C", value: "3" }] });
    });

    it("replaces one element with $patch: replace beside its name, and merges with $patch: merge", () => {
      const base = {
        containers: [
          { name: "runner", image: "a" },
          { name: "dind", image: "b", tty: true },
        ],
      };
      const dind = (directive: string) => ({ containers: [{ name: "dind", image: "c", $patch: directive }] });
      assert.deepEqual(merged(base, dind("replace")), {
        containers: [
          { name: "runner", image: "a" },
          { name: "dind", image: "c" },
        ],
      });
      assert.deepEqual(merged(base, dind("merge")), {
        containers: [
          { name: "runner", image: "a" },
          { name: "dind", image: "c", tty: true },
        ],
      });
    });
  });

  describe("volumes", () => {
    const BASE = { volumes: [{ name: "work", emptyDir: { medium: "Memory" } }] };

    it("replaces the source of a volume when the patch names another, for a volume has one", () => {
      assert.deepEqual(merged(BASE, { volumes: [{ name: "work", hostPath: { path: "/data" } }] }), {
        volumes: [{ name: "work", hostPath: { path: "/data" } }],
      });
    });

    it("merges into the source of a volume when the patch names the same", () => {
      assert.deepEqual(merged(BASE, { volumes: [{ name: "work", emptyDir: { sizeLimit: "5Gi" } }] }), {
        volumes: [{ name: "work", emptyDir: { medium: "Memory", sizeLimit: "5Gi" } }],
      });
    });

    it("leaves a volume alone that the patch only names", () => {
      assert.deepEqual(merged(BASE, { volumes: [{ name: "work" }] }), BASE);
    });

    it("keeps only the fields that $retainKeys lists, in a volume as in any map", () => {
      const volume = { name: "work", $retainKeys: ["name", "emptyDir"], emptyDir: { sizeLimit: "5Gi" } };
      const base = { volumes: [{ name: "work", emptyDir: { medium: "Memory" }, hostPath: { path: "/x" } }] };
      assert.deepEqual(merged(base, { volumes: [volume] }), {
        volumes: [{ name: "work", emptyDir: { medium: "Memory", sizeLimit: "5Gi" } }],
      });
      assert.deepEqual(merged({ lifecycle: { a: 1, b: 2 } }, { lifecycle: { $retainKeys: ["b"], b: 3 } }), {
        lifecycle: { b: 3 },
      });
    });
  });

  it("lets no directive into the result, wherever it stands and whether there is something to merge with or not", () => {
    const patch = {
      "$setElementOrder/containers": [{ name: "a" }],
      "$deleteFromPrimitiveList/finalizers": ["x"],
      metadata: { $patch: "merge", labels: { $patch: "replace", a: "1" } },
      tolerations: [{ $patch: "replace" }, { key: "a", $retainKeys: ["key"] }],
      containers: [{ name: "a", $retainKeys: ["name"], env: [{ name: "B", $patch: "delete" }, { name: "C" }] }],
    };
    const clean = {
      metadata: { labels: { a: "1" } },
      tolerations: [{ key: "a" }],
      containers: [{ name: "a", env: [{ name: "C" }] }],
    };
    assert.deepEqual(merged({}, patch), clean);
    assert.deepEqual(merged(structuredClone(clean), patch), clean);
  });

  it("changes neither the base nor the patch", () => {
    const base = { containers: [{ name: "a", env: [{ name: "A" }] }], volumes: [{ name: "v", emptyDir: {} }] };
    const patch = {
      containers: [{ name: "a", env: [{ name: "A", $patch: "delete" }] }, { name: "b" }],
      volumes: [{ name: "v", secret: { secretName: "s" } }],
    };
    const before = structuredClone([base, patch]);
    merged(base, patch);
    assert.deepEqual([base, patch], before);
  });
});
