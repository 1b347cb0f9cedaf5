// Command external-secrets is External Secrets Operator's own reconcilers of SecretStore, ClusterSecretStore and
// ExternalSecret in one process outside the cluster, with Vault as the only provider.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/external-secrets/external-secrets/pkg/feature"
	_ "github.com/external-secrets/external-secrets/pkg/provider/vault"
)

//go:generate go run ./generate

// options are the flags; those that the operator has too have its names and defaults. --kubeconfig is registered by
// controller-runtime, and Vault's provider reads it as well.
type options struct {
	concurrent           int
	controllerClass      string
	storeRequeueInterval time.Duration
	once                 bool
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "external-secrets: %s\n", err)
		os.Exit(1)
	}
}

func run() error {
	var opts options
	flag.IntVar(&opts.concurrent, "concurrent", 1, "number of concurrent reconciles")
	flag.StringVar(&opts.controllerClass, "controller-class", "default", "reconcile only stores of this controller")
	flag.DurationVar(&opts.storeRequeueInterval, "store-requeue-interval", 5*time.Minute, "time between validations of a store")
	flag.BoolVar(&opts.once, "once", false, "end when every store and ExternalSecret has been reconciled; exit 1 if one is not Ready")
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	states := setUpLogging()
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	// The operator's own limits: with client-go's default of 5 requests a second, a few dozen objects take a minute.
	config.QPS, config.Burst = 50, 100
	for _, f := range feature.Features() {
		if f.Initialize != nil {
			f.Initialize()
		}
	}
	return reconcile(ctrl.SetupSignalHandler(), config, opts, states)
}
