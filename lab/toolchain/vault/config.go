package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/vault/command/server"
)

// loadConfig reads a file with Vault's own parser. Vault only warns of a key that it does not know; here a key without
// effect is an error, because a test that sets one tests nothing.
func loadConfig(path string) (*server.Config, error) {
	config, err := server.LoadConfigFile(path)
	if err != nil {
		return nil, fmt.Errorf("error loading configuration from %s: %w", path, err)
	}
	for _, unknown := range config.Validate(path) {
		err = errors.Join(err, errors.New(unknown.String()))
	}
	return config, errors.Join(err, unsupported(config), unknownStorageKeys(config.Storage))
}

// unsupported names the parts of Vault that are configured but not compiled in.
func unsupported(config *server.Config) error {
	switch {
	case config.Storage == nil:
		return errors.New("a storage backend must be specified")
	case physicalBackends[config.Storage.Type] == nil:
		return fmt.Errorf("storage %q is not compiled in, only file and inmem are", config.Storage.Type)
	case len(config.Listeners) == 0:
		return errors.New("a listener must be specified")
	case len(config.Seals) > 0:
		return errors.New("seals other than Shamir's are not compiled in")
	case config.HAStorage != nil || config.ServiceRegistration != nil:
		return errors.New("ha_storage and service_registration are not compiled in")
	}
	return nil
}

// storageKeys are the keys that each storage reads. Vault hands a storage its keys as they are and asks for no more.
var storageKeys = map[string][]string{"file": {"path"}, "inmem": {"max_value_size"}}

// commonStorageKeys are those that Vault itself reads in the block of any storage.
var commonStorageKeys = []string{"redirect_addr", "advertise_addr", "cluster_addr", "disable_clustering"}

func unknownStorageKeys(storage *server.Storage) error {
	if storage == nil || storageKeys[storage.Type] == nil {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(storage.Config)) {
		if !slices.Contains(storageKeys[storage.Type], key) && !slices.Contains(commonStorageKeys, key) {
			return fmt.Errorf("unknown or unsupported field %s of storage %q", key, storage.Type)
		}
	}
	return nil
}
