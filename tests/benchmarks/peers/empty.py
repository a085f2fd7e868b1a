"""Peer: takes the POST, validates it, stores nothing. What FastAPI can do at best here."""

from uuid import uuid4

from tests.benchmarks.peers.serving import PATH, Body, Receipt, new_app, receipt, serve

app = new_app()


@app.post(PATH, status_code=201)
async def take(body: Body) -> Receipt:
    """Says that it was taken."""
    return receipt(uuid4(), body)


if __name__ == "__main__":
    serve(app)
