"""Pictures that people have sent, as answers to a browser."""

from django.http import HttpResponse


def picture_response(content: bytes, content_type: str, *, name: str) -> HttpResponse:
    """A picture as a file: pages show it, and nothing in it is ever run."""
    response = HttpResponse(content, content_type=content_type)
    ending = content_type.removeprefix("image/")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
