// A module map names headers by path; this lets the compiler's search path find OpenSSL's.
#include <openssl/evp.h>
