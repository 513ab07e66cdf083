// A path for each thing that every host of HTTP handlers can do: test/e2e/portable.test.ts.
// The other server is that of the header `x-origin`.

import {
  Headers, Pending, Request, Response, URL, Waitable, fetch, respond, sleep, startFetch, waitAny,
} from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  const path = request.pathname;
  const slash = path.indexOf("/", 1);
  const first = slash < 0 ? path.substring(1) : path.substring(1, slash);
  const rest = slash < 0 ? "" : path.substring(slash + 1);
  if (first == "hello") return Response.text("Hello from " + request.path + "\n");
  if (first == "echo") return new Response(request.body);
  if (first == "upper") return upper(request);
  if (first == "headers") return headers(request);
  if (first == "status") return new Response(null, I32.parseInt(rest));
  if (first == "fetch") return forward(request, rest);
  if (first == "race") return race(request);
  if (first == "wait") {
    sleep(20);
    return Response.text("waited\n");
  }
  if (first == "url") {
    const url = URL.parse(rest, request.url);
    return Response.text(url === null ? "none" : url.href);
  }
  return Response.text("Not found\n", 404);
}

function upper(request: Request): Response | null {
  const response = new Response();
  const writer = response.stream();
  respond(response);
  const body = request.body;
  if (body !== null) {
    for (let piece = body.read(); piece !== null; piece = body.read()) {
      for (let i = 0; i < piece.length; i++) {
        const byte = piece[i];
        if (byte >= 0x61 && byte <= 0x7a) piece[i] = byte - 0x20;
      }
      if (!writer.write(piece)) return null;
    }
  }
  writer.finish();
  return null;
}

function headers(request: Request): Response {
  const asked = request.headers.get("x-ask");
  const answer = new Headers();
  answer.append("set-cookie", "a=1");
  answer.append("set-cookie", "b=2");
  answer.append("x-latin", request.path.endsWith("?latin") ? "caf\u00e9" : "cafe");
  answer.append("x-asked", asked === null ? "" : asked.split(", ").join("|"));
  answer.append("connection", "close");
  return new Response(null, 200, answer);
}

function forward(request: Request, rest: string): Response {
  const answer = fetch(Request.from(request, origin(request) + "/" + rest));
  return answer.error === null ? Response.from(answer) : Response.text("Bad gateway\n", 502);
}

function race(request: Request): Response {
  const runners: Waitable[] = [
    startFetch(origin(request) + "/slow"),
    startFetch(origin(request) + "/fast"),
  ];
  const first = max(waitAny(runners, 5000), 0);
  (runners[1 - first] as Pending).abort();
  return new Response((runners[first] as Pending).take().body);
}

function origin(request: Request): string {
  const value = request.headers.get("x-origin");
  return value === null ? "" : value;
}
