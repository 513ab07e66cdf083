// Returns without an answer.

import { Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  return null;
}
