package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
)

// waitForKinds returns when the API server serves the kinds that the reconcilers watch. The operator's command ends
// without them and its Deployment starts it again.
func waitForKinds(ctx context.Context, config *rest.Config, states *slog.Logger) error {
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	said := ""
	return wait.PollUntilContextCancel(ctx, 300*time.Millisecond, true, func(context.Context) (bool, error) {
		missing, err := missingKind(client)
		if err != nil {
			return false, err
		}
		if missing != "" && missing != said {
			states.Info("waiting for a CustomResourceDefinition", "kind", missing)
			said = missing
		}
		return missing == "", nil
	})
}

// missingKind names a kind that is not served, or nothing.
func missingKind(client discovery.DiscoveryInterface) (string, error) {
	wanted := []string{esv1.ExtSecretKind, esv1.SecretStoreKind, esv1.ClusterSecretStoreKind}
	resources, err := client.ServerResourcesForGroupVersion(esv1.SchemeGroupVersion.String())
	if apierrors.IsNotFound(err) {
		return wanted[0], nil
	}
	if err != nil {
		return "", fmt.Errorf("cannot list the kinds of %s: %w", esv1.SchemeGroupVersion, err)
	}
	served := map[string]bool{}
	for _, resource := range resources.APIResources {
		served[resource.Kind] = true
	}
	for _, kind := range wanted {
		if !served[kind] {
			return kind, nil
		}
	}
	return "", nil
}
