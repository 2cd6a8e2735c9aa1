"""What each answer tells the browser beside the content security policy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb",
    "web-share", "xr-spatial-tracking",
)  # fmt: skip
"""What browsers can do and PeaceOps never asks for."""


class ClosedToOthers:
    """Middleware: no page uses a feature of the device, and no other site embeds anything of this one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = ", ".join(f"{feature}=()" for feature in FEATURES)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class NothingIsKept:
    """Middleware: browsers keep no page, so that going back after signing out shows nobody.

    But for what is the same for everybody and says so (`peaceops.public`). It stands below WhiteNoise, whose static
    files may be kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "public" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store"
        return response
