// What `import { … } from "@wheeler/assemblyscript"` finds. The compiler looks for a package's
// index here and nowhere else.

export * from "./assembly/index";
