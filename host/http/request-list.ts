// Requests under way: any of them may be the next that leaves, and each comes and goes once. A set would
// do; it makes its table anew each time that it has become empty, which here is after every request.
// Steps 1 and 12 of the request path, for the server.

/** What is in a list knows where. */
export interface Listed {
  place: number;
}

export class RequestList<Request extends Listed> {
  readonly #requests: Request[] = [];

  get size(): number {
    return this.#requests.length;
  }

  add(request: Request): void {
    request.place = this.#requests.push(request) - 1;
  }

  /** It is in the list. The last one takes its place. */
  remove(request: Request): void {
    const last = this.#requests.pop() as Request;
    if (last === request) return;
    this.#requests[request.place] = last;
    last.place = request.place;
  }

  /** As many as there are now. */
  all(): readonly Request[] {
    return [...this.#requests];
  }
}
