package checker

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
)

// Only a service that takes connections in its container, and gets none, has an
// engine whose ports are out of reach: any other silence is its own.
func TestCutOff(t *testing.T) {
	refused := fmt.Errorf("GET /: %w", ErrNoConnection)
	at := func(addresses ...string) listening {
		l := listening{known: true}
		for _, a := range addresses {
			l.addresses = append(l.addresses, netip.MustParseAddrPort(a))
		}
		return l
	}
	tests := map[string]struct {
		service service
		want    bool
	}{
		"listens for everybody":         {service{state: State{Running: true}, silence: refused, listening: at("0.0.0.0:8080")}, true},
		"takes the connection":          {service{state: State{Running: true}, silence: errors.New("no answer"), listening: at("0.0.0.0:8080")}, false},
		"listens on loopback":           {service{state: State{Running: true}, silence: refused, listening: at("127.0.0.1:8080")}, false},
		"listens on another port":       {service{state: State{Running: true}, silence: refused, listening: at("0.0.0.0:9000")}, false},
		"has ended":                     {service{silence: refused, listening: at("0.0.0.0:8080")}, false},
		"listens for IPv6 too":          {service{state: State{Running: true}, silence: refused, listening: at("[::]:8080")}, true},
		"nobody knows where it listens": {service{state: State{Running: true}, silence: refused}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := tt.service.cutOff(8080)
			var environment *EnvironmentError
			if got := errors.As(err, &environment); got != tt.want {
				t.Errorf("cutOff = %v, want an EnvironmentError: %v", err, tt.want)
			}
			if tt.want && environment.Remedy == "" {
				t.Error("it has no remedy")
			}
		})
	}
}
