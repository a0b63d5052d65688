//go:build !unix

package app

func noCore() {}
