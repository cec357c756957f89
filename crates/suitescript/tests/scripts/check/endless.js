for (;;);
define([], () => ({}));
