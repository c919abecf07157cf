/* Starts another program, and waits for it. */
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
	if (argc > 1 && fork() == 0)
		execv(argv[1], argv + 1);
	wait(NULL);
	return 1;
}
