// Command sanwen is the whole product in one binary; see `sanwen --help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"sanwen/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := app.Run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
