import * as assert from "node:assert/strict";
import { askGitHub, type AskOptions } from "../../../cli/doctor/github/ask";
import { type Diagnosis, diagnose } from "../../../cli/doctor/rule";
import { RULES } from "../../../cli/doctor/rules";
import { type FakeGitHub, startGitHub } from "../../../lab/github/fake";
import type { OrganizationArgs } from "../../../lab/github/state";
import { arcMeanwhile } from "../../support/arc";
import { findSecrets } from "../support/secret-search";
import { assertFindings, stopWorldCluster, worldCluster } from "./support/cases";
import { encoded, healthyWorld, listenerConfig, PEM } from "./support/healthy";
import { addEvent, listenerPodOf, setOf } from "./support/members";
import { ACME, GLOBEX, intendedStack, projectWith, STACK } from "./support/stack";
import type { World } from "./support/world";

after(stopWorldCluster);

const APP = { appId: 1001, appSlug: "arc" };
const ON_ACME = { ...APP, id: 41000001 };
const ON_GLOBEX = { ...APP, id: 41000002 };
const OWNER = "ghp_of0an0owner0of0nothing";
const ACME_SECRET = "acme-ci/github-token";

describe("Doctor, about GitHub", () => {
  let github: FakeGitHub;
  beforeEach(async () => {
    github = await startGitHub({
      organizations: { acme: { installations: [ON_ACME] }, globex: { installations: [ON_GLOBEX] } },
      tokens: [OWNER],
    });
  });
  afterEach(() => github.stop());

  const toFake = (changes: object = {}) => ({ "arc:githubApp": { apiUrl: github.apiUrl }, ...changes });

  async function look(
    change: (world: World) => void = () => {},
    { changes = {}, secrets, ...options }: AskOptions & { changes?: object; secrets?: { unknown: string } } = {},
  ): Promise<Diagnosis> {
    const intent = await intendedStack(toFake(changes));
    const world = healthyWorld(intent);
    world.ask.askGitHub = (read) => askGitHub(intent, secrets ?? read, { env: {}, ...options });
    change(world);
    const cluster = await worldCluster();
    await cluster.become(world);
    return diagnose(await cluster.observe(world, intent), RULES);
  }
  const unknownOf = ({ unknown }: Diagnosis) => unknown.filter(({ source }) => source === "github");

  it("finds nothing where every App may do what it has to, and leaves nothing unknown", async () => {
    const diagnosis = await look();
    assertFindings(diagnosis, []);
    assert.deepEqual(unknownOf(diagnosis), []);
    assert.deepEqual(
      github.requests.filter(({ path }) => path.includes("acme") || path.includes("41000001")).map(requestText),
      [
        "GET /app/installations/41000001 200",
        "POST /app/installations/41000001/access_tokens 201",
        "GET /orgs/acme/actions/runner-groups?per_page=100&page=1 200",
      ],
    );
  });

  const acme = (change: OrganizationArgs) => github.set("acme", change);
  const PAGE = () => `https://github.com/organizations/acme/settings/installations`;

  it("finds an installation that is suspended", async () => {
    acme({ installations: [{ ...ON_ACME, suspended: true }] });
    const diagnosis = await look();
    assertFindings(diagnosis, [
      {
        id: "github/suspended",
        harm: "takes no jobs",
        set: ACME,
        what: "the App's installation 41000001 on acme is suspended",
        evidence: ["installation 41000001: suspended_at is set"],
        fix: [`# an owner of acme: ${PAGE()}/41000001 → Unsuspend`],
      },
    ]);
    assert.deepEqual(unknownOf(diagnosis), [
      {
        source: "github",
        why: "POST /app/installations/41000001/access_tokens: 403 This installation has been suspended (runner groups, rate limit of acme)",
        rules: [],
      },
    ]);
  });

  it("finds the permission that an organisation's runners need, where it is not granted or to read only", async () => {
    for (const [granted, text] of [
      ["read", "read"],
      ["none", "not granted"],
    ] as const) {
      acme({ installations: [{ ...ON_ACME, selfHostedRunners: granted }] });
      assertFindings(await look(), [
        {
          id: "github/permission",
          harm: "takes no jobs",
          set: ACME,
          what: "the App's installation 41000001 on acme lacks the permission organization_self_hosted_runners: write",
          evidence: [`organization_self_hosted_runners: ${text}`],
          fix: [
            "# the App's settings → Permissions → Organization → Self-hosted runners: Read and write; then accept it in acme:",
            `# ${PAGE()}/41000001`,
          ],
        },
      ]);
    }
  });

  it("asks for another permission for the runners of one repository", async () => {
    const changes = () => ({
      "arc:orgs": [
        {
          name: "acme",
          url: `${github.url}/acme/app`,
          installationId: "41000001",
          runnerSets: [{ name: "acme-runners", namespace: "acme-ci" }],
        },
      ],
    });
    assertFindings(await look(undefined, { changes: changes() }), [
      {
        id: "github/permission",
        set: ACME,
        what: "the App's installation 41000001 on acme lacks the permission administration: write",
        evidence: ["administration: not granted"],
      },
    ]);
    acme({ installations: [{ ...ON_ACME, administration: "write", selfHostedRunners: "none" }] });
    const diagnosis = await look(undefined, { changes: changes() });
    assertFindings(diagnosis, []);
    assert.deepEqual(unknownOf(diagnosis), []);
  });

  it("finds an App that is not installed, and an installation of another organisation", async () => {
    acme({ installations: [] });
    assertFindings(await look(), [
      {
        id: "github/not-installed",
        harm: "takes no jobs",
        set: ACME,
        what: "the App is not installed on acme",
        evidence: ["GET /app/installations/41000001: 404 Not Found", "for https://github.com/acme"],
        fix: [`# install it, or copy the id at the end of ${PAGE()} → Configure to installationId, then:`, "pulumi up"],
      },
    ]);
    github.set("globex", { installations: [ON_GLOBEX, ON_ACME] });
    assertFindings(await look(), [
      {
        id: "github/other-organization",
        harm: "takes no jobs",
        set: ACME,
        what: "the installation 41000001 is on globex, not on acme",
        evidence: ["installation 41000001: account globex", "the sets register at https://github.com/acme"],
        fix: [
          `# copy the id at the end of ${PAGE()} → Configure to installationId, then:`,
          "pulumi up",
          `bin/arc heal external-secrets --set ${ACME}`,
        ],
      },
    ]);
  });

  it("finds credentials that GitHub refuses, of an App and of a person", async () => {
    acme({ failure: { kind: "badCredentials", on: "app" } });
    assertFindings(await look(), [
      {
        id: "github/credentials-refused",
        harm: "takes no jobs",
        set: ACME,
        what: `GitHub refuses the credentials in the Secret ${ACME_SECRET}`,
        evidence: ["GET /app/installations/41000001: 401 Bad credentials", "for https://github.com/acme"],
        fix: [
          "# correct the ids in the stack file, or the key with pulumi config set --secret (docs/credentials.md)",
          "pulumi up",
          `bin/arc heal external-secrets --set ${ACME}`,
        ],
      },
    ]);
    acme({ failure: undefined as never });
    const revoked = "ghp_was0revoked";
    const diagnosis = await look(holding({ github_token: revoked }));
    assertFindings(diagnosis, [
      {
        id: "github/credentials-refused",
        set: ACME,
        evidence: ["GET /rate_limit: 401 Bad credentials", "for https://github.com/acme"],
      },
    ]);
    assert.deepEqual(findSecrets({ revoked, PEM }, { diagnosis: JSON.stringify(diagnosis) }), []);
    assertFindings(await look(holding({ github_token: OWNER })), []);
  });

  it("is behind a set that is not registered, and behind a listener that ends again and again", async () => {
    acme({ installations: [{ ...ON_ACME, suspended: true }] });
    const unregistered = await look((world) => {
      delete setOf(world, ACME).metadata.annotations!["runner-scale-set-id"];
    });
    assertFindings(unregistered, [{ id: "github/suspended", set: ACME }]);
    const ending = await look((world) => {
      const pod = listenerPodOf(world, ACME);
      for (let index = 0; index < 6; index++) addEvent(world, pod, "Started", 30 + 60 * index, `uid-${index}`);
    });
    assertFindings(ending, [{ id: "github/suspended", set: ACME }]);
  });

  describe("and runner groups", () => {
    const inGroup = (runnerGroup: string) => ({
      "arc:orgs": [
        {
          name: "acme",
          installationId: "41000001",
          runnerSets: [{ name: "acme-runners", namespace: "acme-ci", runnerGroup }],
        },
      ],
    });

    it("finds one that is not there, and takes a name in any case", async () => {
      acme({ runnerGroups: ["Default", "CI Linux"] });
      assertFindings(await look(undefined, { changes: inGroup("ci linux") }), []);
      assertFindings(await look(undefined, { changes: inGroup("CI-Linux") }), [
        {
          id: "github/runner-group-missing",
          harm: "takes no jobs",
          set: ACME,
          what: `the runner group CI-Linux of ${ACME} is not one of acme's`,
          evidence: ["there are: Default, CI Linux", "did you mean CI Linux?"],
          fix: [
            "# make it under https://github.com/organizations/acme/settings/actions/runner-groups, or correct runnerGroup, then:",
            "pulumi up",
          ],
        },
      ]);
    });

    it("finds one that no repository may use, be it the default one", async () => {
      const closed = { visibility: "selected" as const };
      acme({
        runnerGroups: [
          { ...closed, name: "Default" },
          { ...closed, name: "ci", repositories: 1 },
        ],
      });
      assertFindings(await look(undefined, { changes: inGroup("ci") }), []);
      acme({ runnerGroups: ["Default", { ...closed, name: "ci" }] });
      assertFindings(await look(undefined, { changes: inGroup("CI") }), [
        { id: "github/runner-group-closed", set: ACME, what: `no repository may use the runner group ci of ${ACME}` },
      ]);
      acme({ runnerGroups: [{ ...closed, name: "Default" }] });
      assertFindings(await look(), [
        {
          id: "github/runner-group-closed",
          harm: "takes no jobs",
          set: ACME,
          what: `no repository may use the runner group Default of ${ACME}`,
          evidence: ["visibility: selected, repositories: 0"],
          fix: ["# select repositories: https://github.com/organizations/acme/settings/actions/runner-groups"],
        },
      ]);
    });

    it("looks at all of them, however many there are", async () => {
      acme({ runnerGroups: ["Default", ...Array.from({ length: 120 }, (_, index) => `group-${index}`)] });
      assertFindings(await look(undefined, { changes: inGroup("group-119") }), []);
    });
  });

  it("finds that the requests of an hour come to their end", async () => {
    github.leave(400);
    const low = await look();
    assert.deepEqual(
      low.findings.map(({ id, harm, set }) => [id, harm, set]),
      [
        ["github/rate-limit", "runs worse", ACME],
        ["github/rate-limit", "runs worse", GLOBEX],
      ],
    );
    assert.match(low.findings[0]!.what, /^the credentials of acme have 39\d of 5000 requests left$/);
    assert.deepEqual(low.findings[0]!.fix, [
      "# give each organisation an App of its own: docs/credentials.md#several-apps",
    ]);
    github.leave(0);
    const none = await look();
    assert.deepEqual(
      [none.findings[0]!.harm, none.findings[0]!.what],
      ["takes no jobs", "the credentials of acme have 0 of 5000 requests left"],
    );
    github.leave(4_000);
    assertFindings(await look(), []);
  });

  it("asks with GITHUB_TOKEN where it may not read the Secrets", async () => {
    acme({ installations: [{ ...ON_ACME, suspended: true }] });
    github.set("globex", { installations: [{ ...APP, id: 7, appId: 2002, appSlug: "other" }] });
    const diagnosis = await look(undefined, { secrets: { unknown: "forbidden" }, env: { GITHUB_TOKEN: OWNER } });
    assertFindings(diagnosis, [
      { id: "github/not-installed", set: GLOBEX, evidence: ["installed there: other (2002)"] },
      { id: "github/suspended", set: ACME },
    ]);
    assert.deepEqual(unknownOf(diagnosis), [
      {
        source: "github",
        why:
          "the Secret acme-ci/github-token was not read (rate limit of acme); " +
          "the Secret globex-ci/github-token was not read (rate limit of globex)",
        rules: [],
      },
    ]);
    const token = await look(undefined, { secrets: { unknown: "forbidden" } });
    assertFindings(token, []);
    assert.match(
      unknownOf(token)[0]!.why,
      /^the Secret acme-ci\/github-token was not read, and GITHUB_TOKEN is not set /,
    );
    assert.equal(unknownOf(token)[0]!.rules.length, 9);
  });

  it("takes what does not answer, or answers nonsense, for unknown, in less than two and a half seconds", async () => {
    acme({ delay: 10_000 });
    let milliseconds = 0;
    const slow = await look((world) => {
      const ask = world.ask.askGitHub!;
      world.ask.askGitHub = async (secrets) => {
        const started = performance.now();
        const answer = await ask(secrets);
        milliseconds = performance.now() - started;
        return answer;
      };
    });
    assertFindings(slow, []);
    assert.match(
      unknownOf(slow)[0]!.why,
      /does not answer within 2\.3 s \(credentials, runner groups, rate limit of acme\)$/,
    );
    assert.ok(milliseconds < 2_500, `${milliseconds} ms`);

    acme({ delay: 0, failure: { kind: "serverError", status: 502 } });
    github.set("globex", { failure: { kind: "connectionReset" } });
    const broken = await look();
    assertFindings(broken, []);
    assert.match(unknownOf(broken)[0]!.why, /^POST .*: 502 Server Error \(runner groups, rate limit of acme\); /);
  });

  it("reports GitHub's own disturbances, asked only where runners register at GitHub itself", async () => {
    const incidents = ["Actions: major_outage"];
    const diagnosis = await look((world) => {
      world.ask.askGitHub = async () => ({ value: { connections: [], incidents } });
    });
    assertFindings(diagnosis, [
      {
        id: "github/outage",
        harm: "runs worse",
        set: undefined,
        what: "GitHub reports a disturbance",
        evidence: incidents,
        fix: ["# wait until it is over; change and delete no sets meanwhile (#4595, #4370)"],
      },
    ]);
  });

  it("lets no token, key or signature out of the command, whatever goes wrong", async () => {
    const failures: OrganizationArgs["failure"][] = [
      { kind: "badCredentials" },
      { kind: "serverError", status: 500 },
      { kind: "connectionReset" },
    ];
    const project = projectWith(toFake());
    const cluster = await worldCluster();
    await cluster.become(healthyWorld(await intendedStack(toFake())));
    try {
      for (const failure of failures) {
        for (const org of ["acme", "globex"]) github.set(org, { ...(failure ? { failure } : {}) });
        const flags = ["--stack", STACK, "--cwd", project.root, "--kubeconfig", cluster.controlPlane.kubeconfig];
        const { stdout, stderr } = await arcMeanwhile(["doctor", ...flags, "--json"], { GITHUB_TOKEN: OWNER });
        assert.deepEqual(findSecrets({ OWNER, PEM }, { stdout, stderr }), []);
        // The beginning of every JSON web token.
        assert.doesNotMatch(stdout + stderr, /eyJ|ghs_/);
        assert.ok(github.requests.some(({ path }) => path.endsWith("/app/installations/41000001")));
      }
    } finally {
      project.remove();
    }
  });
});

function requestText({ method, path, status }: FakeGitHub["requests"][number]): string {
  return `${method} ${path.replace("/api/v3", "")} ${status}`;
}

/** The first set's Secret, and the copy that its listener has. */
const holding = (data: Record<string, string>) => (world: World) => {
  world.get("Secret", ACME_SECRET).data = encoded(data);
  const copy = world.of("Secret").find(({ metadata: { name } }) => /^acme-runners-.*-config$/.test(name));
  copy!.data = encoded(listenerConfig(data));
};
