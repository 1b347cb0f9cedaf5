"""One organisation with one runner set."""

import pulumi
import pulumi_arc as arc

config = pulumi.Config()

platform = arc.RunnerPlatform(
    "arc",
    controller={"version": "0.14.2"},
    github_app={"app_id": "123456", "private_key": config.require_secret("githubAppPrivateKey")},
    vault={"connection": {"server": config.require("vaultServer"), "auth_mount": config.require("vaultAuthMount")}},
    orgs=[
        {
            "name": "acme",
            "installation_id": "44556677",
            "runner_sets": [
                {
                    "name": "acme-runners",
                    "namespace": "acme-runners",
                    "vault_path": "acme-runners/github-app",
                    "max_runners": 4,
                    "quota": {"requests.memory": "8Gi", "limits.memory": "16Gi"},
                    "runner": {
                        "container_mode": arc.ContainerMode.NONE,
                        "image": "ghcr.io/actions/actions-runner:2.338.0",
                        "resources": {
                            "requests": {"cpu": "500m", "memory": "1Gi"},
                            "limits": {"cpu": "2", "memory": "4Gi"},
                        },
                    },
                }
            ],
        }
    ],
)

pulumi.export("runnerSets", platform.runner_sets)
