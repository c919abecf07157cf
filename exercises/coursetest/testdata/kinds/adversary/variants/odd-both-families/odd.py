import socket

import app


class Dual(app.Server):
    address_family = socket.AF_INET6

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


app.drain(Dual(("::", 8000), app.Handler))
