"""What makes an open page go to another address: a message of Streamlit's own protocol."""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def farewell(address: str) -> bytes:
    """The message, as it goes over the websocket."""
    message = ForwardMsg()
    message.auth_redirect.url = address
    return bytes(message.SerializeToString())
