#include "clones.h"
#include "cvector.h"

CVECTOR_CLONES
void cvector_narrow_doubles(const double *restrict source, float *restrict destination, size_t rows, size_t columns,
                            double *restrict smallest, double *restrict largest) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < columns; i++) {
            const double value = source[row * columns + i];
            destination[row * columns + i] = (float)value;
            smallest[i] = value < smallest[i] ? value : smallest[i];
            largest[i] = value > largest[i] ? value : largest[i];
        }
    }
}

// A float has 24 significant bits.
static uint8_t is_rounded(uint64_t magnitude) {
    return magnitude >> 24 && magnitude >> __builtin_ctzll(magnitude) >> 24;
}

void cvector_narrow_int64(const int64_t *restrict source, float *restrict destination, size_t rows, size_t columns,
                          double *restrict smallest, double *restrict largest, uint8_t *restrict rounded) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < columns; i++) {
            const int64_t number = source[row * columns + i];
            const double value = (double)number;
            destination[row * columns + i] = (float)number;
            smallest[i] = value < smallest[i] ? value : smallest[i];
            largest[i] = value > largest[i] ? value : largest[i];
            rounded[i] |= is_rounded(number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
        }
    }
}

void cvector_narrow_uint64(const uint64_t *restrict source, float *restrict destination, size_t rows, size_t columns,
                           double *restrict smallest, double *restrict largest, uint8_t *restrict rounded) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < columns; i++) {
            const uint64_t number = source[row * columns + i];
            const double value = (double)number;
            destination[row * columns + i] = (float)number;
            smallest[i] = value < smallest[i] ? value : smallest[i];
            largest[i] = value > largest[i] ? value : largest[i];
            rounded[i] |= is_rounded(number);
        }
    }
}
