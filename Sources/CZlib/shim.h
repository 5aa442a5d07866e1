// A module map names headers by path; this lets the compiler's search path find zlib's.
#include <zlib.h>
