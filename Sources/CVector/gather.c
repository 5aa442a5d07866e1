#include <math.h>
#include <string.h>

#include "clones.h"
#include "cvector.h"

CVECTOR_CLONES
void cvector_scale_bytes(const uint8_t *source, float *destination, size_t count, float scale, float offset) {
    for (size_t i = 0; i < count; i++) destination[i] = (float)source[i] * scale + offset;
}

CVECTOR_CLONES
void cvector_scale_floats(const float *source, float *destination, size_t count, float scale, float offset) {
    for (size_t i = 0; i < count; i++) destination[i] = source[i] * scale + offset;
}

CVECTOR_CLONES
static bool all_finite(const float *values, size_t count) {
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        found |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return !found;
}

size_t cvector_first_not_finite(const float *values, size_t count) {
    const size_t block = 4096;
    for (size_t start = 0; start < count; start += block) {
        size_t length = count - start < block ? count - start : block;
        if (all_finite(values + start, length)) continue;
        for (size_t i = start;; i++) {
            if (!isfinite(values[i])) return i;
        }
    }
    return count;
}
