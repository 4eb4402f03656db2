"""An identity provider for tests: a real HTTP server that publishes keys, and signs tokens with them."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from gateways.identity.provider import Provider

AUDIENCE = "touchledger"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """`published` is what its key set holds; `asked` counts how often it was fetched; `configuration` is its
    discovery document; with `broken` it answers with that status instead."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked = 0
        self.broken: int | None = None
        self.published: list[Any] = [
            {**RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "rsa", "use": "sig"},
            {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "ec", "alg": "ES256"},
        ]
        self.configuration = {"issuer": url, "jwks_uri": f"{url}/keys"}

    def provider(self, **more: Any) -> Provider:
        return Provider(**{"issuer": self.url, "audience": AUDIENCE, **more})

    def claims(self, **more: Any) -> dict[str, Any]:
        """Those of a right token, and more; a claim that is None is left out."""
        now = int(time.time())
        told = {"iss": self.url, "aud": AUDIENCE, "sub": "ann", "iat": now, "exp": now + 300, **more}
        return {name: value for name, value in told.items() if value is not None}

    def token(self, key: Any = RSA_KEY, algorithm: str = "RS256", /, kid: str = "rsa", **claims: Any) -> str:
        return self.signed(self.claims(**claims), key, algorithm, kid=kid)

    def signed(self, claims: dict[str, Any], key: Any, algorithm: str, **headers: Any) -> str:
        return jwt.encode(claims, key, algorithm, headers=headers)

    def answer(self, path: str) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            return self.broken or 200, self.configuration
        self.asked += 1
        return self.broken or 200, {"keys": self.published}


def public_pem() -> bytes:
    """What everybody may know, and a forger would sign with."""
    return RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = issuer.answer(self.path)
            body = json.dumps(content).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{issuer.url}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
