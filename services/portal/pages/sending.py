"""How a form answers when everything went well: with the next page, or with its address for the script that sent it."""

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

JSON = "application/json"


def gone_through(request: Request, address: str) -> Response:
    """201 with the address for a script (`sending.js`), which must tell a receipt from a page full of questions; else 303."""
    if JSON in request.headers.get("accept", ""):
        return JSONResponse({"to": address}, 201)
    return RedirectResponse(address, 303)
