package main

import "testing"

func TestRewriteDropsTheRegistrationsAndKeepsTheRest(t *testing.T) {
	source := `package externalsecret

import (
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret/esmetrics"
	"github.com/external-secrets/external-secrets/pkg/controllers/secretstore"

	_ "github.com/external-secrets/external-secrets/pkg/generator/register"
	_ "github.com/external-secrets/external-secrets/pkg/provider/register" // Loading registered providers.
)
`
	want := `// Code generated from github.com/external-secrets/external-secrets by generate. DO NOT EDIT.

package externalsecret

import (
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret/esmetrics"
	"arc/lab/toolchain/eso/reconcilers/secretstore"

)
`
	text, dropped := rewrite(source)
	if dropped != 2 {
		t.Errorf("dropped %d imports, want 2", dropped)
	}
	if text != want {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
}
