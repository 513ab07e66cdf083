module example/{{name}}

go 1.26

require wheeler.dev/wheeler v0.0.0

replace wheeler.dev/wheeler => ./{{sdk}}/go

ignore ./node_modules
