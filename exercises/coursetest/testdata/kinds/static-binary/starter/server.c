/* Serves /srv/release.txt to whoever asks, on port 8000. */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
	int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(8000)};
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(s, (struct sockaddr *)&at, sizeof at) || listen(s, 16)) {
		perror("listen");
		return 1;
	}
	for (;;) {
		char in[4096], text[256], out[512];
		int c = accept(s, NULL, NULL), f = open("/srv/release.txt", O_RDONLY);
		ssize_t n = f < 0 ? 0 : read(f, text, sizeof text);
		if (read(c, in, sizeof in) > 0) {
			int len = snprintf(out, sizeof out, "HTTP/1.0 200 OK\r\nContent-Length: %zd\r\n\r\n%.*s", n, (int)n, text);
			if (write(c, out, len) < 0)
				perror("write");
		}
		close(f);
		close(c);
	}
}
