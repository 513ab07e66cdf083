module wheeler.dev/wheeler

go 1.26
