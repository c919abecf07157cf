/* What the service gets from a library of the house. */
int chart(void) { return 7; }
