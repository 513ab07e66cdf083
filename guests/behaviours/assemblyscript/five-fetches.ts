// Starts the fetches that `?url=` names, five or any other number, and takes each as it becomes
// ready. Answers their numbers and statuses (0 for a failure) in the order of arrival.

import { Pending, Request, Response, Waitable, startFetch, waitAny } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const urls = request.searchParams.getAll("url");
  const numbers = new Array<i32>();
  const underWay = new Array<Waitable>();
  for (let i = 0; i < urls.length; i++) {
    numbers.push(i);
    underWay.push(startFetch(urls[i]));
  }

  const arrived = new Array<string>();
  while (underWay.length) {
    const ready = waitAny(underWay);
    const answer = (underWay[ready] as Pending).take();
    const body = answer.body;
    if (body !== null) body.cancel();
    arrived.push(numbers[ready].toString() + ":" + answer.status.toString());
    underWay.splice(ready, 1);
    numbers.splice(ready, 1);
  }
  return Response.text(arrived.join(" ") + "\n");
}
