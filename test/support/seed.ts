/** What the seed system runs, value for value: prod has to come out as this, whichever way it is built. */

export const CONTROLLER_SELECTOR = {
  "app.kubernetes.io/name": "gha-rs-controller",
  "app.kubernetes.io/namespace": "arc-systems",
  "app.kubernetes.io/instance": "arc",
};
export const CONTROLLER_LABELS = {
  ...CONTROLLER_SELECTOR,
  "app.kubernetes.io/version": "0.14.2",
  "app.kubernetes.io/part-of": "gha-rs-controller",
  "app.kubernetes.io/managed-by": "pulumi",
};
export const CONTROLLER_IMAGE = "ghcr.io/actions/gha-runner-scale-set-controller:0.14.2";

export const CONTROLLER_DEPLOYMENT = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "arc-gha-rs-controller",
    namespace: "arc-systems",
    labels: {
      ...CONTROLLER_LABELS,
      "actions.github.com/controller-service-account-namespace": "arc-systems",
      "actions.github.com/controller-service-account-name": "arc-gha-rs-controller",
    },
  },
  spec: {
    replicas: 1,
    strategy: { type: "Recreate" },
    selector: { matchLabels: CONTROLLER_SELECTOR },
    template: {
      metadata: {
        labels: {
          ...CONTROLLER_SELECTOR,
          "app.kubernetes.io/version": "0.14.2",
          "app.kubernetes.io/part-of": "gha-rs-controller",
          "app.kubernetes.io/component": "controller-manager",
        },
        annotations: { "kubectl.kubernetes.io/default-container": "manager" },
      },
      spec: {
        serviceAccountName: "arc-gha-rs-controller",
        terminationGracePeriodSeconds: 10,
        nodeSelector: { "node-role": "cicd" },
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "manager",
            image: CONTROLLER_IMAGE,
            imagePullPolicy: "IfNotPresent",
            command: ["/manager"],
            args: [
              "--auto-scaling-runner-set-only",
              "--update-strategy=eventual",
              "--metrics-addr=:8080",
              "--listener-metrics-addr=:8080",
              "--listener-metrics-endpoint=/metrics",
              "--health-probe-bind-address=:8081",
            ],
            env: [
              { name: "CONTROLLER_MANAGER_CONTAINER_IMAGE", value: CONTROLLER_IMAGE },
              {
                name: "CONTROLLER_MANAGER_POD_NAMESPACE",
                valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
              },
            ],
            ports: [{ name: "metrics", containerPort: 8080, protocol: "TCP" }],
            resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
              readOnlyRootFilesystem: true,
              runAsNonRoot: true,
              runAsUser: 65532,
              runAsGroup: 65532,
            },
            livenessProbe: {
              httpGet: { path: "/healthz", port: 8081 },
              initialDelaySeconds: 15,
              periodSeconds: 20,
            },
            readinessProbe: {
              httpGet: { path: "/readyz", port: 8081 },
              initialDelaySeconds: 5,
              periodSeconds: 10,
            },
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
          },
        ],
        volumes: [{ name: "tmp", emptyDir: {} }],
      },
    },
  },
};

/** One of the three sets of the seed system: they differ in this much and nothing else. */
export interface SeedSet {
  name: string;
  namespace: string;
  org: string;
  minRunners: number;
}

/** The `spec` of a set's AutoscalingRunnerSet. */
export const seedSpec = (set: SeedSet) => ({
  githubConfigUrl: `https://github.com/${set.org}`,
  githubConfigSecret: "github-token",
  minRunners: set.minRunners,
  maxRunners: 12,
  template: {
    spec: {
      restartPolicy: "Never",
      serviceAccountName: `${set.name}-gha-rs-no-permission`,
      activeDeadlineSeconds: 7200,
      imagePullSecrets: [{ name: "ghcr-pull-secret" }],
      containers: [
        {
          name: "runner",
          image: "ghcr.io/yldm-tech/actions-runner-with-gh:latest",
          command: ["/home/runner/run.sh"],
          env: [
            { name: "DOCKER_HOST", value: "tcp://localhost:2376" },
            { name: "DOCKER_TLS_VERIFY", value: "1" },
            { name: "DOCKER_CERT_PATH", value: "/certs/client" },
          ],
          resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "4", memory: "4Gi" } },
          volumeMounts: [{ name: "docker-certs", mountPath: "/certs", readOnly: true }],
        },
        {
          name: "dind",
          image: "docker:dind",
          env: [{ name: "DOCKER_TLS_CERTDIR", value: "/certs" }],
          resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } },
          securityContext: { privileged: true },
          volumeMounts: [
            { name: "docker-certs", mountPath: "/certs" },
            { name: "dind-storage", mountPath: "/var/lib/docker" },
          ],
        },
      ],
      volumes: [
        { name: "docker-certs", emptyDir: {} },
        { name: "dind-storage", emptyDir: {} },
      ],
    },
  },
});

export const SEED_SETS: SeedSet[] = [
  { name: "yldm-backend-runners", namespace: "github-runner", org: "yldm-tech", minRunners: 2 },
  { name: "kamify-backend-runners", namespace: "kamify-runner", org: "kamify-ai", minRunners: 0 },
  { name: "everyapi-backend-runners", namespace: "everyapi-runner", org: "everyapi-ai", minRunners: 0 },
];
