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

static uint64_t magnitude_of_int64(int64_t number) { return number < 0 ? 0 - (uint64_t)number : (uint64_t)number; }
static uint64_t magnitude_of_uint64(uint64_t number) { return number; }

// A function for each type of integers.
#define NARROW(type)                                                                                               \
    void cvector_narrow_##type(const type##_t *restrict source, float *restrict destination, size_t rows,         \
                               size_t columns, double *restrict smallest, double *restrict largest,               \
                               uint8_t *restrict rounded) {                                                       \
        for (size_t row = 0; row < rows; row++) {                                                                 \
            for (size_t i = 0; i < columns; i++) {                                                                \
                const type##_t number = source[row * columns + i];                                                \
                const double value = (double)number;                                                              \
                destination[row * columns + i] = (float)number;                                                   \
                smallest[i] = value < smallest[i] ? value : smallest[i];                                          \
                largest[i] = value > largest[i] ? value : largest[i];                                             \
                rounded[i] |= is_rounded(magnitude_of_##type(number));                                            \
            }                                                                                                     \
        }                                                                                                         \
    }

NARROW(int64)
NARROW(uint64)
