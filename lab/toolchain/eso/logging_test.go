package main

import (
	"strings"
	"testing"
)

func TestAFailureIsWrittenOnceUntilAStateChanges(t *testing.T) {
	var out strings.Builder
	lines := &distinctLines{out: &out, written: map[string]bool{}}
	for _, line := range []string{"time=1 err=a\n", "time=2 err=a\n", "time=3 err=b\n"} {
		if n, err := lines.Write([]byte(line)); n != len(line) || err != nil {
			t.Fatalf("Write answered %d, %v", n, err)
		}
	}
	freshLines{lines}.Write([]byte("time=4 state\n"))
	lines.Write([]byte("time=5 err=a\n"))
	if want := "time=1 err=a\ntime=3 err=b\ntime=4 state\ntime=5 err=a\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
