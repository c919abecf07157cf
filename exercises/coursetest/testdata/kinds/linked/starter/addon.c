/* An add-on that asks for that library. */
int chart(void);
int addon(void) { return chart() + 1; }
