package main

import (
	"context"
	"log/slog"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
)

// state is an object's Ready condition, without the times that change at every refresh.
type state struct {
	status          corev1.ConditionStatus
	reason, message string
}

// kindOf answers the kind by the Go type, since objects from a cache carry none.
func kindOf(object client.Object) string {
	switch object.(type) {
	case *esv1.ExternalSecret:
		return esv1.ExtSecretKind
	case *esv1.ClusterSecretStore:
		return esv1.ClusterSecretStoreKind
	}
	return esv1.SecretStoreKind
}

// stateOf is empty for an object that has not been reconciled.
func stateOf(object client.Object) state {
	if externalSecret, ok := object.(*esv1.ExternalSecret); ok {
		for _, c := range externalSecret.Status.Conditions {
			if c.Type == esv1.ExternalSecretReady {
				return state{c.Status, c.Reason, c.Message}
			}
		}
		return state{}
	}
	for _, c := range object.(esv1.GenericStore).GetStatus().Conditions {
		if c.Type == esv1.SecretStoreReady {
			return state{c.Status, c.Reason, c.Message}
		}
	}
	return state{}
}

// logStates writes one line for each change of a Ready condition and for each object that goes.
func logStates(ctx context.Context, manager ctrl.Manager, states *slog.Logger) error {
	for _, object := range []client.Object{&esv1.SecretStore{}, &esv1.ClusterSecretStore{}, &esv1.ExternalSecret{}} {
		informer, err := manager.GetCache().GetInformer(ctx, object)
		if err != nil {
			return err
		}
		if _, err := informer.AddEventHandler(handlerFor(states)); err != nil {
			return err
		}
	}
	return nil
}

func handlerFor(states *slog.Logger) cache.ResourceEventHandlerFuncs {
	changed := func(object client.Object, before state) {
		now := stateOf(object)
		if now == before {
			return
		}
		states.Info("state", "kind", kindOf(object), "namespace", object.GetNamespace(), "name", object.GetName(),
			"ready", now.status, "reason", now.reason, "message", now.message)
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { changed(object.(client.Object), state{}) },
		UpdateFunc: func(old, object any) { changed(object.(client.Object), stateOf(old.(client.Object))) },
		DeleteFunc: func(object any) {
			// The last state is unknown after a missed deletion, so there is nothing to say about the object but its key.
			if unknown, ok := object.(cache.DeletedFinalStateUnknown); ok {
				states.Info("deleted", "key", unknown.Key)
				return
			}
			gone := object.(client.Object)
			states.Info("deleted", "kind", kindOf(gone), "namespace", gone.GetNamespace(), "name", gone.GetName())
		},
	}
}
