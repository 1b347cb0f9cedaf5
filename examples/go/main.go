// One organisation with one runner set.
package main

import (
	"example.com/pulumi-arc/sdk/go/arc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		platform, err := arc.NewRunnerPlatform(ctx, "arc", &arc.RunnerPlatformArgs{
			Controller: arc.ControllerArgsTypeArgs{Version: "0.14.2"},
			GithubApp: &arc.GitHubAppArgsArgs{
				AppId:      "123456",
				PrivateKey: config.RequireSecret(ctx, "githubAppPrivateKey"),
			},
			Vault: &arc.VaultArgsArgs{
				Connection: arc.VaultConnectionArgsArgs{
					Server:    config.Require(ctx, "vaultServer"),
					AuthMount: pulumi.StringRef(config.Require(ctx, "vaultAuthMount")),
				},
			},
			Orgs: []arc.OrganizationArgsArgs{{
				Name:           "acme",
				InstallationId: pulumi.StringRef("44556677"),
				RunnerSets: []arc.RunnerSetArgsArgs{{
					Name:       "acme-runners",
					Namespace:  "acme-runners",
					VaultPath:  pulumi.StringRef("acme-runners/github-app"),
					MaxRunners: 4,
					Quota:      map[string]string{"requests.memory": "8Gi", "limits.memory": "16Gi"},
					Runner: arc.RunnerPodArgsArgs{
						ContainerMode: containerMode(arc.ContainerModeNone),
						Image:         "ghcr.io/actions/actions-runner:2.338.0",
						Resources: arc.ContainerResourcesArgs{
							Requests: map[string]string{"cpu": "500m", "memory": "1Gi"},
							Limits:   map[string]string{"cpu": "2", "memory": "4Gi"},
						},
					},
				}},
			}},
		})
		if err != nil {
			return err
		}
		ctx.Export("runnerSets", platform.RunnerSets)
		return nil
	})
}

// An optional field of an enum is a pointer in Go.
func containerMode(mode arc.ContainerMode) *arc.ContainerMode {
	return &mode
}
