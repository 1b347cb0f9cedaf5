// Command generate takes External Secrets Operator's own reconcilers out of its module, without the imports that
// register the providers and generators of every cloud. Those imports are blank and stand in the reconcilers' files,
// so no build option leaves them out, and they are most of the operator's build.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	module = "github.com/external-secrets/external-secrets"
	target = "reconcilers"
	// own is the import path of the directory that this command writes.
	own = "arc/lab/toolchain/eso/" + target
)

// packages are the packages with a blank import of the registrations, below pkg/controllers.
var packages = []string{"externalsecret", "secretstore"}

// registrations are the blank imports that are left out.
var registrations = []string{
	`_ "` + module + `/pkg/provider/register"`,
	`_ "` + module + `/pkg/generator/register"`,
}

func main() {
	if err := generate(); err != nil {
		fmt.Fprintf(os.Stderr, "generate: %s\n", err)
		os.Exit(1)
	}
}

func generate() error {
	root, err := moduleDir()
	if err != nil {
		return err
	}
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	for _, name := range packages {
		if err := copyPackage(filepath.Join(root, "pkg", "controllers", name), filepath.Join(target, name)); err != nil {
			return err
		}
	}
	return nil
}

func moduleDir() (string, error) {
	command := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go list -m %s: %w", module, err)
	}
	dir := strings.TrimSpace(string(out))
	if dir == "" {
		return "", fmt.Errorf("%s is not downloaded: go mod download %s", module, module)
	}
	return dir, nil
}

func copyPackage(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.go"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	dropped := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		text, n := rewrite(string(source))
		dropped += n
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	// Without this check, another version of the operator would quietly be built with every provider again.
	if dropped == 0 {
		return fmt.Errorf("%s imports no registration: is this version of %s another one?", from, module)
	}
	return nil
}

// rewrite drops the registrations and makes the packages import each other's copy. It answers how many it dropped.
func rewrite(source string) (string, int) {
	var kept []string
	dropped := 0
	for _, line := range strings.SplitAfter(source, "\n") {
		if isRegistration(line) {
			dropped++
			continue
		}
		kept = append(kept, line)
	}
	text := strings.Join(kept, "")
	for _, name := range packages {
		text = strings.ReplaceAll(text, `"`+module+`/pkg/controllers/`+name+`"`, `"`+own+`/`+name+`"`)
	}
	return "// Code generated from " + module + " by generate. DO NOT EDIT.\n\n" + text, dropped
}

func isRegistration(line string) bool {
	for _, registration := range registrations {
		if strings.HasPrefix(strings.TrimSpace(line), registration) {
			return true
		}
	}
	return false
}
