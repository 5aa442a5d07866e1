#include "clones.h"
#include "cvector.h"

const char *cvector_instructions(void) {
#if CVECTOR_HAS_CLONES
    // The loader asks the same when it chooses among clones.
    if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
    if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
    return "x86-64";
#elif defined(__AVX512VL__)
    return "x86-64-v4";
#elif defined(__AVX2__)
    return "x86-64-v3";
#elif defined(__x86_64__)
    return "x86-64";
#else
    return "baseline";
#endif
}
