/* C's own start calls what D calls main, for its run-time library, which isn't there for WASI. */
int d_main(void) __asm__("main");
int __main_void(void) { return d_main(); }
