package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/hashicorp/cli"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/command/server"
	"github.com/hashicorp/vault/helper/logging"
	"github.com/hashicorp/vault/helper/metricsutil"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/vault"
)

// serve runs Vault until SIGINT or SIGTERM. It starts sealed: initialising and unsealing are the operator's calls.
func serve(config *server.Config, stdout, stderr io.Writer) error {
	logger, err := newLogger(config, stderr)
	if err != nil {
		return err
	}
	ui := &cli.BasicUi{Writer: stdout, ErrorWriter: stderr}
	core, err := newCore(config, logger, ui)
	if err != nil {
		return err
	}
	// Signals are taken before the port answers, so that a caller that has seen it answer can end the process cleanly.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	servers, err := listen(config, core, logger, ui)
	if err != nil {
		return errors.Join(err, core.Shutdown())
	}
	fmt.Fprintln(stdout, "==> Vault server started! Log data will stream in below:")
	<-ctx.Done()
	fmt.Fprintln(stdout, "==> Vault shutdown triggered")
	return errors.Join(closeAll(servers), core.Shutdown())
}

func newLogger(config *server.Config, stderr io.Writer) (hclog.InterceptLogger, error) {
	level, err := logging.ParseLogLevel(config.LogLevel)
	if err != nil {
		return nil, err
	}
	format, err := logging.ParseLogFormat(config.LogFormat)
	if err != nil {
		return nil, err
	}
	logConfig, err := logging.NewLogConfig("vault")
	if err != nil {
		return nil, err
	}
	logConfig.LogLevel, logConfig.LogFormat, logConfig.LogFilePath = level, format, config.LogFile
	return logging.Setup(logConfig, stderr)
}

func newCore(config *server.Config, logger hclog.InterceptLogger, ui cli.Ui) (*vault.Core, error) {
	storage, err := physicalBackends[config.Storage.Type](config.Storage.Config, logger.Named("storage."+config.Storage.Type))
	if err != nil {
		return nil, fmt.Errorf("error initializing storage of type %s: %w", config.Storage.Type, err)
	}
	inmem, sink, prometheus, err := configutil.SetupTelemetry(&configutil.SetupTelemetryOpts{
		Config: config.Telemetry, Ui: ui, ServiceName: "vault", DisplayName: "Vault", ClusterName: config.ClusterName,
	})
	if err != nil {
		return nil, fmt.Errorf("error initializing telemetry: %w", err)
	}
	core, err := vault.NewCore(&vault.CoreConfig{
		RawConfig:          config,
		Physical:           storage,
		StorageType:        config.Storage.Type,
		RedirectAddr:       config.Storage.RedirectAddr,
		AuditBackends:      auditBackends,
		CredentialBackends: registry[credential],
		LogicalBackends:    registry[secrets],
		BuiltinRegistry:    registry,
		Logger:             logger,
		AllLoggers:         []hclog.Logger{logger},
		LogLevel:           config.LogLevel,
		MetricsHelper:      metricsutil.NewMetricsHelper(inmem, prometheus),
		MetricSink:         sink,
		DefaultLeaseTTL:    config.DefaultLeaseTTL,
		MaxLeaseTTL:        config.MaxLeaseTTL,
		ClusterName:        config.ClusterName,
		CacheSize:          config.CacheSize,
		DisableCache:       config.DisableCache,
		DisableMlock:       config.DisableMlock,
		EnableRaw:          config.EnableRawEndpoint,
	})
	if err != nil && vault.IsFatalError(err) {
		return nil, fmt.Errorf("error initializing core: %w", err)
	}
	return core, nil
}
