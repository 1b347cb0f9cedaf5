package main

import (
	"os"
	"path/filepath"
	"testing"
)

const listener = `"listener":[{"tcp":{"address":"127.0.0.1:0","tls_disable":true}}]`

func TestLoadConfigAcceptsTheFileOfTheLab(t *testing.T) {
	config, err := load(t, `{"storage":{"file":{"path":"data"}},`+listener+`,"disable_mlock":true,"api_addr":"http://127.0.0.1:0","log_level":"warn"}`)
	if err != nil {
		t.Fatal(err)
	}
	if config != "file data http://127.0.0.1:0" {
		t.Errorf("loaded %q", config)
	}
}

func TestLoadConfigNamesWhatHasNoEffect(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"storage":{"file":{"path":"data"}},` + listener + `,"disable_mlok":true}`, "unknown or unsupported field disable_mlok found in configuration at FILE"},
		{`{"storage":{"file":{"path":"data","pth":"x"}},` + listener + `}`, `unknown or unsupported field pth of storage "file"`},
		{`{"storage":{"raft":{"path":"data"}},` + listener + `}`, `storage "raft" is not compiled in, only file and inmem are`},
		{`{"storage":{"file":{"path":"data"}}}`, "a listener must be specified"},
		{`{` + listener + `}`, "a storage backend must be specified"},
	} {
		if _, err := load(t, c.text); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.text, err, c.want)
		}
	}
}

// load answers a loaded file's storage and address. It works in the file's directory, for messages without a path.
func load(t *testing.T, text string) (string, error) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(filepath.Join(".", "FILE"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := loadConfig("FILE")
	if err != nil {
		return "", err
	}
	return config.Storage.Type + " " + config.Storage.Config["path"] + " " + config.Storage.RedirectAddr, nil
}
