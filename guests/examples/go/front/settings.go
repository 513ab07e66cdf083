package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// settings are what the app's variables say.
type settings struct {
	backends []backend
	blocked  map[string]bool
	// Of each backend, such as /health; empty when none is asked.
	health  string
	prefix  string
	timeout time.Duration
}

type backend struct {
	// Without a slash at its end.
	url    string
	weight int
	// Of whose clients it takes requests; nil stands for all that no other backend takes.
	countries []string
}

func readSettings(variable func(string) (string, bool)) (*settings, error) {
	text := func(name string) string {
		value, _ := variable(name)
		return strings.TrimSpace(value)
	}
	read := &settings{
		blocked: map[string]bool{},
		health:  text("HEALTH"),
		prefix:  text("PREFIX"),
		timeout: defaultTimeout,
	}
	for _, country := range strings.FieldsFunc(text("BLOCKED"), isSeparator) {
		read.blocked[strings.ToUpper(country)] = true
	}
	if given := text("TIMEOUT_MS"); given != "" {
		milliseconds, err := strconv.Atoi(given)
		if err != nil || milliseconds < 1 {
			return nil, fmt.Errorf("The variable TIMEOUT_MS is no number of milliseconds: %q", given)
		}
		read.timeout = time.Duration(milliseconds) * time.Millisecond
	}
	for _, line := range strings.Split(text("BACKENDS"), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		backend, err := readBackend(strings.Fields(line))
		if err != nil {
			return nil, err
		}
		read.backends = append(read.backends, backend)
	}
	if len(read.backends) == 0 {
		return nil, fmt.Errorf("The variable BACKENDS is not set: write a line such as \"* 1 https://backend.example\" for each")
	}
	return read, nil
}

// readBackend reads countries, weight and URL: "NZ,AU 3 https://south.example", or * for all other countries.
func readBackend(fields []string) (backend, error) {
	bad := fmt.Errorf("A line of BACKENDS is not countries, weight and URL: %q", strings.Join(fields, " "))
	if len(fields) != 3 || !strings.Contains(fields[2], "://") {
		return backend{}, bad
	}
	weight, err := strconv.Atoi(fields[1])
	if err != nil || weight < 1 || weight > 1000 {
		return backend{}, bad
	}
	read := backend{url: strings.TrimSuffix(fields[2], "/"), weight: weight}
	if fields[0] != "*" {
		read.countries = strings.FieldsFunc(strings.ToUpper(fields[0]), isSeparator)
	}
	return read, nil
}

// pool is the backends for clients of a country: those that name it, or else those for all others.
func (s *settings) pool(country string) []backend {
	var named, others []backend
	for _, backend := range s.backends {
		if backend.countries == nil {
			others = append(others, backend)
		}
		for _, one := range backend.countries {
			if one == country {
				named = append(named, backend)
			}
		}
	}
	if len(named) > 0 {
		return named
	}
	return others
}

func isSeparator(r rune) bool {
	return r == ',' || r == ' '
}
