#include "clones.h"
#include "cvector.h"

#include <math.h>

// Values are [positions, channels]. Sums over the positions are in double, channel by channel in the order of the positions; those
// of a block of channels stay in registers.
enum { BLOCK = 16 };

#define INLINE static inline __attribute__((always_inline))

// MARK: Moments

// Relative to the first position's values, so that squares of a large mean do not cancel.
INLINE void moments(const float *values, size_t positions, size_t channels, size_t count, double *means, double *squares) {
    double sums[BLOCK] = {0}, sums_of_squares[BLOCK] = {0};
    for (size_t p = 1; p < positions; p++) {
        const float *row = values + p * channels;
        for (size_t c = 0; c < count; c++) {
            const double difference = (double)row[c] - (double)values[c];
            sums[c] += difference;
            sums_of_squares[c] += difference * difference;
        }
    }
    for (size_t c = 0; c < count; c++) {
        means[c] = (double)values[c] + sums[c] / (double)positions;
        const double square = sums_of_squares[c] - sums[c] * sums[c] / (double)positions;
        squares[c] = square > 0 || isnan(square) ? square : 0;
    }
}

CVECTOR_CLONES
void cvector_channel_moments(const float *values, size_t positions, size_t channels, double *means, double *squares) {
    size_t c = 0;
    for (; c + BLOCK <= channels; c += BLOCK) moments(values + c, positions, channels, BLOCK, means + c, squares + c);
    if (c < channels) moments(values + c, positions, channels, channels - c, means + c, squares + c);
}

// MARK: Products

INLINE void products(const float *gradient, const float *values, size_t positions, size_t channels, size_t count,
                     const float *means, const float *factors, double *sums, double *sums_of_products) {
    double sum[BLOCK] = {0}, product[BLOCK] = {0};
    for (size_t p = 0; p < positions; p++) {
        const float *g = gradient + p * channels, *x = values + p * channels;
        for (size_t c = 0; c < count; c++) {
            sum[c] += (double)g[c];
            product[c] += (double)(g[c] * ((x[c] - means[c]) * factors[c]));
        }
    }
    for (size_t c = 0; c < count; c++) {
        sums[c] = sum[c];
        sums_of_products[c] = product[c];
    }
}

CVECTOR_CLONES
void cvector_channel_products(const float *gradient, const float *values, size_t positions, size_t channels,
                              const float *means, const float *factors, double *sums, double *sums_of_products) {
    size_t c = 0;
    for (; c + BLOCK <= channels; c += BLOCK) {
        products(gradient + c, values + c, positions, channels, BLOCK, means + c, factors + c, sums + c,
                 sums_of_products + c);
    }
    if (c < channels) {
        products(gradient + c, values + c, positions, channels, channels - c, means + c, factors + c, sums + c,
                 sums_of_products + c);
    }
}

// MARK: Maps

CVECTOR_CLONES
void cvector_channel_map(const float *restrict values, size_t positions, size_t channels, const float *restrict means,
                         const float *restrict factors, const float *restrict offsets, float *restrict results) {
    for (size_t p = 0; p < positions; p++) {
        for (size_t c = 0; c < channels; c++) {
            const size_t i = p * channels + c;
            results[i] = (values[i] - means[c]) * factors[c] + offsets[c];
        }
    }
}

CVECTOR_CLONES
void cvector_channel_combine(const float *restrict gradient, const float *restrict values, size_t positions,
                             size_t channels, const float *restrict means, const float *restrict gradient_factors,
                             const float *restrict factors, const float *restrict offsets, float *restrict results) {
    for (size_t p = 0; p < positions; p++) {
        for (size_t c = 0; c < channels; c++) {
            const size_t i = p * channels + c;
            results[i] = gradient[i] * gradient_factors[c] + ((values[i] - means[c]) * factors[c] + offsets[c]);
        }
    }
}
