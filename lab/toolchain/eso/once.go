package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret/esmetrics"
	ctrlmetrics "github.com/external-secrets/external-secrets/pkg/controllers/metrics"
	"github.com/external-secrets/external-secrets/pkg/controllers/secretstore/cssmetrics"
	"github.com/external-secrets/external-secrets/pkg/controllers/secretstore/ssmetrics"
	ctrlutil "github.com/external-secrets/external-secrets/pkg/controllers/util"
)

// runOnce runs the reconcilers until each object that is there has been reconciled as it is, and fails if one is not Ready.
func runOnce(parent context.Context, manager ctrl.Manager) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()
	var notReady []string
	err := wait.PollUntilContextCancel(ctx, 300*time.Millisecond, true, func(context.Context) (bool, error) {
		select {
		case err := <-ended:
			ended <- err
			return false, fmt.Errorf("the manager ended: %w", err)
		default:
		}
		objects, err := listAll(ctx, manager.GetAPIReader())
		if err != nil {
			return false, err
		}
		var settled bool
		settled, notReady = judge(objects)
		return settled, nil
	})
	cancel()
	if managerErr := <-ended; err == nil {
		err = managerErr
	}
	if err == nil && len(notReady) > 0 {
		err = fmt.Errorf("not ready: %s", strings.Join(notReady, ", "))
	}
	return err
}

func listAll(ctx context.Context, reader client.Reader) ([]client.Object, error) {
	var stores esv1.SecretStoreList
	var clusterStores esv1.ClusterSecretStoreList
	var externalSecrets esv1.ExternalSecretList
	for _, list := range []client.ObjectList{&stores, &clusterStores, &externalSecrets} {
		if err := reader.List(ctx, list); err != nil {
			return nil, err
		}
	}
	var objects []client.Object
	for i := range stores.Items {
		objects = append(objects, &stores.Items[i])
	}
	for i := range clusterStores.Items {
		objects = append(objects, &clusterStores.Items[i])
	}
	for i := range externalSecrets.Items {
		objects = append(objects, &externalSecrets.Items[i])
	}
	return objects, nil
}

// judge says whether every object has a state, and which have a bad one.
func judge(objects []client.Object) (settled bool, notReady []string) {
	settled = true
	for _, object := range objects {
		now := stateOf(object)
		if now.status == "" || isStale(object, now) {
			settled = false
		}
		if now.status != corev1.ConditionTrue {
			notReady = append(notReady, fmt.Sprintf("%s %s: %s", kindOf(object), client.ObjectKeyFromObject(object), now.message))
		}
	}
	return settled, notReady
}

// isStale is true for an object whose state is an earlier process's, and for a success of an earlier spec.
func isStale(object client.Object, now state) bool {
	if !isReconciled(object) {
		return true
	}
	externalSecret, ok := object.(*esv1.ExternalSecret)
	return ok && now.status == corev1.ConditionTrue &&
		externalSecret.Status.SyncedResourceVersion != ctrlutil.GetResourceVersion(externalSecret.ObjectMeta)
}

// isReconciled asks the reconcilers' metrics: they set an object's duration last, after its status.
func isReconciled(object client.Object) bool {
	labels := ctrlmetrics.RefineNonConditionMetricLabels(map[string]string{
		"name": object.GetName(), "namespace": object.GetNamespace(),
	})
	durations := ssmetrics.GetGaugeVec(ssmetrics.SecretStoreReconcileDurationKey)
	switch object.(type) {
	case *esv1.ExternalSecret:
		durations = esmetrics.GetGaugeVec(esmetrics.ExternalSecretReconcileDurationKey)
	case *esv1.ClusterSecretStore:
		durations = cssmetrics.GetGaugeVec(cssmetrics.ClusterSecretStoreReconcileDurationKey)
	}
	var metric dto.Metric
	return durations.With(labels).Write(&metric) == nil && metric.GetGauge().GetValue() > 0
}
