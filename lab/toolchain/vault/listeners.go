package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/cli"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/command/server"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/vault"
)

// listen serves Vault's HTTP API on every configured listener.
func listen(config *server.Config, core *vault.Core, logger hclog.Logger, ui cli.Ui) ([]*http.Server, error) {
	var listeners []net.Listener
	for _, lnConfig := range config.Listeners {
		listener, _, _, err := server.NewListener(lnConfig, nil, ui)
		if err != nil {
			for _, open := range listeners {
				open.Close()
			}
			return nil, fmt.Errorf("error initializing listener of type %s: %w", lnConfig.Type, err)
		}
		listeners = append(listeners, listener)
		setDefaults(lnConfig)
	}
	var servers []*http.Server
	for i, lnConfig := range config.Listeners {
		srv := &http.Server{
			Handler: vaulthttp.Handler.Handler(&vault.HandlerProperties{
				Core:                  core,
				ListenerConfig:        lnConfig,
				DisablePrintableCheck: config.DisablePrintableCheck,
			}),
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       30 * time.Second,
			IdleTimeout:       5 * time.Minute,
			ErrorLog:          logger.StandardLogger(nil),
		}
		servers = append(servers, srv)
		go srv.Serve(listeners[i])
	}
	return servers, nil
}

// setDefaults gives a listener the limits that the official command gives it; without them every request is too large.
func setDefaults(l *configutil.Listener) {
	setDefault(&l.MaxRequestSize, vaulthttp.DefaultMaxRequestSize)
	setDefault(&l.MaxRequestDuration, vault.DefaultMaxRequestDuration)
	setDefault(&l.CustomMaxJSONDepth, vaulthttp.CustomMaxJSONDepth)
	setDefault(&l.CustomMaxJSONStringValueLength, vaulthttp.CustomMaxJSONStringValueLength)
	setDefault(&l.CustomMaxJSONObjectEntryCount, vaulthttp.CustomMaxJSONObjectEntryCount)
	setDefault(&l.CustomMaxJSONArrayElementCount, vaulthttp.CustomMaxJSONArrayElementCount)
}

func setDefault[T comparable](value *T, initial T) {
	var zero T
	if *value == zero {
		*value = initial
	}
}

// closeAll lets the requests that are being answered end, for a short time.
func closeAll(servers []*http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var err error
	for _, srv := range servers {
		if srv.Shutdown(ctx) != nil {
			err = errors.Join(err, srv.Close())
		}
	}
	return err
}
