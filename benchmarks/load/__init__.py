"""People clicking on the Records page of the real server, over the websocket a browser uses."""
