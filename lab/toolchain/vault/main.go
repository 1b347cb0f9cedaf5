// Command vault is Vault's own server with what the lab uses of it: file or in-memory storage, the KV secrets
// engine and the Kubernetes auth method. It takes the official binary's command line.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/vault/version"
)

const usage = `Usage: vault server -config=FILE
       vault version
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return 1
	}
	switch args[0] {
	case "version", "-v", "-version", "--version":
		fmt.Fprintf(stdout, "Vault v%s (arc lab)\n", version.GetVersion().VersionNumber())
		return 0
	case "server":
		return runServer(args[1:], stdout, stderr)
	}
	fmt.Fprintf(stderr, "vault: no command %q\n%s", args[0], usage)
	return 1
}

func runServer(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("vault server", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("config", "", "configuration file, HCL or JSON")
	if err := flags.Parse(args); err != nil {
		return 1
	}
	if *path == "" || flags.NArg() > 0 {
		fmt.Fprint(stderr, usage)
		return 1
	}
	config, err := loadConfig(*path)
	if err != nil {
		fmt.Fprintf(stderr, "vault: %s\n", err)
		return 1
	}
	if err := serve(config, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "vault: %s\n", err)
		return 1
	}
	return 0
}
