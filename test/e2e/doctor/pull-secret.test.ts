import * as assert from "node:assert/strict";
import { assertFindings, diagnosed, stopWorldCluster } from "./support/cases";
import { encoded } from "./support/healthy";
import { aRunner, pendingAt } from "./support/runners";
import { ACME, GLOBEX } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const SECRET = "acme-ci/ghcr-pull-secret";
const TOKEN = "ghp_not0a0real0token0at0all";
const MEND = [
  "pulumi config set --secret arc:imagePullToken < token.txt",
  "pulumi up",
  `bin/arc heal external-secrets --set ${ACME}`,
];
const base64 = (text: string) => Buffer.from(text).toString("base64");
const withAuth = (auth: string) => JSON.stringify({ auths: { "ghcr.io": { auth } } });

const holding = (json: string, type?: string) => (world: World) => {
  const secret = world.get("Secret", SECRET);
  secret.data = encoded({ ".dockerconfigjson": json });
  if (type) secret.type = type;
};

describe("Doctor, about pull Secrets", () => {
  it("finds one that is gone", async () => {
    const diagnosis = await diagnosed((world) => world.remove("Secret", SECRET));
    assertFindings(diagnosis, [
      {
        id: "pull-secret/missing",
        harm: "takes no jobs",
        set: ACME,
        what: `the pull Secret ${SECRET} is not there`,
        evidence: [`named in imagePullSecrets of ${ACME}`],
        fix: MEND,
      },
    ]);
  });

  it("finds that of the controller's namespace, where the stack gives it one", async () => {
    const forController = { "arc:imagePull": { controller: true } };
    assertFindings(await diagnosed(() => {}, forController), []);
    const diagnosis = await diagnosed((world) => world.remove("Secret", "arc-systems/ghcr-pull-secret"), forController);
    assertFindings(diagnosis, [
      {
        id: "pull-secret/missing",
        set: undefined,
        what: "the pull Secret arc-systems/ghcr-pull-secret is not there",
        evidence: ["named in imagePullSecrets of the controller"],
        fix: [...MEND.slice(0, 2), "bin/arc heal external-secrets"],
      },
    ]);
  });

  it("finds one of somebody's own, and how to make it", async () => {
    const own = { "arc:runner": { imagePullSecrets: ["registry-login"] } };
    const diagnosis = await diagnosed((world) => world.remove("Secret", "globex-ci/registry-login"), own);
    assertFindings(diagnosis, [
      {
        id: "pull-secret/missing",
        set: GLOBEX,
        fix: [
          "kubectl delete secret registry-login -n globex-ci --ignore-not-found",
          "kubectl create secret docker-registry registry-login -n globex-ci --docker-server=… --docker-username=… --docker-password=…",
        ],
      },
    ]);
  });

  it("finds each way to spoil one, and repeats nothing of it", async () => {
    const login = base64(`somebody:${TOKEN}`);
    const cases: [(world: World) => void, string][] = [
      [
        holding(withAuth(login), "Opaque"),
        "its type is Opaque; the kubelet takes kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg alone",
      ],
      [holding('{"auth":{}}'), ".dockerconfigjson names no registry (auths)"],
      [holding(withAuth(base64(login))), "ghcr.io: auth was encoded in base64 twice"],
      [holding(withAuth(base64(TOKEN))), "ghcr.io: auth is not the base64 of user:password"],
      [holding(withAuth(`somebody:${TOKEN}`)), "ghcr.io: auth is not the base64 of user:password"],
      [holding(withAuth(base64("somebody:"))), "ghcr.io: auth has an empty user or password"],
      [
        holding(withAuth(base64(`somebody:${TOKEN}\n`))),
        "ghcr.io: the password in auth ends with a space or a line end",
      ],
      [
        holding(JSON.stringify({ auths: { "ghcr.io": { username: "somebody" } } })),
        "ghcr.io: there is neither auth nor username and password",
      ],
    ];
    for (const [change, evidence] of cases) {
      const diagnosis = await diagnosed(change);
      assertFindings(diagnosis, [
        {
          id: "pull-secret/invalid",
          harm: "takes no jobs",
          set: ACME,
          what: `the pull Secret ${SECRET} cannot be used`,
          evidence: [evidence],
          fix: MEND,
        },
      ]);
      assert.deepEqual(diagnosis.findings[0]!.evidence, [evidence]);
      assert.ok(!JSON.stringify(diagnosis).includes(TOKEN.slice(4)));
    }
  });

  it("takes user and password apart as well, and the old format", async () => {
    const apart = { auths: { "https://ghcr.io": { username: "somebody", password: TOKEN } } };
    assertFindings(await diagnosed(holding(JSON.stringify(apart))), []);
    const old = await diagnosed((world) => {
      const secret = world.get("Secret", SECRET);
      secret.type = "kubernetes.io/dockercfg";
      secret.data = encoded({ ".dockercfg": JSON.stringify(apart.auths) });
    });
    assertFindings(old, []);
  });

  it("finds one that is for another registry than all images of the pod", async () => {
    const auths = { "registry.example.org": { auth: base64(`somebody:${TOKEN}`) } };
    assertFindings(await diagnosed(holding(JSON.stringify({ auths }))), [
      {
        id: "pull-secret/registry",
        harm: "may break",
        set: ACME,
        what: `the pull Secret ${SECRET} is for no registry of ${ACME}`,
        evidence: ["the Secret: registry.example.org", "the images: ghcr.io, docker.io"],
        fix: ["# correct arc:imagePull.registry, or leave the Secret out of imagePullSecrets, then:", "pulumi up"],
      },
    ]);
    const refused = await diagnosed((world) => {
      holding(JSON.stringify({ auths }))(world);
      const message = 'Back-off pulling image "x": failed to fetch anonymous token: 401 Unauthorized';
      pendingAt(world, aRunner(world, ACME, "aaaaa"), "runner", "ImagePullBackOff", message);
      world.lookAfter(900);
    });
    assertFindings(refused, [{ id: "pull-secret/registry", harm: "takes no jobs", set: ACME }]);
    const one = { auths: { ...auths, "https://index.docker.io/v1/": auths["registry.example.org"] } };
    assertFindings(await diagnosed(holding(JSON.stringify(one))), []);
  });
});
