package edge

import (
	"os"
	"unsafe"
)

// The small interfaces: configuration, log, budget, environment. Spec: abi/wit/config.wit,
// wasi-cli environment.wit.

//go:wasmimport wheeler:edge/config@0.1.0 variable
func configVariable(name unsafe.Pointer, length uint32, result unsafe.Pointer)

//go:wasmimport wheeler:edge/config@0.1.0 secret
func configSecret(name unsafe.Pointer, length uint32, result unsafe.Pointer)

//go:wasmimport wheeler:edge/log@0.1.0 log
func logLog(level uint32, message unsafe.Pointer, length uint32)

//go:wasmimport wheeler:edge/budget@0.1.0 cpu-ms-left
func budgetCPUMsLeft() uint32

//go:wasmimport wheeler:edge/budget@0.1.0 fetches-left
func budgetFetchesLeft() uint32

//go:wasmimport wasi:cli/environment@0.2.12 get-environment
func getEnvironment(result unsafe.Pointer)

// So that os.Getenv finds the app's variables.
func init() {
	var variables list[struct{ name, value text }]
	reserve()
	getEnvironment(unsafe.Pointer(&variables))
	for _, variable := range variables.slice() {
		// Fails for names that no environment can hold; Variable finds those.
		_ = os.Setenv(variable.name.string(), variable.value.string())
	}
}

// Variable is a variable of the app.
func Variable(name string) (string, bool) {
	at, length := bytesOf(name)
	var result optionalText
	reserve()
	configVariable(at, length, unsafe.Pointer(&result))
	return result.string()
}

// Secret is a secret of the app.
func Secret(name string) (string, bool) {
	at, length := bytesOf(name)
	var result optionalText
	reserve()
	configSecret(at, length, unsafe.Pointer(&result))
	return result.string()
}

// Level of a line in the log.
type Level uint8

const (
	Trace Level = iota
	Debug
	Info
	Warn
	ErrorLevel
)

// Log writes one line.
func Log(level Level, message string) {
	at, length := bytesOf(message)
	logLog(uint32(level), at, length)
}

// CPUMsLeft is what is left of the CPU time, as of the last wait.
func CPUMsLeft() uint32 { return budgetCPUMsLeft() }

// FetchesLeft is how many more requests may be started.
func FetchesLeft() uint32 { return budgetFetchesLeft() }
