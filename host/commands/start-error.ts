// Something did not start; the message is for people and complete. Thrown by commands, printed by the
// command line.

export class StartError extends Error {}
