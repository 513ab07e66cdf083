package edge

import (
	"os"
	"syscall"
	"time"
)

// Waiting. A host function that waits suspends the whole instance, all goroutines with it. So a
// goroutine does not call one before it is sure not to wait: it parks in Go's own poller on a
// descriptor that stands for the handle. When no goroutine can run any more, the scheduler
// calls poll_oneoff with all these descriptors and the time of the next timer, and the adapter
// asks the host for the first that is ready. The numbers are explained in
// toolchain/build/go-adapter/adapter.wat.

type waitable int

const (
	response waitable = iota
	readable
	writable
)

// A handle that can be waited for. It must be closed before the handle is dropped or given away.
type descriptor struct {
	file *os.File
	conn syscall.RawConn
}

func newDescriptor(kind waitable, handle uint32) *descriptor {
	file := os.NewFile(uintptr(1<<30|int(kind)<<28|int(handle)), "wheeler")
	conn, err := file.SyscallConn()
	if err != nil {
		panic(err) // only for a file that is closed
	}
	return &descriptor{file, conn}
}

// wait parks the goroutine until the handle is ready. The error is os.ErrDeadlineExceeded after
// interrupt, and os.ErrClosed after close.
func (d *descriptor) wait() error {
	asked := false
	return d.conn.Read(func(uintptr) bool {
		ready := asked
		asked = true
		return ready
	})
}

// interrupt ends this wait and all later ones.
func (d *descriptor) interrupt() {
	// Fails only when it is closed, and then nobody waits.
	_ = d.file.SetReadDeadline(time.Unix(1, 0))
}

func (d *descriptor) close() {
	_ = d.file.Close()
}
