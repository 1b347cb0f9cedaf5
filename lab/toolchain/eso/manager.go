package main

import (
	"context"
	"log/slog"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	genv1alpha1 "github.com/external-secrets/external-secrets/apis/generators/v1alpha1"
	ctrlcommon "github.com/external-secrets/external-secrets/pkg/controllers/common"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret/esmetrics"
	ctrlmetrics "github.com/external-secrets/external-secrets/pkg/controllers/metrics"
	"github.com/external-secrets/external-secrets/pkg/controllers/secretstore/cssmetrics"
	"github.com/external-secrets/external-secrets/pkg/controllers/secretstore/ssmetrics"

	"arc/lab/toolchain/eso/reconcilers/externalsecret"
	"arc/lab/toolchain/eso/reconcilers/secretstore"
)

var scheme = runtime.NewScheme()

func init() {
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(esv1.AddToScheme(scheme))
	utilruntime.Must(genv1alpha1.AddToScheme(scheme))
}

// reconcile runs the operator's reconcilers until ctx ends.
func reconcile(ctx context.Context, config *rest.Config, opts options, states *slog.Logger) error {
	if err := waitForKinds(ctx, config, states); err != nil {
		return err
	}
	manager, err := newManager(config)
	if err != nil {
		return err
	}
	if err := addReconcilers(manager, opts); err != nil {
		return err
	}
	if err := logStates(ctx, manager, states); err != nil {
		return err
	}
	if !opts.once {
		return manager.Start(ctx)
	}
	return runOnce(ctx, manager)
}

// newManager has the operator's choice of caches: Secrets and ConfigMaps are read from the API server.
func newManager(config *rest.Config) (ctrl.Manager, error) {
	return ctrl.NewManager(config, ctrl.Options{
		Scheme:  scheme,
		Metrics: server.Options{BindAddress: "0"},
		Client: client.Options{
			Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}, &corev1.ConfigMap{}}},
		},
	})
}

// addReconcilers sets the reconcilers up as the operator's command does. Generators are left out, and with them their state.
func addReconcilers(manager ctrl.Manager, opts options) error {
	ctrlmetrics.SetUpLabelNames(false)
	esmetrics.SetUpMetrics()
	ssmetrics.SetUpMetrics()
	cssmetrics.SetUpMetrics()
	secretClient, err := ctrlcommon.BuildManagedSecretClient(manager, "")
	if err != nil {
		return err
	}
	stores := &secretstore.StoreReconciler{
		Client: manager.GetClient(), Log: ctrl.Log.WithName("SecretStore"), Scheme: scheme,
		ControllerClass: opts.controllerClass, RequeueInterval: opts.storeRequeueInterval,
	}
	if err := stores.SetupWithManager(manager, controllerOptions(opts)); err != nil {
		return err
	}
	clusterStores := &secretstore.ClusterStoreReconciler{
		Client: manager.GetClient(), Log: ctrl.Log.WithName("ClusterSecretStore"), Scheme: scheme,
		ControllerClass: opts.controllerClass, RequeueInterval: opts.storeRequeueInterval,
	}
	if err := clusterStores.SetupWithManager(manager, controllerOptions(opts)); err != nil {
		return err
	}
	externalSecrets := &externalsecret.Reconciler{
		Client: manager.GetClient(), SecretClient: secretClient, Log: ctrl.Log.WithName("ExternalSecret"), Scheme: scheme,
		RestConfig: manager.GetConfig(), ControllerClass: opts.controllerClass, RequeueInterval: time.Hour,
		ClusterSecretStoreEnabled: true, EnableFloodGate: true,
	}
	return externalSecrets.SetupWithManager(manager, controllerOptions(opts))
}

func controllerOptions(opts options) controller.Options {
	return controller.Options{MaxConcurrentReconciles: opts.concurrent, RateLimiter: ctrlcommon.BuildRateLimiter()}
}
