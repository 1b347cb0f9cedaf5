package main

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
)

// setUpLogging shows what fails in the libraries, and answers the logger for the objects' changes of state. The
// operator's own lines of every refresh would hide them, and so would a failure at each of its retries.
func setUpLogging() *slog.Logger {
	lines := &distinctLines{out: os.Stderr, written: map[string]bool{}}
	failures := logr.FromSlogHandler(slog.NewTextHandler(lines, &slog.HandlerOptions{
		Level:       slog.LevelWarn,
		ReplaceAttr: withoutReconcileID,
	}))
	ctrl.SetLogger(failures)
	klog.SetLogger(failures)
	return slog.New(slog.NewTextHandler(freshLines{lines}, nil))
}

// withoutReconcileID drops what makes the lines of two retries differ.
func withoutReconcileID(_ []string, attr slog.Attr) slog.Attr {
	if attr.Key == "reconcileID" {
		return slog.Attr{}
	}
	return attr
}

// distinctLines leaves out a line that was written since the last change of a state.
type distinctLines struct {
	mutex   sync.Mutex
	out     io.Writer
	written map[string]bool
}

func (d *distinctLines) Write(line []byte) (int, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	_, text, _ := bytes.Cut(line, []byte(" ")) // the time goes first
	if d.written[string(text)] {
		return len(line), nil
	}
	d.written[string(text)] = true
	return d.out.Write(line)
}

// freshLines writes every line, and after it a failure is news again.
type freshLines struct{ *distinctLines }

func (f freshLines) Write(line []byte) (int, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	clear(f.written)
	return f.out.Write(line)
}
