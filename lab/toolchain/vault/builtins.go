package main

import (
	"maps"
	"slices"

	kubernetes "github.com/hashicorp/vault-plugin-auth-kubernetes"
	kv "github.com/hashicorp/vault-plugin-secrets-kv"
	"github.com/hashicorp/vault/audit"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical"
	"github.com/hashicorp/vault/sdk/physical/file"
	"github.com/hashicorp/vault/sdk/physical/inmem"
)

var (
	physicalBackends = map[string]physical.Factory{"file": file.NewFileBackend, "inmem": inmem.NewInmem}
	auditBackends    = map[string]audit.Factory{"file": audit.NewFileBackend}
)

const (
	credential = consts.PluginTypeCredential
	secrets    = consts.PluginTypeSecrets
)

// builtins is Vault's catalogue of compiled-in plugins, by type and then by name.
type builtins map[consts.PluginType]map[string]logical.Factory

var registry = builtins{
	credential: {"kubernetes": kubernetes.Factory},
	secrets:    {"kv": kv.Factory},
}

func (b builtins) Contains(name string, pluginType consts.PluginType) bool {
	return b[pluginType][name] != nil
}

func (b builtins) Get(name string, pluginType consts.PluginType) (func() (interface{}, error), bool) {
	factory, ok := b[pluginType][name]
	return func() (interface{}, error) { return factory, nil }, ok
}

func (b builtins) Keys(pluginType consts.PluginType) []string {
	return slices.Collect(maps.Keys(b[pluginType]))
}

func (b builtins) DeprecationStatus(name string, pluginType consts.PluginType) (consts.DeprecationStatus, bool) {
	if !b.Contains(name, pluginType) {
		return consts.Unknown, false
	}
	return consts.Supported, true
}

func (b builtins) IsBuiltinEntPlugin(string, consts.PluginType) bool {
	return false
}
