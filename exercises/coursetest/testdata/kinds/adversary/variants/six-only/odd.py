import socket

import app


class Six(app.Server):
    address_family = socket.AF_INET6

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()


app.drain(Six(("::", 8000), app.Handler))
