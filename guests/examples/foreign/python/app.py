import wit_world
from wit_world.exports import IncomingHandler as Handler
from componentize_py_types import Ok
from wit_world.imports.types import (
    Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam,
)


class IncomingHandler(Handler):
    def handle(self, request: IncomingRequest, response_out: ResponseOutparam) -> None:
        path = request.path_with_query() or ""
        {"/spin": spins, "/grow": grows, "/fail": fails}.get(path, int)()
        response = OutgoingResponse(Fields.from_list([("content-type", b"text/plain")]))
        body = response.body()
        ResponseOutparam.set(response_out, Ok(response))
        with body.write() as stream:
            stream.blocking_write_and_flush(f"Hello from Python at {path}\n".encode())
        OutgoingBody.finish(body, None)


def spins() -> None:
    while True:
        pass


def grows() -> None:
    kept = []
    while True:
        kept.append(bytearray(b"1") * (1 << 20))


def fails() -> None:
    raise RuntimeError("as it was asked to")
