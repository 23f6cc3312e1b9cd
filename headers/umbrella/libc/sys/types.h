/* Stands in for the C library's, which a freestanding compiler does not have: Xen's headers need no type of it. */
